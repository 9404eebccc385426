/// Why a build failed, for people.
public struct BuildFailure: Hashable, Sendable {
  /// The step that failed; nil when the build failed outside a step.
  public let step: BuildStep?
  /// The last lines that the step wrote.
  public let lines: [String]
  /// What the engine says of it; empty when it said nothing.
  public let error: String

  /// A failure from its parts.
  public init(step: BuildStep?, lines: [String], error: String) {
    self.step = step
    self.lines = lines
    self.error = error
  }

  /// The exit status of the command that failed; nil when the engine names none.
  public var exitCode: Int? {
    for phrase in ["exit code: ", "returned a non-zero code: ", "exit status "] {
      guard let range = error.range(phrase) else { continue }
      if let code = Int(error[range.upperBound...].prefix { $0.isNumber }) { return code }
    }
    return nil
  }

  /// What kind of failure it is.
  public var kind: EngineFailure {
    // What the step itself printed may well speak of another server or another disk.
    EngineFailure.classify(error)
  }
}
