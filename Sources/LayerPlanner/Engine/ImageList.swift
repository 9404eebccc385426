/// The local images of one repository, as the engine lists them.
public struct ImageList: Equatable, Sendable {
  /// One tag.
  public struct Row: Equatable, Sendable {
    /// The tag without the repository.
    public let tag: String
    /// The image's ID, `sha256:` and 64 digits.
    public let imageID: String
    /// The engine's words for its age, such as `3 minutes ago`.
    public let age: String
    /// The engine's words for its size, such as `751MB`.
    public let size: String
  }

  /// All tags, in the engine's order.
  public let rows: [Row]

  /// Reads the lines that `listImages` asks for. Lines of another shape are skipped: the engine's
  /// warnings may stand between them.
  public init(output: String, names: ImageNames) {
    rows = output.split(separator: "\n" as Character).compactMap { line in
      let fields = line.split(separator: "\t" as Character, omittingEmptySubsequences: false).map(
        String.init)
      guard fields.count == 5, fields[1] != "<none>" else { return nil }
      // Podman shows a repository without a host under localhost/.
      let isOurs = fields[0] == names.repository || fields[0] == "localhost/" + names.repository
      guard isOurs else { return nil }
      return Row(
        tag: fields[1], imageID: Self.normalised(fields[2]), age: fields[3], size: fields[4])
    }
  }

  /// The ID of the image with this tag.
  public func imageID(tag: String) -> String? { rows.first { $0.tag == tag }?.imageID }

  /// For each layer, every content that an image exists for, with the image's ID.
  public func contents(names: ImageNames) -> [LayerName: [Fingerprint: String]] {
    var found: [LayerName: [Fingerprint: String]] = [:]
    for row in rows {
      guard let (layer, fingerprint) = names.parse(contentTag: row.tag) else { continue }
      found[layer, default: [:]][fingerprint] = row.imageID
    }
    return found
  }

  /// For each layer with a stable tag, the content that the tag points to. A stable tag on an image
  /// that carries no content tag of its layer is left out: nothing is known of it.
  public func stableContents(names: ImageNames) -> [LayerName: Fingerprint] {
    var found: [LayerName: Fingerprint] = [:]
    for (layer, tag) in names.stableTags {
      guard let id = imageID(tag: tag) else { continue }
      for row in rows where row.imageID == id {
        guard let (owner, fingerprint) = names.parse(contentTag: row.tag), owner == layer
        else { continue }
        found[layer] = fingerprint
      }
    }
    return found
  }

  private static func normalised(_ id: String) -> String {
    id.hasPrefix("sha256:") ? id : "sha256:" + id
  }
}

extension EngineClient {
  /// Lists the tags of `repository`, one a line: repository, tag, ID, age, size.
  public func listImages(repository: String) -> [String] {
    let fields = ["{{.Repository}}", "{{.Tag}}", "{{.ID}}", "{{.CreatedSince}}", "{{.Size}}"]
    return command(
      [
        "image", "ls", "--no-trunc", "--format", fields.joined(separator: "\t"), repository,
      ])
  }

  /// Points `reference` to an image.
  public func tag(image: String, as reference: String) -> [String] {
    command(["image", "tag", image, reference])
  }
}
