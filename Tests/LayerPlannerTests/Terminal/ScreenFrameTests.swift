import LayerPlanner
import Testing

/// What is written gives the log and one region below it, on a screen that does what is written.
@Suite struct ScreenFrameTests {
  private func lines(_ texts: [String]) -> [ScreenFrame.Line] {
    texts.map { ScreenFrame.Line(text: $0, columns: $0.count) }
  }

  @Test func theSameIsNotDrawnTwice() {
    var frame = ScreenFrame()
    #expect(!frame.draw(log: [], region: lines(["a"]), columns: 80).isEmpty)
    #expect(frame.draw(log: [], region: lines(["a"]), columns: 80).isEmpty)
    #expect(!frame.draw(log: [], region: lines(["b"]), columns: 80).isEmpty)
    #expect(!frame.draw(log: [], region: lines(["b"]), columns: 70).isEmpty)
  }

  @Test func theLogScrollsAboveTheRegion() {
    var frame = ScreenFrame()
    var screen = FakeScreen(width: 20)
    screen.write(Array("$ watch\n".utf8))
    screen.write(frame.draw(log: [], region: lines(["one", "two"]), columns: 20))
    screen.write(frame.draw(log: Array("log\n".utf8), region: lines(["one", "2"]), columns: 20))
    #expect(screen.text == "$ watch\nlog\none\n2")
    #expect(screen.isCursorHidden)
    screen.write(frame.close(columns: 20))
    #expect(screen.text == "$ watch\nlog\n")
    #expect(!screen.isCursorHidden)
    #expect(frame.close(columns: 20).isEmpty)
  }

  /// Random logs, regions and widths: nothing of an old region is left, nothing of the log is lost.
  @Test(arguments: 0..<300 as Range<UInt64>)
  func anyOrderOfFramesLeavesTheLogAndOneRegion(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var width = 30
    var frame = ScreenFrame()
    var screen = FakeScreen(width: width)
    var log = ""
    var region: [String] = []
    for step in 0..<30 {
      if random.once(in: 4) {
        // Wider again would join what was wrapped, which depends on the terminal.
        width = max(4, width - random.below(6))
        screen.resize(to: width)
      }
      var addition = ""
      if random.once(in: 2) {
        for line in 0...random.below(3) {
          addition += String(repeating: "x", count: random.below(2 * width)) + "\(step).\(line)\n"
        }
      }
      region = (0..<random.below(6)).map { row in
        String(repeating: "-", count: random.below(width)) + (row == 0 && width > 8 ? "" : "")
      }
      log += addition
      screen.write(frame.draw(log: Array(addition.utf8), region: lines(region), columns: width))
    }
    screen.write(frame.close(columns: width))
    #expect(screen.text.filter { $0 != "\n" } == log.filter { $0 != "\n" }, "seed \(seed)")
  }
}
