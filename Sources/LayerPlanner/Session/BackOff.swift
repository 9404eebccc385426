/// Waits longer after each failure in a row: 1, 2, 4 ... 30 s by default.
struct BackOff: Equatable, Sendable {
  /// The first attempt may be made now; after a failure, not before this.
  private(set) var notBefore: Instant?
  private var next: Duration?

  /// Whether the next attempt may be made.
  func allows(_ now: Instant) -> Bool {
    guard let notBefore else { return true }
    return now >= notBefore
  }

  /// Takes in that the attempt failed.
  mutating func failed(at now: Instant, _ settings: Session.Settings) {
    let wait = min(next ?? settings.firstBackOff, settings.longestBackOff)
    notBefore = now.advanced(by: wait)
    next = wait * 2
  }

  /// Takes in that the attempt succeeded.
  mutating func succeeded() { self = BackOff() }
}
