/// How the stable tags are made true at the least cost: the decision of the `sync` command.
public struct SyncPlan: Equatable, Sendable {
  /// Where images may come from besides the local ones.
  public enum Source: String, CaseIterable, Sendable {
    /// From the registry where it has them, else by a build.
    case auto
    /// From the registry alone.
    case registry
    /// By builds alone.
    case build
  }

  /// What is to be done for one layer, the cheapest first.
  public enum Step: Hashable, Sendable {
    /// The stable tag points to the tree's image.
    case nothing
    /// The tree's image is here; a tag has to move.
    case retag
    /// The registry has the tree's image.
    case pull
    /// It has to be built.
    case build
    /// There is no allowed way, for this reason.
    case impossible(String)
  }

  /// A layer and what is to be done for it.
  public struct LayerStep: Hashable, Sendable {
    /// The layer.
    public let layer: LayerName
    /// What is to be done.
    public let step: Step

    /// A step.
    public init(layer: LayerName, step: Step) {
      self.layer = layer
      self.step = step
    }
  }

  /// One step for each layer, in build order.
  public let steps: [LayerStep]

  /// Decides.
  ///
  /// - Parameters:
  ///   - remote: the tags that the registry has; nil when that is not known.
  public init(
    tree: LayerTree, scan: Scan, state: EngineState, names: ImageNames, remote: Set<String>?,
    source: Source
  ) {
    let contents = state.images.contents(names: names, facts: state.facts)
    let stable = state.images.stableIDs(names: names)
    var known: [LayerName: Step] = [:]
    var images: [LayerName: Image] = [:]
    steps = tree.order.map { layer in
      let parent = tree.parent(of: layer)
      let step: Step
      if let content = scan.fingerprints[layer] {
        let below = parent.flatMap { images[$0] }
        let local =
          parent == nil || below != nil
          ? Self.image(content, scan.recipes[layer], contents[layer] ?? [:], on: below) : nil
        if let local {
          images[layer] = local
          let isStable = names.stableTags[layer] == nil || stable[layer] == local.id
          let isKnown = contents[layer]?[content]?.id == local.id
          step = isStable && isKnown ? .nothing : .retag
        } else {
          step = Self.missing(
            names.contentTag(layer, content), remote, source,
            isParentBuilt: parent.map { known[$0] == .build } ?? false)
        }
      } else {
        step = .impossible(scan.problems[layer] ?? "what it stands on cannot be built")
      }
      known[layer] = step
      return LayerStep(layer: layer, step: step)
    }
  }

  /// The local image that the tag may point to: of this content, or of the same inputs on what is
  /// alike.
  private static func image(
    _ content: Fingerprint, _ recipe: Fingerprint?, _ images: [Fingerprint: Image],
    on below: Image?
  ) -> Image? {
    if let image = images[content], image.base == below?.identity { return image }
    guard let recipe, let below, below.identity != nil else { return nil }
    return images.values.filter { $0.recipe == recipe && $0.base == below.identity }
      .min { $0.id < $1.id }
  }

  private static func missing(
    _ tag: String, _ remote: Set<String>?, _ source: Source, isParentBuilt: Bool
  ) -> Step {
    switch source {
    case .build: .build
    // What stands on an image that is built here is nowhere else.
    case .auto where isParentBuilt: .build
    case .auto: remote?.contains(tag) == true ? .pull : .build
    case .registry where remote?.contains(tag) == false:
      .impossible("the registry has no \(tag)")
    case .registry: .pull
    }
  }

  /// Whether every stable tag is that of the tree already.
  public var isDone: Bool { steps.allSatisfy { $0.step == .nothing } }

  /// A table for people.
  public var text: String {
    TextTable.aligned(
      [["LAYER", "STEP", "WHY"]]
        + steps.map { step in
          let (word, reason) = Self.words(step.step)
          return [step.layer.text, word, reason]
        })
  }

  /// One object: `{"done":false,"steps":[{"layer":"base","step":"pull","reason":"..."}]}`.
  public var json: String {
    let objects = steps.map { step in
      let (word, reason) = Self.words(step.step)
      return JSONText.object([
        ("layer", JSONText.string(step.layer.text)), ("step", JSONText.string(word)),
        ("reason", JSONText.string(reason)),
      ])
    }
    return JSONText.object([
      ("done", isDone ? "true" : "false"), ("steps", JSONText.array(objects)),
    ])
  }

  private static func words(_ step: Step) -> (word: String, reason: String) {
    switch step {
    case .nothing: ("nothing", "the stable tag is on the tree's image")
    case .retag: ("retag", "the tree's image is here under another tag")
    case .pull: ("pull", "the registry has the tree's image")
    case .build: ("build", "the tree's image is neither here nor to be had")
    case .impossible(let reason): ("none", reason)
    }
  }
}
