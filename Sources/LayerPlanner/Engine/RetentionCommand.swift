extension EngineClient {
  /// Removes tags, and the images that have no other; or images by their IDs.
  public func removeImages(_ references: [String]) -> [String] {
    command(["image", "rm"] + references)
  }

  /// The IDs of images with our label and without a tag, one a line.
  public func listUntagged() -> [String] {
    command([
      "image", "ls", "--no-trunc", "--quiet", "--filter", "dangling=true", "--filter",
      "label=\(OwnLabel.layer)",
    ])
  }

  /// The IDs of all containers, one a line, also of those that do not run.
  public func listContainers() -> [String] {
    command(["container", "ls", "--all", "--no-trunc", "--quiet"])
  }

  /// The IDs of the images of these containers, one a line.
  public func imagesOfContainers(_ ids: [String]) -> [String] {
    command(["container", "inspect", "--format", "{{.Image}}"] + ids)
  }
}

/// One tag of a registry, as skopeo tells it.
public struct RemoteImage: Equatable, Sendable {
  /// The manifest's digest.
  public let digest: String
  /// When the image was made, in seconds since 1970.
  public let created: Int64?
  /// Whether the image carries our label.
  public let isOurs: Bool

  /// Reads the line that `command` asks for; nil when it has another shape.
  public init?(line: String) {
    let fields = line.split(separator: "|" as Character, omittingEmptySubsequences: false)
    guard fields.count == 3, fields[0].hasPrefix("sha256:") else { return nil }
    digest = String(fields[0])
    created = Timestamp.seconds(rfc3339: String(fields[1]))
    isOurs = !fields[2].isEmpty && fields[2] != "<no value>"
  }

  /// Asks for one tag: digest, time, and the layer's name in our label.
  public static func command(
    repository: String, tag: String, verifiesTLS: Bool
  ) -> [String] {
    let label = "{{index .Labels \"\(OwnLabel.layer)\"}}"
    // Not tabs: skopeo aligns columns by them.
    let format = "{{.Digest}}|{{.Created.Format \"2006-01-02T15:04:05Z07:00\"}}|" + label
    return ["skopeo", "inspect", "--no-tags"] + (verifiesTLS ? [] : ["--tls-verify=false"]) + [
      "--format", format, "docker://\(repository):\(tag)",
    ]
  }

  /// Deletes the manifest of a tag, and with it every tag of the same digest.
  public static func deletion(
    repository: String, tag: String, verifiesTLS: Bool
  ) -> [String] {
    ["skopeo", "delete"] + (verifiesTLS ? [] : ["--tls-verify=false"]) + [
      "docker://\(repository):\(tag)"
    ]
  }
}
