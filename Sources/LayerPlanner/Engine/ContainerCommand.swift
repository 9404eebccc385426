/// The local container as configured.
public struct ContainerRequest: Equatable, Sendable {
  /// The container's name.
  public var name: String
  /// The image reference or ID that it runs.
  public var image: String
  /// The layer and content of that image, kept as labels.
  public var layer: LayerName
  /// The content's fingerprint.
  public var fingerprint: Fingerprint
  /// `--publish` values in the engine's syntax.
  public var publish: [String]
  /// `--volume` values in the engine's syntax.
  public var volumes: [String]
  /// `--env` values in the engine's syntax.
  public var environment: [String]
  /// `--env-file` values in the engine's syntax.
  public var environmentFiles: [String]
  /// The network; nil leaves the default.
  public var network: String?
  /// The user that the command runs as; nil leaves the image's.
  public var user: String?
  /// The host name inside; nil leaves the default.
  public var hostname: String?
  /// The command and its arguments; empty runs the image's own.
  public var command: [String]

  /// A request with nothing beyond what every container needs.
  public init(name: String, image: String, layer: LayerName, fingerprint: Fingerprint) {
    self.name = name
    self.image = image
    self.layer = layer
    self.fingerprint = fingerprint
    publish = []
    volumes = []
    environment = []
    environmentFiles = []
    command = []
  }
}

/// The labels that mark what is ours.
public enum OwnLabel {
  /// On an image and a container: the layer's name.
  public static let layer = "sindri.layer"
  /// On an image and a container: the fingerprint of the layer's inputs.
  public static let inputs = "sindri.inputs"
  /// On an image: the fingerprint of the parent layer.
  public static let parent = "sindri.parent"
  /// On an image: the fingerprint of the layer's own inputs, whatever it stands on.
  public static let recipe = "sindri.recipe"
  /// On an image: what it inherits, `Image.identity` of the image that it was built on.
  public static let base = "sindri.base"
  /// On an image: the commit that the tree stood on (OCI image annotations).
  public static let revision = "org.opencontainers.image.revision"
  /// On a container: the repository directory whose watcher made it.
  public static let container = "sindri.container"

  /// Those that an image gets when it is built.
  public static let ofImages = [layer, inputs, parent, recipe, base, revision]
}

extension EngineClient {
  /// Runs a container in the background; prints its ID.
  public func run(_ request: ContainerRequest, owner: String) -> [String] {
    var arguments = ["run", "--detach", "--name", request.name]
    arguments += ["--label", "\(OwnLabel.container)=\(owner)"]
    arguments += ["--label", "\(OwnLabel.layer)=\(request.layer)"]
    arguments += ["--label", "\(OwnLabel.inputs)=\(request.fingerprint)"]
    for value in request.publish { arguments += ["--publish", value] }
    for value in request.volumes { arguments += ["--volume", value] }
    for value in request.environment { arguments += ["--env", value] }
    for value in request.environmentFiles { arguments += ["--env-file", value] }
    if let network = request.network { arguments += ["--network", network] }
    if let user = request.user { arguments += ["--user", user] }
    if let hostname = request.hostname { arguments += ["--hostname", hostname] }
    // Docker would try to pull a tag that is missing; the image is local or it is an error.
    arguments += ["--pull", "never"]
    return command(arguments + [request.image] + request.command)
  }

  /// Ends and removes a container by its ID; SIGKILL at once.
  public func removeContainer(id: String) -> [String] {
    command(["rm", "--force", id])
  }

  /// Asks a container to end, and kills it after `seconds`.
  public func stopContainer(id: String, seconds: Int) -> [String] {
    command(["stop", "--time", String(seconds), id])
  }

  /// One line on the container of this name: ID, image ID, state, and the three labels, separated
  /// by tabs. Fails when there is no such container.
  public func inspectContainer(name: String) -> [String] {
    let labels = [OwnLabel.container, OwnLabel.layer, OwnLabel.inputs]
      .map { "{{index .Config.Labels \"\($0)\"}}" }
    let fields = ["{{.Id}}", "{{.Image}}", "{{.State.Status}}"] + labels
    return command(
      ["container", "inspect", "--format", fields.joined(separator: "\t"), name])
  }
}

/// What the engine says of the container.
public struct ContainerState: Equatable, Sendable {
  /// The container's ID.
  public let id: String
  /// The ID of the image that it was made from.
  public let imageID: String
  /// The engine's word for its state, such as `running` or `exited`.
  public let status: String
  /// The directory whose watcher made it; nil when no watcher did, so it is not ours to touch.
  public let owner: String?
  /// The content that it was made from, if it is ours.
  public let fingerprint: Fingerprint?

  /// Reads the line that `inspectContainer` asks for; nil when it has another shape.
  public init?(line: String) {
    let fields = line.split(separator: "\t" as Character, omittingEmptySubsequences: false).map(
      String.init)
    guard fields.count == 6 else { return nil }
    id = fields[0]
    imageID = fields[1]
    status = fields[2]
    // Docker prints a missing label as nothing, older template engines as "<no value>".
    owner = fields[3].isEmpty || fields[3] == "<no value>" ? nil : fields[3]
    fingerprint = Fingerprint(hex: fields[5])
  }
}
