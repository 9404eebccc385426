/// How the images of one repository are named.
public struct ImageNames: Equatable, Sendable {
  /// The repository, without a tag: `registry.fly.io/sindri-registry`.
  public let repository: String
  /// The stable tag of each layer that has one.
  public let stableTags: [LayerName: String]

  /// Names in `repository`, with the configured stable tags.
  public init(repository: String, stableTags: [LayerName: String]) {
    self.repository = repository
    self.stableTags = stableTags
  }

  /// Whether the repository can be in a registry: a name of one part alone is a local one.
  public var hasRegistry: Bool { repository.contains("/") }

  /// The reference that only the image with this content has: `REPOSITORY:LAYER-FINGERPRINT`.
  public func content(_ layer: LayerName, _ fingerprint: Fingerprint) -> String {
    "\(repository):\(contentTag(layer, fingerprint))"
  }

  /// The tag of that reference.
  public func contentTag(_ layer: LayerName, _ fingerprint: Fingerprint) -> String {
    "\(layer)-\(fingerprint)"
  }

  /// The reference that moves with the tree: `REPOSITORY:base-stable`. Nil for a layer without.
  public func stable(_ layer: LayerName) -> String? {
    stableTags[layer].map { "\(repository):\($0)" }
  }

  /// The layer and the content that a tag of ours stands for, or nil for any other tag.
  public func parse(contentTag tag: String) -> (LayerName, Fingerprint)? {
    guard let dash = tag.lastIndex(of: "-") else { return nil }
    let hex = String(tag[tag.index(after: dash)...])
    guard let fingerprint = Fingerprint(hex: hex), dash != tag.startIndex else { return nil }
    return (LayerName(String(tag[..<dash])), fingerprint)
  }
}
