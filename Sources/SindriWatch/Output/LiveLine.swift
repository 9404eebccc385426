/// What shows that a build is still running: on a terminal its last line, drawn over and over;
/// elsewhere a line from time to time.
struct LiveLine {
  /// Whether lines are drawn over; only a terminal can do that.
  let isDrawnOver: Bool
  /// How often a line is printed where none can be drawn over, in nanoseconds.
  static let plainInterval: Int64 = 5_000_000_000
  /// The first drawing comes after this time, so that a quick build does not flicker; then the
  /// line is drawn again at most this often. In nanoseconds.
  static let interval: Int64 = 150_000_000

  private var isDrawn = false
  /// When to draw next, in monotonic nanoseconds; nil when nothing runs.
  private(set) var due: Int64?

  private var pause: Int64 { isDrawnOver ? Self.interval : Self.plainInterval }

  init(isDrawnOver: Bool) { self.isDrawnOver = isDrawnOver }

  /// A build began.
  mutating func restart(at now: Int64) { due = now + pause }

  /// What draws `text`: the cursor is hidden meanwhile, so that it does not jump about.
  mutating func draw(_ text: String, at now: Int64) -> [UInt8] {
    due = now + pause
    guard isDrawnOver else { return Array("\(text)\n".utf8) }
    isDrawn = true
    return Array("\u{1B}[?25l\r\u{1B}[K\(text)".utf8)
  }

  /// What takes the line away and shows the cursor again; nil when there is none.
  mutating func clear() -> [UInt8]? {
    guard isDrawn else { return nil }
    isDrawn = false
    return Array("\r\u{1B}[K\u{1B}[?25h".utf8)
  }
}
