import LayerPlanner

/// How much an event says about a path.
enum ChangeKind: Hashable, Sendable {
  /// The path is being written, or was created and may be: more is to come, usually `final` when
  /// the writer closes it. A hard link or a linked O_TMPFILE sends nothing more.
  case provisional
  /// The change is complete: closed after writing, renamed, or gone.
  case final
  /// Permissions, times or links changed; the content did not.
  case attributes
}

/// What the watcher saw. Every event is only a hint to look at a path again.
enum WatchEvent: Equatable, Sendable {
  /// Look at `path` again.
  ///
  /// With `isDirectory`, `path` is or was a directory. Unless `kind` is `attributes`, everything
  /// known below it is void: it came, went, or was replaced as a whole. What is there now is
  /// reported path by path after this event; what is there no more has no event of its own.
  case changed(path: RepositoryPath, kind: ChangeKind, isDirectory: Bool)
  /// Events were lost, or the tree was replaced: everything must be looked at again. Sent after
  /// the watches are in place again.
  case lost(reason: String)
  /// Git began (true) or ended an operation that rewrites the tree. In order with the changes.
  case git(busy: Bool)
  /// Something the user should know, with the remedy.
  case warning(String)
  /// The watched root is gone; it is waited for.
  case rootGone
  /// The root is there again; `lost` follows.
  case rootBack
}

/// Why a tree cannot be watched at all.
enum WatchError: Error, Equatable, CustomStringConvertible {
  /// The root is no directory that can be opened.
  case root(SystemError)
  /// Every inotify instance that this user may have is in use.
  case tooManyInstances(limit: String)
  /// Something else that watching needs failed.
  case system(SystemError)

  var description: String {
    switch self {
    case .root(let error), .system(let error):
      return error.description
    case .tooManyInstances(let limit):
      return """
        no inotify instance is left for this user (fs.inotify.max_user_instances = \(limit)); \
        end other watchers, or raise it: sudo sysctl fs.inotify.max_user_instances=1024
        """
    }
  }
}
