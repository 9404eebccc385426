/// What the container is thought to hold of the host's files.
struct ShownTree: Sendable {
  /// What is known of one path.
  enum Shown: Hashable, Sendable {
    /// Something may be there; what, is not known.
    case unknown
    /// This was sent, or is in the image.
    case entry(HostEntry)
  }

  private var entries: [RepositoryPath: Shown] = [:]
  private var children: [RepositoryPath: Set<RepositoryPath>] = [:]

  /// What is known of `path`; nil when nothing is there.
  subscript(path: RepositoryPath) -> Shown? { entries[path] }

  /// Every path that something is or may be at.
  var paths: [RepositoryPath] { Array(entries.keys) }

  /// The paths one level below `directory` at which, or below which, something may be.
  func children(of directory: RepositoryPath) -> Set<RepositoryPath> { children[directory] ?? [] }

  /// Notes what is at `path`.
  mutating func set(_ path: RepositoryPath, _ shown: Shown) {
    if case .entry(.absent) = shown { return remove(path) }
    if entries.updateValue(shown, forKey: path) != nil { return }
    var child = path
    while child != .root {
      let parent = child.parent
      let isNew = children[parent, default: []].insert(child).inserted
      if !isNew || parent == .root { break }
      child = parent
    }
  }

  /// Notes that nothing is at `path` nor below it.
  mutating func remove(_ path: RepositoryPath) {
    var stack = [path]
    while let next = stack.popLast() {
      entries[next] = nil
      if let below = children.removeValue(forKey: next) { stack += below }
    }
    if path != .root { children[path.parent]?.remove(path) }
  }

  /// Forgets what is at every path, but not that something is.
  mutating func doubtEverything() {
    for path in entries.keys { entries[path] = .unknown }
  }
}
