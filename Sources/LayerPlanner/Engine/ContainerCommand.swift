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
  /// Makes a container without starting it; prints its ID.
  public func create(_ request: ContainerRequest, owner: String) -> [String] {
    var arguments = ["create", "--name", request.name]
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

  /// Kills a container at once; fails when it does not run.
  public func killContainer(id: String) -> [String] {
    command(["kill", id])
  }

  /// Starts a container by its ID.
  public func startContainer(id: String) -> [String] {
    command(["start", id])
  }

  /// Gives a container another name.
  public func renameContainer(id: String, to name: String) -> [String] {
    command(["rename", id, name])
  }

  /// Runs a command in a container.
  public func execute(_ words: [String], in id: String) -> [String] {
    command(["exec", id] + words)
  }

  /// Prints the last lines that a container said.
  public func lastLines(of id: String, count: Int) -> [String] {
    command(["logs", "--tail", String(count), id])
  }

  /// Prints what a container says, each line with its time, until the container ends.
  ///
  /// - Parameter since: the time from which on, in RFC 3339; nil for everything.
  public func followLog(of id: String, since: String?) -> [String] {
    command(["logs", "--follow", "--timestamps"] + (since.map { ["--since", $0] } ?? []) + [id])
  }

  /// What ended a container between its last start and its end, for `StopCause`.
  public func listEndings(of container: ContainerState) -> [String] {
    let filters = ["container=\(container.id)", "event=kill", "event=die", "event=died"]
    let format =
      kind == .docker ? "{{.Action}} {{.Actor.Attributes.signal}}" : "{{.Status}}"
    return command(
      ["events", "--since", container.startedAt, "--until", "0s"]
        + filters.flatMap { ["--filter", $0] } + ["--format", format])
  }

  /// One line on each of these containers that is there, by name or ID, for `ContainerState`. Fails
  /// when one is not there.
  public func inspectContainers(_ names: [String]) -> [String] {
    let labels = [OwnLabel.container, OwnLabel.layer, OwnLabel.inputs]
      .map { "{{index .Config.Labels \"\($0)\"}}" }
    let state = [
      "{{.Name}}", "{{.State.ExitCode}}", "{{.State.OOMKilled}}", "{{json .State.StartedAt}}",
    ]
    let fields = ["{{.Id}}", "{{.Image}}", "{{.State.Status}}"] + labels + state
    return command(["container", "inspect", "--format", fields.joined(separator: "\t")] + names)
  }

  /// The health check of an image, for `HealthCheck`.
  public func inspectHealthCheck(image: String) -> [String] {
    let words = "{{range .}}{{len .}}:{{.}},{{end}}"
    let check = kind == .docker ? ".Config.Healthcheck" : ".HealthCheck"
    let shell = kind == .docker ? "{{with .Config.Shell}}\(words)" + "{{end}}" : ""
    let format =
      "{{with \(check)}}{{printf \"%d\" .Timeout}}{{end}}|{{with \(check)}}"
      + "{{with .Test}}\(words){{end}}{{end}}|\(shell)"
    return command(["image", "inspect", "--format", format, image])
  }
}
