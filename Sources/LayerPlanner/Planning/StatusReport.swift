/// Each layer's image against the tree, and the container against its tag.
public struct StatusReport: Sendable {
  /// An input that changed after the layer's image was made.
  public struct Change: Equatable, Sendable {
    /// The file.
    public let path: RepositoryPath
    /// When, in seconds since 1970.
    public let time: Int64

    /// A change at a time.
    public init(path: RepositoryPath, time: Int64) {
      self.path = path
      self.time = time
    }
  }

  /// What is known of the watcher.
  public enum Watcher: Equatable, Sendable {
    /// None is running.
    case absent
    /// One was running and did not end as it should; the last sign of life, in seconds since 1970.
    case died(lastSeen: Int64)
    /// This process has the repository, 0 when it is not known which. `doing` is what the watcher
    /// says of itself, lines for the text or an object for JSON; nil when it does not answer.
    case running(pid: Int32, doing: String?)
  }

  private struct Row: Sendable {
    let layer: LayerName
    let tag: String
    let status: LayerStatus
    let image: ImageList.Row?
    let changes: [Change]
  }

  private let rows: [Row]
  private let container: (name: String, words: String, isTrue: Bool)?
  /// What was copied into the container and is not in its image.
  private let drift: [RepositoryPath]
  private let isAllDrift: Bool
  private let now: Int64

  /// How many changed files of a layer are named.
  private static let namedChanges = 3

  /// Compares.
  ///
  /// - Parameters:
  ///   - changes: the inputs of a layer that changed after a time in seconds since 1970.
  ///   - journal: what live sync has copied.
  ///   - now: seconds since 1970.
  public init(
    configuration: Configuration, scan: Scan, state: EngineState,
    journal: SyncJournal = SyncJournal(), now: Int64,
    changes: (_ layer: LayerName, _ since: Int64) -> [Change]
  ) {
    self.now = now
    let isOfContainer = journal.container != nil && journal.container == state.container?.id
    drift = isOfContainer ? journal.drift : []
    isAllDrift = isOfContainer && journal.isEverything
    let names = configuration.imageNames(repository: configuration.repository?.value ?? "")
    let statuses = LayerStatus.all(
      tree: configuration.tree, scan: scan, state: state, names: names)
    rows = configuration.tree.order.map { layer in
      let id = LayerStatus.imageID(layer, scan: scan, state: state, names: names)
      let tag = names.stableTags[layer]
      let row = state.images.rows.first { $0.imageID == id && (tag == nil || $0.tag == tag) }
      let status = statuses[layer] ?? .unknown
      let created = id.flatMap { state.facts[$0]?.created }
      let isStale = status == .stale
      return Row(
        layer: layer, tag: tag ?? "-", status: status, image: row,
        changes: isStale ? created.map { changes(layer, $0) } ?? [] : [])
    }
    container = configuration.container.map { configured in
      let layer = configured.layer.value
      let wanted = LayerStatus.imageID(layer, scan: scan, state: state, names: names)
      return Self.describe(
        configured.name.value, state.container, layer: layer, tag: names.stableTags[layer],
        wanted: wanted)
    }
  }

  private static func describe(
    _ name: String, _ found: ContainerState?, layer: LayerName, tag: String?, wanted: String?
  ) -> (name: String, words: String, isTrue: Bool) {
    guard let found else { return (name, "not there", true) }
    guard found.owner != nil else {
      return (name, "\(found.status); not made by sindri-watch, so left alone", true)
    }
    if ImageFacts.normalised(found.imageID) == wanted {
      return (name, "\(found.status), on the image of \(tag ?? layer.text)", true)
    }
    let words = "\(found.status), on another image than \(tag ?? layer.text)"
    return (name, words, found.status != "running")
  }

  /// Whether every image is the tree's, and no container runs another.
  public var isTrue: Bool {
    rows.allSatisfy { $0.status == .current } && container?.isTrue != false
  }

  private func words(_ row: Row) -> String {
    switch row.status {
    case .current: "current"
    case .stale: "stale: " + changed(row.changes)
    case .belowIsStale(let parent): "stale: \(parent), which it stands on, is not current"
    case .onOlder(let parent): "stands on an older \(parent)"
    case .missing: "missing: run 'sindri-watch sync'"
    case .unknown: "unknown: not built by sindri-watch; run 'sindri-watch sync'"
    case .unbuildable(let reason): "cannot be built: \(reason)"
    }
  }

