/// What an image is, as the engine's records say; it never changes for one ID.
public struct ImageFacts: Hashable, Sendable {
  /// The image's ID.
  public let id: String
  /// When it was built, in seconds since 1970; nil when the engine does not say.
  public let created: Int64?
  /// The IDs of its root file system's layers, the lowest first.
  public let layers: [String]
  /// The image for the session: recipe and base are read from our labels.
  public let image: Image
  /// The layer that it was built as; nil for an image that is not ours.
  public let layer: LayerName?
  /// The inputs that it was built from.
  public let inputs: Fingerprint?
  /// The commit that the tree stood on.
  public let revision: String?
  /// The line that this was read from.
  public let line: String

  /// Reads a line that `inspectImages` asks for; nil when it has another shape.
  public init?(line: String) {
    let fields = line.split(separator: "\t" as Character, omittingEmptySubsequences: false).map(
      String.init)
    guard fields.count >= Self.labelsStart else { return nil }
    self.line = line
    id = Self.normalised(fields[0])
    created = Timestamp.seconds(rfc3339: fields[1])
    layers = fields[2].split(separator: "," as Character).map(String.init)
    var labels: [String: String] = [:]
    var inherited = fields[2..<Self.labelsStart].joined(separator: "\t")
    for field in fields[Self.labelsStart...] where !field.isEmpty {
      if let (name, value) = Self.ownLabel(field) {
        labels[name] = value
      } else {
        inherited += "\t" + field
      }
    }
    let recipe = labels[OwnLabel.recipe].flatMap { Fingerprint(hex: $0) }
    let base = labels[OwnLabel.base].flatMap { Fingerprint(hex: $0) }
    image = Image(
      id: id, recipe: recipe, identity: Fingerprint(Digest(of: Array(inherited.utf8))), base: base)
    layer = labels[OwnLabel.layer].map { LayerName($0) }
    inputs = labels[OwnLabel.inputs].flatMap { Fingerprint(hex: $0) }
    revision = labels[OwnLabel.revision]
  }

  /// Whether this image's root file system begins with that of `parent`: it was really built on
  /// it, whatever labels say.
  public func stands(on parent: ImageFacts) -> Bool {
    layers.count >= parent.layers.count && layers.starts(with: parent.layers)
  }

  /// An ID as every command of the engine prints it: with the algorithm before the digits.
  public static func normalised(_ id: String) -> String {
    id.hasPrefix("sha256:") ? id : "sha256:" + id
  }

  /// The number of fields before the labels.
  private static let labelsStart = 15

  /// A label that says where the image comes from, and not what it is: its like has another.
  /// JSON strings of these values need no unescaping.
  private static func ownLabel(_ field: String) -> (name: String, value: String)? {
    for name in OwnLabel.ofImages {
      let head = "\"\(name)\"=\""
      if field.hasPrefix(head), field.hasSuffix("\"") {
        return (name, String(field.dropFirst(head.count).dropLast()))
      }
    }
    return nil
  }
}

extension EngineClient {
  /// One line for each image: ID, time, root file system, everything of the configuration that images
  /// built on it inherit, and the labels, separated by tabs. JSON keeps tabs and line ends out of
  /// the fields. Fails when an image is gone, after printing those that are there.
  public func inspectImages(_ ids: [String]) -> [String] {
    let configuration = [
      "User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes", "WorkingDir", "StopSignal",
    ]
    var fields = ["{{.Id}}", "{{.Created}}"]
    let labels: String
    if buildMode == .buildah {
      fields += ["{{range .RootFS.Layers}}{{.}},{{end}}", "{{.Os}}/{{.Architecture}}"]
      fields += configuration.map { "{{json .Config.\($0)}}" }
      fields += ["{{json .HealthCheck}}", "-", "-"]
      labels = "{{range $k, $v := .Config.Labels}}"
    } else {
      // Which fields an image's record has depends on the client's and the engine's version, and
      // a template fails on one that is missing, but for `index`.
      fields += ["{{range index .RootFS \"Layers\"}}{{.}},{{end}}", "{{.Os}}/{{.Architecture}}"]
      fields += (configuration + ["Healthcheck", "Shell", "OnBuild"]).map {
        "{{json (index .Config \"\($0)\")}}"
      }
      labels = "{{range $k, $v := index .Config \"Labels\"}}"
    }
    let format = fields.joined(separator: "\t") + labels + "\t{{json $k}}={{json $v}}{{end}}"
    return command(["image", "inspect", "--format", format] + ids)
  }
}
