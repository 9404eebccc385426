/// What the session knows of one layer.
struct LayerState: Sendable {
  /// What the tree wants of a layer, as of the last scan.
  enum Wanted: Equatable, Sendable {
    /// No scan was answered yet.
    case unknown
    /// An image with this content.
    case content(Fingerprint)
    /// It cannot be known what, for this reason; or, nil, that of a layer below.
    case problem(String?)
  }

  /// The layer's name.
  let name: LayerName
  /// The position in the build order of the layer that it stands on.
  let parent: Int?
  /// The position of the lowest layer of its chain: layers of one root share their tags' fate.
  let root: Int

  /// What the tree wants, true only while `isInDoubt` and `isScanning` are false here and below.
  var wanted = Wanted.unknown
  /// The layer's own inputs as of the last scan.
  var recipe: Fingerprint?
  /// An input changed, and no scan that would see it was asked for yet.
  var isInDoubt = false
  /// The scan that will see the latest change was asked for and is not answered yet.
  var isScanning = false
  /// A change that a person may have meant as "try again" came since the last scan was asked for.
  var isRetried = false

  /// The images by the content that their tags say. Whether one is true depends on the image of
  /// the layer below, too: see `Session.image`.
  var available: [Fingerprint: Image] = [:]
  /// The ID of the image that the stable tag points to.
  var stable: String?
  /// Build it although an image is there.
  var isForced = false
  /// The content whose build failed; it is not built again until something is different.
  var failed: Fingerprint?
  /// The engine has not answered since that build failed, so the engine may have been the reason.
  var isFailureUnsure = false

  /// The latest change of an input since the last build began, and whether it was of content.
  var change: (path: RepositoryPath, pattern: String, isContent: Bool)?
  /// It was asked for by name.
  var isRequested = false
  /// The configuration was edited since it was last true.
  var isReconfigured = false
  /// The last build of it came to nothing.
  var isUnfinished = false
  /// The cause that was reported for a build that has not begun yet.
  var planned: Cause?
  /// The content that was last reported as built or reused.
  var reported: Fingerprint?
  /// How long a build of it usually takes; nil when that is not known.
  var cost: Duration?
  /// That it waits for its price was reported.
  var isCostReported = false
  /// A person wants it built, whatever it costs and whoever wrote its inputs.
  var isConfirmed = false
  /// The file that is held back, and until when, of those that changed since the last build.
  var hold: (path: RepositoryPath, until: Instant)?
  /// Something else than files that are held back changed since the last build.
  var hasFreeChange = false
  /// How many builds of it have begun.
  var builds = 0
  /// The problem that was last reported.
  var warned: String?

  init(name: LayerName, parent: Int?, root: Int) {
    self.name = name
    self.parent = parent
    self.root = root
  }

  /// The wanted content, if it is known.
  var content: Fingerprint? {
    if case .content(let fingerprint) = wanted { return fingerprint }
    return nil
  }

  /// Notes a change of an input; the first change of content since the last build decides.
  mutating func note(_ path: RepositoryPath, _ pattern: String, isContent: Bool) {
    isInDoubt = true
    if isContent { isRetried = true }
    if change == nil || (isContent && change?.isContent == false) {
      change = (path, pattern, isContent)
    }
  }
}

extension LayerState {
  /// Takes over what a new configuration leaves as it was; what it may have changed is looked at
  /// again anyway.
  mutating func inherit(_ known: LayerState) {
    available = known.available
    stable = known.stable
    isForced = known.isForced
    change = known.change
    isRequested = known.isRequested
    isUnfinished = known.isUnfinished
    reported = known.reported
    cost = known.cost
    isConfirmed = known.isConfirmed
    builds = known.builds
    warned = known.warned
  }

  /// Forgets why it was to be built: it is being built, or is true.
  mutating func forgetCauses() {
    change = nil
    isRequested = false
    isReconfigured = false
    planned = nil
    isCostReported = false
    isConfirmed = false
    hold = nil
    hasFreeChange = false
  }
}
