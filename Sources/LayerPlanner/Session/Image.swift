/// One image of a layer: as much as decides what it is good for.
public struct Image: Hashable, Sendable {
  /// The engine's ID of it.
  public let id: String
  /// The layer's own inputs, whatever it stands on; nil when that is not known.
  public let recipe: Fingerprint?
  /// What the images that are built on it inherit: its root file system and its runtime
  /// configuration. Nil when nobody asked, because no layer stands on it.
  public let identity: Fingerprint?
  /// The identity of the image that it was built on; nil for one that was built on none of ours.
  public let base: Fingerprint?

  /// An image of which this is known.
  public init(
    id: String, recipe: Fingerprint? = nil, identity: Fingerprint? = nil, base: Fingerprint? = nil
  ) {
    self.id = id
    self.recipe = recipe
    self.identity = identity
    self.base = base
  }
}
