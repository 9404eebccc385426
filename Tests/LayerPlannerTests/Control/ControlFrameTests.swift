import LayerPlanner
import Testing

struct ControlFrameTests {
  private let frames = [
    ControlFrame(.output, Array("a line\nand another\n".utf8)),
    ControlFrame(.errors, [0x00, 0xFF, 0x0A]), ControlFrame(.output, []),
    ControlFrame(.built, Array("base\tapplication".utf8)), .end(1, "not built: base"),
  ]

  @Test(arguments: [1, 2, 3, 7, 1000])
  func theyMayBeCutAnywhere(size: Int) throws {
    let bytes = frames.flatMap(\.bytes)
    var reader = ControlFrameReader()
    var read: [ControlFrame] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      read += try reader.feed(Array(bytes[start..<min(start + size, bytes.count)]))
    }
    #expect(read == frames)
  }

  @Test(arguments: [
    "out\n", "out 1 2\n", "out -1\n", "out 99999999999\n", "what 3\nabc", "end x\n",
    String(repeating: "x", count: 65),
  ])
  func whatIsNoFrameIsRefused(text: String) {
    var reader = ControlFrameReader()
    #expect(throws: ControlFrameReader.Malformed.self) {
      try reader.feed(Array(text.utf8))
    }
  }

  @Test func theEndHoldsTheStatusAndTheReason() throws {
    let ending = try #require(ControlFrame.end(3, "the engine is gone").ending)
    #expect(ending.status == 3)
    #expect(ending.message == "the engine is gone")
    #expect(ControlFrame.end(0).ending?.message == "")
    #expect(ControlFrame(.output, Array("0 ".utf8)).ending == nil)
    #expect(ControlFrame(.end, Array("no".utf8)).ending == nil)
  }
}
