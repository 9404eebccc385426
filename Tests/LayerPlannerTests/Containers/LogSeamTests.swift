import LayerPlanner
import Testing

struct LogSeamTests {
  private func time(_ number: Int) -> String { "2026-01-01T00:00:00.00000000\(number)Z" }

  private func piece(_ lines: (Int, String)...) -> [UInt8] {
    Array(lines.map { "\(time($0.0)) \($0.1)\n" }.joined().utf8)
  }

  private func texts(_ lines: [[UInt8]]) -> [String] {
    lines.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func linesAreCutOutOfPieces() {
    var seam = LogSeam()
    seam.begin()
    let bytes = piece((1, "one"), (2, ""), (3, "three\r"), (4, "a b"))
    var lines: [[UInt8]] = []
    for byte in bytes { lines += seam.take([byte]) }
    #expect(texts(lines) == ["one", "", "three", "a b"])
    #expect(seam.newest == time(4))
  }

  @Test func whatComesAgainIsShownOnce() {
    var seam = LogSeam()
    seam.begin()
    #expect(texts(seam.take(piece((1, "a"), (2, "b"), (2, "c")))) == ["a", "b", "c"])
    seam.begin()
    // From the newest time on, and one more line of that time.
    #expect(texts(seam.take(piece((2, "b"), (2, "c"), (2, "d"), (3, "e")))) == ["d", "e"])
    seam.begin()
    // From much earlier on, because of the other stream.
    #expect(
      texts(seam.take(piece((1, "a"), (2, "b"), (2, "c"), (2, "d"), (3, "e"), (4, "f")))) == ["f"])
    // A clock that is set back hides nothing while the log goes on.
    #expect(texts(seam.take(piece((1, "g")))) == ["g"])
  }

  @Test func aStartHidesWhatWasBefore() {
    var seam = LogSeam(since: time(3))
    seam.begin()
    #expect(texts(seam.take(piece((1, "a"), (2, "b"), (3, "c"), (4, "d")))) == ["c", "d"])
  }

  @Test func anEndWithoutALineEndIsShown() {
    var seam = LogSeam()
    seam.begin()
    #expect(seam.take(Array("\(time(1)) half".utf8)).isEmpty)
    #expect(texts(seam.end()) == ["half"])
    #expect(seam.end().isEmpty)
    seam.begin()
    #expect(texts(seam.take(Array("Error: No such container: x\n\n x\n".utf8))) == [])
  }
}
