/// What the engine holds, as `status` asks for it.
public struct EngineState: Sendable {
  /// The repository's images.
  public let images: ImageList
  /// What is known of those that a tag of ours names, by ID.
  public let facts: [String: ImageFacts]
  /// The container, if there is one of that name.
  public let container: ContainerState?

  /// What the engine holds.
  public init(images: ImageList, facts: [String: ImageFacts], container: ContainerState?) {
    self.images = images
    self.facts = facts
    self.container = container
  }
}

/// What the image under a layer's stable tag is, against the tree and against the image below.
public enum LayerStatus: Equatable, Sendable {
  /// What the tree says, on what the tree says.
  case current
  /// Its own inputs have changed since.
  case stale
  /// It is what it was meant to be, and the layer below is not.
  case belowIsStale(LayerName)
  /// It stands on another image than the stable one of the layer below.
  case onOlder(LayerName)
  /// There is no image under the tag.
  case missing
  /// The image under the tag was made by someone else.
  case unknown
  /// The tree itself cannot be built, for this reason.
  case unbuildable(String)

  /// The status of every layer, by the images under their stable tags; a layer without a stable tag
  /// is judged by the image of its wanted content.
  public static func all(
    tree: LayerTree, scan: Scan, state: EngineState, names: ImageNames
  ) -> [LayerName: LayerStatus] {
    var found: [LayerName: LayerStatus] = [:]
    for layer in tree.order {
      found[layer] = status(of: layer, found, tree, scan, state, names)
    }
    return found
  }

  /// The ID of the image that a layer is judged by.
  public static func imageID(
    _ layer: LayerName, scan: Scan, state: EngineState, names: ImageNames
  ) -> String? {
    if let tag = names.stableTags[layer] { return state.images.imageID(tag: tag) }
    guard let content = scan.fingerprints[layer] else { return nil }
    return state.images.contents(names: names, facts: state.facts)[layer]?[content]?.id
  }

  private static func status(
    of layer: LayerName, _ below: [LayerName: LayerStatus], _ tree: LayerTree, _ scan: Scan,
    _ state: EngineState, _ names: ImageNames
  ) -> LayerStatus {
    guard let recipe = scan.recipes[layer] else {
      return .unbuildable(scan.problems[layer] ?? "what it stands on cannot be built")
    }
    let facts = { (layer: LayerName) in
      imageID(layer, scan: scan, state: state, names: names).flatMap { state.facts[$0] }
    }
    guard let image = facts(layer) else { return .missing }
    let parent = tree.parent(of: layer)
    let parentFacts = parent.flatMap(facts)
    // An image inherits the labels of the one below: only its own layer's name makes them its own.
    guard image.layer == layer, image.image.recipe != nil else {
      if let parent, let parentFacts, !image.stands(on: parentFacts) { return .onOlder(parent) }
      return .unknown
    }
    guard image.image.recipe == recipe else { return .stale }
    guard let parent else { return .current }
    if let parentFacts, image.image.base != parentFacts.image.identity { return .onOlder(parent) }
    return below[parent] == .current ? .current : .belowIsStale(parent)
  }
}
