/// What one `docker build` is asked for.
public struct BuildRequest: Equatable, Sendable {
  /// The Dockerfile, relative to the repository.
  public var dockerfile: String
  /// The build context directory, relative to the repository.
  public var context: String
  /// The file that the engine writes the image's ID to.
  public var imageIDFile: String
  /// Labels in the order given.
  public var labels: [(name: String, value: String)]
  /// `NAME=VALUE`, or `NAME` to take the value from the environment.
  public var arguments: [String]
  /// Build secrets in the engine's syntax.
  public var secrets: [String]
  /// `--cache-from` values in the engine's syntax.
  public var cacheFrom: [String]
  /// `--cache-to` values in the engine's syntax.
  public var cacheTo: [String]
  /// The target stage; nil leaves the last one.
  public var target: String?
  /// The platform, such as `linux/arm64`; nil leaves the engine's.
  public var platform: String?
  /// The network mode; nil leaves the default.
  public var network: String?
  /// The buildx builder; nil leaves the current one.
  public var builder: String?
  /// Whether no cached step may be reused.
  public var noCache: Bool

  /// A request with nothing beyond what every build needs.
  public init(dockerfile: String, context: String, imageIDFile: String) {
    self.dockerfile = dockerfile
    self.context = context
    self.imageIDFile = imageIDFile
    labels = []
    arguments = []
    secrets = []
    cacheFrom = []
    cacheTo = []
    noCache = false
  }

  /// Equal when the same command line follows from both.
  public static func == (left: BuildRequest, right: BuildRequest) -> Bool {
    left.options == right.options && left.context == right.context
      && left.builder == right.builder && left.cacheTo == right.cacheTo
  }

  /// The options that every way of building understands.
  fileprivate var options: [String] {
    var options = ["--file", dockerfile, "--iidfile", imageIDFile]
    for label in labels { options += ["--label", "\(label.name)=\(label.value)"] }
    for argument in arguments { options += ["--build-arg", argument] }
    for source in cacheFrom { options += ["--cache-from", source] }
    for secret in secrets { options += ["--secret", secret] }
    if let target { options += ["--target", target] }
    if let platform { options += ["--platform", platform] }
    if let network { options += ["--network", network] }
    if noCache { options.append("--no-cache") }
    return options
  }
}

extension EngineClient {
  /// The command line of a build, to be run in the repository's root.
  public func build(_ request: BuildRequest) -> [String] {
    let cacheTo = request.cacheTo.flatMap { ["--cache-to", $0] }
    // The context stands after `--`, so that one which starts with a dash is not an option.
    let tail = ["--", request.context]
    switch buildMode {
    case .buildx:
      let builder = request.builder.map { ["--builder", $0] } ?? []
      // --load puts the image among the local ones whichever driver the builder has.
      let head = ["buildx", "build", "--progress=plain", "--load"]
      return command(head + builder + cacheTo + request.options + tail)
    case .integratedBuildKit:
      return command(["build", "--progress=plain"] + request.options + tail)
    case .legacy:
      return command(["build"] + request.options + tail)
    case .buildah:
      // Without --format docker, HEALTHCHECK and SHELL are dropped from the image.
      return command(["build", "--format", "docker"] + cacheTo + request.options + tail)
    }
  }

  /// What the configuration asks for and this way of building cannot do, in words.
  public func unsupported(_ request: BuildRequest) -> [String] {
    var found: [String] = []
    if buildMode != .buildx, request.builder != nil {
      found.append("build.builder needs the buildx plugin and is ignored")
    }
    if buildMode == .integratedBuildKit || buildMode == .legacy, !request.cacheTo.isEmpty {
      found.append("build.cache-to needs the buildx plugin and is ignored")
    }
    if buildMode == .legacy, !request.secrets.isEmpty {
      found.append("build secrets need BuildKit, which this client does not have")
    }
    return found
  }
}
