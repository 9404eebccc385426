/// The engine's command line as found on this machine.
public struct EngineClient: Equatable, Sendable {
  /// Which program it is; their command lines differ in details.
  public enum Kind: String, Sendable, CaseIterable {
    case docker, podman
  }

  /// By which way images are built.
  public enum BuildMode: Equatable, Sendable {
    /// `docker buildx build`: BuildKit through the plugin.
    case buildx
    /// `DOCKER_BUILDKIT=1 docker build`: BuildKit built into clients before 23.0.
    case integratedBuildKit
    /// `DOCKER_BUILDKIT=0 docker build`: no BuildKit; the last resort.
    case legacy
    /// `podman build`.
    case buildah
  }

  /// The kind of engine.
  public let kind: Kind
  /// The program: a name for PATH to find, or a path.
  public let program: String
  /// What stands between the program and its command: `--context NAME`, `--host URL`.
  public let globalArguments: [String]
  /// How images are built.
  public let buildMode: BuildMode

  /// A client as probed.
  public init(kind: Kind, program: String, globalArguments: [String], buildMode: BuildMode) {
    self.kind = kind
    self.program = program
    self.globalArguments = globalArguments
    self.buildMode = buildMode
  }

  /// Variables that the client's commands run with, besides the inherited ones.
  public var environment: [(name: String, value: String)] {
    switch buildMode {
    case .integratedBuildKit: [("DOCKER_BUILDKIT", "1")]
    case .legacy: [("DOCKER_BUILDKIT", "0")]
    case .buildx, .buildah: []
    }
  }

  /// A whole argument list: the program, the global arguments and `arguments`.
  public func command(_ arguments: [String]) -> [String] {
    [program] + globalArguments + arguments
  }
}
