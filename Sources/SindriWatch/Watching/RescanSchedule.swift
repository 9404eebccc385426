/// When the next full rescan may start: at once after a quiet time, later and later while the
/// reasons for it do not end.
struct RescanSchedule {
  /// When the planned rescan is due, in nanoseconds; nil when none is planned.
  private(set) var due: Int64?
  /// Why it is planned, for the report.
  var reason = ""
  private var last: Int64 = .min / 2
  private var pause: Int64 = 0

  private static let longestPause: Int64 = 5_000_000_000
  private static let quietTime: Int64 = 10_000_000_000

  /// Plans a rescan for now, or for the end of a pause when the last one was not long ago.
  mutating func plan(now: Int64, pause first: Int64, reason: String = "") {
    if !reason.isEmpty { self.reason = reason }
    if due != nil { return }
    pause =
      now - last > Self.quietTime ? 0 : min(max(pause * 2, first), Self.longestPause)
    due = now + pause
  }

  /// Takes note that a rescan starts.
  mutating func started(_ now: Int64) {
    due = nil
    last = now
  }
}
