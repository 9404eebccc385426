/// What the engine holds, as `status` asks for it.
public struct EngineState: Sendable {
  /// The repository's images.
  public let images: ImageList
  /// The container, if there is one of that name.
  public let container: ContainerState?

  /// What the engine holds.
  public init(images: ImageList, container: ContainerState?) {
    self.images = images
    self.container = container
  }
}

/// Each layer's image against the tree, and the container against its tag.
public struct StatusReport: Sendable {
  /// What a layer's stable tag is.
  public enum LayerState: Equatable, Sendable {
    /// Its image is what the tree says.
    case current
    /// Its image was made from other content.
    case stale
    /// There is no image under the tag.
    case missing
    /// The tag is on an image of which nothing is known.
    case unknown
    /// The tree itself cannot be built, for this reason.
    case unbuildable(String)
  }

  private let rows: [(layer: LayerName, tag: String, state: LayerState, image: ImageList.Row?)]
  private let container: (name: String, words: String, isTrue: Bool)?

  /// Compares.
  public init(configuration: Configuration, scan: Scan, state: EngineState) {
    let names = configuration.imageNames(repository: configuration.repository?.value ?? "")
    let stable = state.images.stableContents(names: names)
    rows = configuration.tree.order.map { layer in
      let tag = names.stableTags[layer]
      let row = tag.flatMap { tag in state.images.rows.first { $0.tag == tag } }
      let layerState: LayerState
      if let wanted = scan.fingerprints[layer] {
        if let tag, state.images.imageID(tag: tag) == nil {
          layerState = .missing
        } else if tag == nil {
          let known = state.images.contents(names: names)[layer]?[wanted] != nil
          layerState = known ? .current : .missing
        } else if let content = stable[layer] {
          layerState = content == wanted ? .current : .stale
        } else {
          layerState = .unknown
        }
      } else {
        layerState = .unbuildable(scan.problems[layer] ?? "what it stands on cannot be built")
      }
      return (layer, tag ?? "-", layerState, row)
    }
    container = configuration.container.map { configured in
      let name = configured.name.value
      guard let found = state.container else { return (name, "not there", false) }
      guard found.owner != nil else {
        return (name, "\(found.status); not made by sindri-watch, so left alone", true)
      }
      let wanted = scan.fingerprints[configured.layer.value]
      let isCurrent = found.fingerprint == wanted && found.status == "running"
      let image = found.fingerprint == wanted ? "the tree's image" : "an older image"
      return (name, "\(found.status), \(image)", isCurrent)
    }
  }

  /// Whether every image, and the container if one is configured, is the tree's.
  public var isTrue: Bool {
    rows.allSatisfy { $0.state == .current } && container?.isTrue != false
  }

  private func words(_ state: LayerState) -> String {
    switch state {
    case .current: "current"
    case .stale: "stale: the tree has changed since"
    case .missing: "missing: build it with 'sindri-watch build'"
    case .unknown: "unknown: the tag is on an image that was not built from a known tree"
    case .unbuildable(let reason): "cannot be built: \(reason)"
    }
  }

  private func word(_ state: LayerState) -> String {
    switch state {
    case .current: "current"
    case .stale: "stale"
    case .missing: "missing"
    case .unknown: "unknown"
    case .unbuildable: "unbuildable"
    }
  }

  /// A table for people.
  public func text(watcher: Int32?) -> String {
    var table = [["LAYER", "TAG", "IMAGE", "AGE", "SIZE", "STATE"]]
    for row in rows {
      let id = row.image.map { String($0.imageID.dropFirst(7).prefix(12)) } ?? "-"
      table.append([
        row.layer.text, row.tag, id, row.image?.age ?? "-", row.image?.size ?? "-",
        words(row.state),
      ])
    }
    var text = TextTable.aligned(table)
    if let container { text += "container  \(container.name): \(container.words)\n" }
    switch watcher {
    case nil: text += "watcher    not running\n"
    case 0: text += "watcher    running\n"
    case let pid?: text += "watcher    running, process \(pid)\n"
    }
    return text
  }

  /// One object.
  public func json(watcher: Int32?) -> String {
    let layers = rows.map { row in
      (
        row.layer.text,
        JSONText.object([
          ("tag", JSONText.string(row.tag)),
          ("image", row.image.map { JSONText.string($0.imageID) } ?? "null"),
          ("state", JSONText.string(word(row.state))),
          ("reason", JSONText.string(words(row.state))),
        ])
      )
    }
    let container = container.map {
      JSONText.object([
        ("name", JSONText.string($0.name)), ("state", JSONText.string($0.words)),
        ("current", $0.isTrue ? "true" : "false"),
      ])
    }
    return JSONText.object([
      ("layers", JSONText.object(layers)), ("container", container ?? "null"),
      ("watcher", watcher.map { "\($0)" } ?? "null"), ("true", isTrue ? "true" : "false"),
    ])
  }
}
