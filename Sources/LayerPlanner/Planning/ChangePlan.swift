/// A path and what happened to it since some point, as git tells.
public struct ChangedPath: Hashable, Sendable {
  /// The path.
  public let path: RepositoryPath
  /// What happened to it.
  public let status: ChangeStatus

  /// A path with its status.
  public init(path: RepositoryPath, status: ChangeStatus = .modified) {
    self.path = path
    self.status = status
  }
}

/// What has to be built for a set of changed paths: the decision of the `plan` command, and of CI.
public struct ChangePlan: Equatable, Sendable {
  /// For each layer in build order, the changed paths that belong to it. A path that several
  /// layers read belongs to the lowest.
  public let changed: [(layer: LayerName, paths: [RepositoryPath])]
  /// For each layer in build order, whether its own patterns name a changed path: what
  /// dorny/paths-filter would say.
  public let filters: [(layer: LayerName, isMatched: Bool)]
  /// The lowest affected layer; nil when nothing is affected.
  public let lowest: LayerName?
  /// The affected layers and all above them, in build order, each with its cause.
  public let build: [PlannedLayer]
  /// Paths that a pattern names and an ignore file keeps out of every build.
  public let ignored: [RepositoryPath]
  /// Paths that no pattern names.
  public let unmatched: [RepositoryPath]

  /// Decides over `paths`; a path given twice counts once.
  public init(_ paths: [ChangedPath], _ classifier: PathClassifier) {
    let tree = classifier.tree
    var owned: [LayerName: [RepositoryPath]] = [:]
    var causes: [LayerName: Cause] = [:]
    var matched: Set<LayerName> = []
    var ignored: [RepositoryPath] = []
    var unmatched: [RepositoryPath] = []
    var seen: Set<ChangedPath> = []
    var readers: [(layer: LayerName, pattern: String)] = []
    seen.reserveCapacity(paths.count)
    var memos = classifier.layers.map { _ in IgnoreRules.Memo() }
    for change in paths where seen.insert(change).inserted {
      readers.removeAll(keepingCapacity: true)
      var isIgnored = false
      for (index, layer) in classifier.layers.enumerated() {
        let verdict = classifier.verdict(
          change.path, status: change.status, for: layer, memo: &memos[index])
        switch verdict {
        case .input(let pattern): readers.append((layer.name, pattern))
        case .ignored: isIgnored = true
        case .unmatched: break
        }
      }
      // Most of many paths belong to no layer.
      if readers.isEmpty {
        if isIgnored { ignored.append(change.path) } else { unmatched.append(change.path) }
        continue
      }
      let owners = readers.count == 1 ? [] : tree.lowest(of: Set(readers.map(\.layer)))
      for (layer, pattern) in readers {
        matched.insert(layer)
        guard readers.count == 1 || owners.contains(layer) else { continue }
        owned[layer, default: []].append(change.path)
        if causes[layer] == nil {
          causes[layer] = .changed(path: change.path, pattern: pattern)
        }
      }
    }
    let affected = Set(owned.keys)
    changed = tree.order.map { ($0, owned[$0] ?? []) }
    filters = tree.order.map { ($0, matched.contains($0)) }
    lowest = tree.order.first(where: affected.contains)
    build = tree.above(affected).map { layer in
      let parent = tree.parent(of: layer).map { Cause.parent($0) }
      return PlannedLayer(layer: layer, cause: causes[layer] ?? parent ?? .stale)
    }
    self.ignored = ignored
    self.unmatched = unmatched
  }

  /// Equal when every part is.
  public static func == (left: ChangePlan, right: ChangePlan) -> Bool {
    left.changed.elementsEqual(right.changed, by: ==)
      && left.filters.elementsEqual(right.filters, by: ==)
      && left.build == right.build && left.ignored == right.ignored
      && left.unmatched == right.unmatched
  }
}
