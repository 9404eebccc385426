/// A point on a monotonic clock (CLOCK_MONOTONIC or CLOCK_BOOTTIME; a test's own clock in a
/// simulation). Only differences mean anything.
public struct Instant: Hashable, Sendable, Comparable {
  /// Nanoseconds since the clock's arbitrary start.
  public var nanoseconds: Int64

  /// A point given by its nanoseconds.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// This point moved by `duration`, which is cut to whole nanoseconds.
  public func advanced(by duration: Duration) -> Instant {
    Instant(nanoseconds: nanoseconds + duration.nanoseconds)
  }

  /// The time from `earlier` to this point; negative when `earlier` is later.
  public func since(_ earlier: Instant) -> Duration {
    .nanoseconds(nanoseconds - earlier.nanoseconds)
  }

  /// Whether `left` comes first.
  public static func < (left: Instant, right: Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}

extension Duration {
  /// The whole nanoseconds of this duration.
  public var nanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }
}
