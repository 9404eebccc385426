/// Holds work back while git rewrites the tree, so that a checkout is one plan.
struct GitGate: Equatable, Sendable {
  private enum State: Equatable, Sendable {
    /// Waits for git to begin.
    case open
    /// Waits for git to end, or for the lock to count as left over.
    case closed(lock: String, since: Instant)
    /// The lock has gone; waits a moment, because operations come in rows (a rebase).
    case opening(at: Instant)
    /// The lock was left over by a git that died; waits for it to go or change.
    case ignored(lock: String)
  }

  /// The constants; may be replaced at any time.
  var settings: Session.Settings
  private var state = State.open

  init(settings: Session.Settings) { self.settings = settings }

  /// Takes in which lock is there, if any.
  mutating func note(lock: String?, at now: Instant) {
    switch (state, lock) {
    case (.open, nil), (.opening, nil): break
    case (.closed, nil): state = .opening(at: now.advanced(by: settings.gitRelease))
    case (.ignored, nil): state = .open
    case (.closed(_, let since), .some(let lock)): state = .closed(lock: lock, since: since)
    case (.ignored(let known), .some(let lock)) where known == lock: break
    case (_, .some(let lock)): state = .closed(lock: lock, since: now)
    }
  }

  /// When work may go on, unless git goes on; nil when it may now. `latestChange` is that of any
  /// input: a lock under which files still change is not left over.
  func opens(latestChange: Instant?) -> Instant? {
    switch state {
    case .open, .ignored: return nil
    case .opening(let time): return time
    case .closed(_, let since):
      return max(since, latestChange ?? since).advanced(by: settings.gitStale)
    }
  }

  /// Lets work pass if it is time; false while git is busy. When the lock counts as left over
  /// from now on, `stale` gets its name.
  mutating func pass(at now: Instant, latestChange: Instant?, stale: inout String?) -> Bool {
    guard let time = opens(latestChange: latestChange) else { return true }
    guard now >= time else { return false }
    if case .closed(let lock, _) = state {
      stale = lock
      state = .ignored(lock: lock)
    } else {
      state = .open
    }
    return true
  }
}
