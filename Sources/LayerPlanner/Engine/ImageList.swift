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
        tag: fields[1], imageID: ImageFacts.normalised(fields[2]), age: fields[3], size: fields[4])
    }
  }

  /// The ID of the image with this tag.
  public func imageID(tag: String) -> String? { rows.first { $0.tag == tag }?.imageID }

  /// The IDs of the images that a content or a stable tag names, each once, in the order of the
  /// rows.
  public func knownIDs(names: ImageNames) -> [String] {
    let stable = Set(names.stableTags.values)
    var seen: Set<String> = []
    return rows.compactMap { row in
      let isOurs = stable.contains(row.tag) || names.parse(contentTag: row.tag) != nil
      return isOurs && seen.insert(row.imageID).inserted ? row.imageID : nil
    }
  }

  /// For each layer, every content that an image exists for. An image of which there are no facts
  /// has gone since it was listed.
  public func contents(
    names: ImageNames, facts: [String: ImageFacts]
  ) -> [LayerName: [Fingerprint: Image]] {
    var found: [LayerName: [Fingerprint: Image]] = [:]
    for row in rows {
      guard let (layer, fingerprint) = names.parse(contentTag: row.tag),
        let image = facts[row.imageID]?.image
      else { continue }
      found[layer, default: [:]][fingerprint] = image
    }
    return found
  }

  /// For each layer the ID of the image that its stable tag points to.
  public func stableIDs(names: ImageNames) -> [LayerName: String] {
    names.stableTags.compactMapValues { imageID(tag: $0) }
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
