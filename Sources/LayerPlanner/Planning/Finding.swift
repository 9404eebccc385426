/// One line of what `doctor` found.
public struct Finding: Equatable, Sendable {
  /// How much it matters.
  public enum Level: String, Sendable {
    /// As it should be.
    case ok
    /// Works, but probably not as meant.
    case warning
    /// Does not work.
    case problem
  }

  /// How much it matters.
  public let level: Level
  /// What was looked at.
  public let subject: String
  /// What was found.
  public let message: String
  /// What to do about it; nil when nothing has to be done.
  public let remedy: String?

  /// A finding.
  public init(_ level: Level, _ subject: String, _ message: String, remedy: String? = nil) {
    self.level = level
    self.subject = subject
    self.message = message
    self.remedy = remedy
  }
}
