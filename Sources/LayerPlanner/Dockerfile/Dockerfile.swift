/// What a Dockerfile says about the images and files that it is built from. It is read, not run:
/// nothing is looked up, and a variable that only a base image sets stays unresolved.
public struct Dockerfile: Sendable {
  /// What is wrong with a Dockerfile.
  public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, for people, without the place.
    public let message: String
    /// The line, from 1.
    public let line: Int

    /// The message with the line in front.
    public var description: String { "line \(line): \(message)" }

    init(_ message: String, line: Int) {
      self.message = message
      self.line = line
    }
  }

  /// A declared build argument.
  public struct Argument: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its default, expanded; nil when it has none.
    public let defaultValue: String?
    /// The line of its `ARG`.
    public let line: Int
  }

  /// Files that a step takes from somewhere.
  public struct Transfer: Hashable, Sendable {
    /// How.
    public enum Kind: Hashable, Sendable {
      /// `COPY`.
      case copy
      /// `ADD`.
      case add
      /// `RUN --mount=type=bind`.
      case bindMount
    }

    /// How they are taken.
    public let kind: Kind
    /// The line of the step.
    public let line: Int
    /// The stage or image that they come from; nil for the build context.
    public let from: String?
    /// The paths as written, variables expanded; heredocs are left out.
    public let sources: [String]
    /// The target.
    public let target: String
    /// Variables in the above without a known value, which count as empty.
    public let unresolved: [String]
    /// Whether one of them stands in a source, so that it is not known what is copied.
    public let hasUnresolvedSource: Bool
  }

  /// A build stage: `FROM` and what follows it.
  public struct Stage: Hashable, Sendable {
    /// The line of its `FROM`.
    public let line: Int
    /// The image, or the name of an earlier stage, expanded.
    public let image: String
    /// The same as it is written.
    public let imageWord: String
    /// `--platform`, expanded; nil without it.
    public let platform: String?
    /// The name after `AS`.
    public let alias: String?
    /// Variables in `FROM` without a known value, which count as empty.
    public let unresolved: [String]
    /// The build arguments declared in the stage.
    public internal(set) var arguments: [Argument] = []
    /// The files that it takes, in order.
    public internal(set) var transfers: [Transfer] = []
    /// The instructions after `FROM`.
    public internal(set) var instructions: [DockerfileInstruction] = []

    /// How many `RUN` steps it has.
    public var runCount: Int { instructions.count { $0.keyword == "RUN" } }
  }

  /// The value of `# syntax=`, if any.
  public let syntax: String?
  /// The build arguments before the first `FROM`, for use in `FROM`.
  public let arguments: [Argument]
  /// The stages, in order; at least one.
  public let stages: [Stage]

  /// Reads a Dockerfile's bytes. `values` are build arguments given from outside; they replace
  /// defaults, for declared arguments only, except for the platform arguments that a builder
  /// always defines in `FROM` (`TARGETPLATFORM`, `BUILDPLATFORM` and their parts).
  public init(_ file: [UInt8], values: [String: String] = [:]) throws(Problem) {
    let reader = try DockerfileReader(file)
    var builder = DockerfileStages(values: values, escape: Unicode.Scalar(reader.escape))
    for instruction in reader.instructions { try builder.add(instruction) }
    guard !builder.stages.isEmpty else {
      throw Problem("there is no FROM", line: reader.instructions.last?.line ?? 1)
    }
    syntax = reader.directives["syntax"]
    arguments = builder.arguments
    stages = builder.stages
  }
}