  private func changed(_ changes: [Change]) -> String {
    guard !changes.isEmpty else { return "its inputs are not those that the image was built from" }
    let named = changes.prefix(Self.namedChanges).map {
      "\($0.path) (\(Self.age(now - $0.time)))"
    }
    let rest = changes.count - named.count
    return named.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }

  /// How long ago something was, in one unit.
  static func age(_ seconds: Int64) -> String {
    switch seconds {
    case ..<2: "just now"
    case ..<120: "\(seconds) s ago"
    case ..<7200: "\(seconds / 60) min ago"
    case ..<172_800: "\(seconds / 3600) h ago"
    default: "\(seconds / 86_400) days ago"
    }
  }

  private func word(_ status: LayerStatus) -> String {
    switch status {
    case .current: "current"
    case .stale, .belowIsStale: "stale"
    case .onOlder: "untrue"
    case .missing: "missing"
    case .unknown: "unknown"
    case .unbuildable: "unbuildable"
    }
  }

  /// What live sync has put into the container that its image does not have.
  private var driftWords: String {
    if isAllDrift { return "too much was copied since its image was made to be listed" }
    guard !drift.isEmpty else { return "" }
    let named = drift.prefix(Self.namedDrift).map(\.description).joined(separator: ", ")
    let rest = drift.count - Self.namedDrift
    return "copied since its image was made: \(named)" + (rest > 0 ? " and \(rest) more" : "")
  }

  /// How many copied paths are named.
  private static let namedDrift = 5

  /// A table for people.
  public func text(watcher: Watcher) -> String {
    var table = [["LAYER", "TAG", "IMAGE", "AGE", "SIZE", "STATE"]]
    for row in rows {
      let id = row.image.map { String($0.imageID.dropFirst(7).prefix(12)) } ?? "-"
      table.append([
        row.layer.text, row.tag, id, row.image?.age ?? "-", row.image?.size ?? "-", words(row),
      ])
    }
    var text = TextTable.aligned(table)
    if let container { text += "container  \(container.name): \(container.words)\n" }
    if !driftWords.isEmpty { text += "drift      \(driftWords)\n" }
    return text + words(watcher).map { "\($0)\n" }.joined()
  }

  private func words(_ watcher: Watcher) -> [String] {
    switch watcher {
    case .absent: return ["watcher    not running"]
    case .died(let lastSeen):
      return ["watcher    died; it was last seen \(Self.age(now - lastSeen))"]
    case .running(let pid, let doing):
      let process = pid > 0 ? ", process \(pid)" : ""
      let lines = (doing ?? "").split(separator: "\n" as Character)
      return ["watcher    running\(process)"] + lines.map { "           \($0)" }
    }
  }

  private func members(_ watcher: Watcher) -> [(String, String)] {
    var (pid, doing, died) = ("null", "null", "null")
    switch watcher {
    case .absent: break
    case .died(let lastSeen):
      died = JSONText.string(Timestamp.rfc3339(seconds: lastSeen, nanoseconds: 0))
    case .running(let process, let object): (pid, doing) = ("\(process)", object ?? "null")
    }
    return [("watcher", pid), ("doing", doing), ("died", died)]
  }

  /// One object.
  public func json(watcher: Watcher) -> String {
    let layers = rows.map { row in
      (
        row.layer.text,
        JSONText.object([
          ("tag", JSONText.string(row.tag)),
          ("image", row.image.map { JSONText.string($0.imageID) } ?? "null"),
          ("state", JSONText.string(word(row.status))),
          ("reason", JSONText.string(words(row))),
          ("changed", JSONText.array(row.changes.map { JSONText.string($0.path.bytes) })),
        ])
      )
    }
    let container = container.map {
      JSONText.object([
        ("name", JSONText.string($0.name)), ("state", JSONText.string($0.words)),
        ("current", $0.isTrue ? "true" : "false"),
        ("drift", JSONText.array(drift.map { JSONText.string($0.bytes) })),
      ])
    }
    return JSONText.object(
      [("layers", JSONText.object(layers)), ("container", container ?? "null")]
        + members(watcher) + [("true", isTrue ? "true" : "false")])
  }
}
