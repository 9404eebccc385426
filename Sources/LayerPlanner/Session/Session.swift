/// The state machine of the whole loop: saved files in; scans, builds, tags and reports out.
///
/// It has no clock and does nothing itself. Feed every input to `handle` in the order in which
/// things happened, perform the actions, and deliver `tick` when `deadline` has come.
///
/// Inputs only change what is known (`Intake.swift`); what is to be done follows from
/// what is known alone, after every input anew (`Planning.swift`). So there is no order of
/// inputs in which something that has to be done is forgotten.
public struct Session: Sendable {
  /// When `tick` must be delivered; nil means never: sleep until something happens.
  public internal(set) var deadline: Instant?

  /// Nothing is running, waiting to settle or to be done: the images are those of the tree, or
  /// what failed waits for an edit. False while an engine that cannot be reached is retried.
  public internal(set) var isSettled = false

  /// Whether nothing is started: `paused(true)` has come, and `paused(false)` has not since.
  public internal(set) var isPaused = false

  /// How things stand.
  public enum Outcome: Hashable, Sendable {
    /// There is work to do, or not everything is known yet.
    case working
    /// Everything is true: images, stable tags, and the container, if one is wanted.
    case upToDate
    /// These layers cannot be built as they are, in build order; what stands on them waits.
    case failed([LayerName])
    /// The images are true, but the container could not be started.
    case containerFailed
    /// The engine cannot be reached, for this reason; it is tried again.
    case unreachable(String)
  }

  /// What is known of the engine's images and container.
  enum Knowledge: Sendable {
    /// Waits for the engine to be free and the back-off to end, then asks.
    case unknown
    /// Waits for `images`. With `outdated`, the answer will be too old, so it is asked again.
    case asked(outdated: Bool)
    /// Every change since is the session's own doing.
    case known
  }

  /// The one build that is under way; waits for `buildFinished`.
  struct Running: Sendable {
    let layer: LayerName
    let content: Fingerprint
    /// The content of an input may have changed since the scan that gave `content`: the image
    /// may hold something else and is never tagged.
    var isTainted = false
    /// Attributes of an input changed meanwhile, so a scan has to say whether the image is what
    /// it was meant to be.
    var isQuestioned = false
    /// It was asked to stop.
    var isCancelled = false
    /// It has succeeded; waits for the verdict on its image.
    var result: (image: Image, seconds: Double)?
  }

  /// The container that is being replaced; waits for `containerRecreated`.
  struct Recreation: Sendable {
    let layer: LayerName
    let image: String
    /// A newer image waits, and that was told.
    var isSuperseded = false
  }

  var tree: LayerTree
  var settings: Settings
  /// Every layer, in build order.
  var layers: [LayerState]
  var settling: Settling
  var gate: GitGate
  var breaker: LoopBreaker

  /// `started` has come.
  var isStarted = false
  /// Everything has been compared, or is about to be; false while nothing is to be done until
  /// the first change.
  var isComparing = false
  /// The id of the latest scan and whether its answer is waited for.
  var scan: (id: Int, isWaiting: Bool) = (0, false)

  var knowledge = Knowledge.unknown
  /// Why the engine could not be reached, as long as it cannot.
  var unreachable: String?
  var engineBackOff = BackOff()
  var running: Running?
  /// The tags that are being moved; waits for `tagsMoved`.
  var moving: [TagMove]?
  var tagsBackOff = BackOff()
  /// The container, as far as it is known.
  public internal(set) var container = Inventory.Container.absent
  var recreating: Recreation?
  /// The ID of the image that the container was made from, while all that has changed since was
  /// copied into it: what it runs is what the tree says, whatever image there is by now.
  var syncedContainer: String?
  /// Something was copied into the container since its image was the tree's.
  var hasCopies = false
  /// The ID of the image that the container could not be started from.
  var failedContainer: String?
  /// The ID of the image that waits while the container stays stopped by hand.
  var waitingContainer: String?
  /// The user knows that the container is left as it is.
  var hasToldOfStop = false

  /// Builds that were tried again only because an image below had vanished.
  var repairs = 0
  /// Content was saved since failed layers were last tried again.
  var hasEdits = false
  /// `idle` was reported, and nothing has happened since.
  var isIdle = false
  /// There is work that only the git gate holds back.
  var isHeldByGate = false
  /// There is work that only the pause holds back.
  var isHeldByPause = false
  /// There are layers to build that wait for edits to stop.
  var isHeldByWaits = false
  /// The container is to be replaced although it runs what it should.
  var isRestartAsked = false
  /// What this call of `handle` gives back.
  var actions: [Action] = []

  /// A session that waits for `started`.
  public init(tree: LayerTree, settings: Settings) {
    self.tree = tree
    self.settings = settings
    layers = Self.states(of: tree)
    settling = Settling(settings: settings)
    gate = GitGate(settings: settings)
    breaker = LoopBreaker(settings: settings)
  }

  /// Takes in what happened and gives back what is to be done now, in order.
  public mutating func handle(_ input: Input, at now: Instant) -> [Action] {
    take(input, at: now)
    advance(at: now)
    defer { actions = [] }
    return actions
  }

  /// How things stand. For a command that ends: `failed` and `containerFailed` are final once
  /// `isSettled`, `unreachable` as soon as it is seen.
  public var outcome: Outcome {
    if let unreachable { return .unreachable(unreachable) }
    guard isSettled, isComparing else { return .working }
    let stuck = layers.indices.filter { index in
      if case .problem(.some) = layers[index].wanted { return true }
      return hasFailed(index)
    }
    guard stuck.isEmpty else { return .failed(stuck.map { layers[$0].name }) }
    return failedContainer == nil ? .upToDate : .containerFailed
  }

  static func states(of tree: LayerTree) -> [LayerState] {
    var states: [LayerState] = []
    for name in tree.order {
      let parent = tree.parent(of: name).map(tree.rank(of:))
      let root = parent.map { states[$0].root } ?? states.count
      states.append(LayerState(name: name, parent: parent, root: root))
    }
    return states
  }

  /// The position of `layer` in `layers`, or nil when the tree does not have it.
  func index(of layer: LayerName) -> Int? {
    let rank = tree.rank(of: layer)
    return rank < layers.count ? rank : nil
  }

  /// The image that a layer's tag may point to: it holds the wanted content, and stands on an
  /// image that is to the next layer what the one below is now.
  func image(_ index: Int) -> Image? {
    let layer = layers[index]
    guard let content = layer.content, !layer.isForced, let image = layer.available[content] else {
      return nil
    }
    guard let parent = layer.parent else { return image }
    guard let below = self.image(parent), image.base == below.identity else { return nil }
    return image
  }

  /// Whether the stable tag points to the wanted image.
  func isTagged(_ index: Int) -> Bool {
    guard let image = image(index) else { return false }
    return layers[index].stable == image.id
  }

  /// Whether the wanted content was tried to be built, in vain.
  func hasFailed(_ index: Int) -> Bool {
    let layer = layers[index]
    return layer.failed != nil && layer.failed == layer.content && image(index) == nil
  }

  /// Whether what the tree wants of this layer is known for certain: nothing that it or a layer
  /// below reads has changed since it was looked at.
  func isCurrent(_ index: Int) -> Bool {
    var here: Int? = index
    while let layer = here {
      if layers[layer].isInDoubt || layers[layer].isScanning { return false }
      here = layers[layer].parent
    }
    return true
  }
}
