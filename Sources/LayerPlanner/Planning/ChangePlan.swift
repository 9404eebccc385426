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
    let (tree, layers) = (classifier.tree, classifier.layers)
    var owned: [[RepositoryPath]] = layers.map { _ in [] }
    var causes: [Cause?] = layers.map { _ in nil }
    var isMatched = layers.map { _ in false }
    var ignored: [RepositoryPath] = []
    var unmatched: [RepositoryPath] = []
    var seen = SeenPaths(capacity: paths.count)
    var readers: [(layer: Int, pattern: String)] = []
    var memos = layers.map { _ in IgnoreRules.Memo() }
    for position in paths.indices where seen.isNew(position, in: paths) {
      let change = paths[position]
      readers.removeAll(keepingCapacity: true)
      var isIgnored = false
      // Most of many paths belong to no layer, and few to more than one.
      let candidates = classifier.probes.candidates(PathEnds(change.path.bytes))
      for index in layers.indices where candidates.contains(index) {
        let verdict = classifier.verdict(
          change.path, status: change.status, for: layers[index], memo: &memos[index])
        switch verdict {
        case .input(let pattern): readers.append((index, pattern))
        case .ignored: isIgnored = true
        case .unmatched: break
        }
      }
      if readers.isEmpty {
        if isIgnored { ignored.append(change.path) } else { unmatched.append(change.path) }
        continue
      }
      let owners =
        readers.count == 1 ? [] : tree.lowest(of: Set(readers.map { layers[$0.layer].name }))
      for (layer, pattern) in readers {
        isMatched[layer] = true
        guard readers.count == 1 || owners.contains(layers[layer].name) else { continue }
        owned[layer].append(change.path)
        if causes[layer] == nil {
          causes[layer] = .changed(path: change.path, pattern: pattern)
        }
      }
    }
    let names = layers.map(\.name)
    let affected = Set(names.indices.filter { !owned[$0].isEmpty }.map { names[$0] })
    changed = names.indices.map { (names[$0], owned[$0]) }
    filters = names.indices.map { (names[$0], isMatched[$0]) }
    lowest = names.first(where: affected.contains)
    build = tree.above(affected).map { layer in
      let parent = tree.parent(of: layer).map { Cause.parent($0) }
      return PlannedLayer(
        layer: layer, cause: causes[tree.rank(of: layer)] ?? parent ?? .stale)
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
