/// Gathers changes into batches and says when a batch is complete.
///
/// A single save after a pause is complete at once. In a burst, the pause that ends it follows the
/// burst's own rhythm. A file that is being written is waited for, and no batch is waited for
/// without end. Memory is bounded: past a limit the paths give way to "everything".
struct Settling: Sendable {
  /// What changed, to be looked at again.
  struct Batch: Equatable, Sendable {
    /// The changed paths in the order in which they were first seen; empty when there were too
    /// many to keep.
    var paths: [RepositoryPath]
    /// Whether everything has to be looked at, not only `paths`.
    var isEverything: Bool
    /// Whether there were more paths than are kept.
    var isSaturated: Bool
  }

  /// The constants; may be replaced at any time.
  var settings: Session.Settings
  /// When the latest change came, in this batch or before.
  private(set) var latest: Instant?

  private var paths: [RepositoryPath] = []
  private var seen: Set<RepositoryPath> = []
  /// Files that are being written, each with its latest change.
  private var open: [RepositoryPath: Instant] = [:]
  private var isEverything = false
  private var isSaturated = false
  /// The first change of this batch.
  private var first: Instant?
  /// Where the burst that `gaps` counts began: at most one change earlier than this batch.
  private var burst: Instant?
  private var gaps = 0
  /// When a comparison of everything was asked for that no change caused.
  private var asked: Instant?

  init(settings: Session.Settings) { self.settings = settings }

  /// Whether nothing waits to settle.
  var isEmpty: Bool { first == nil && asked == nil }

  /// Takes in one change of `path`.
  mutating func note(_ path: RepositoryPath, _ kind: Change.Kind, at now: Instant) {
    count(at: now)
    switch kind {
    case .provisional:
      if open.count < settings.mostPaths || open[path] != nil { open[path] = now }
    case .final: open[path] = nil
    case .attributes: break
    }
    guard !isSaturated, seen.insert(path).inserted else { return }
    paths.append(path)
    guard paths.count > settings.mostPaths else { return }
    isSaturated = true
    isEverything = true
    paths = []
    seen = []
  }

  /// Takes in that anything may have changed, in the middle of what goes on.
  mutating func noteEverything(at now: Instant) {
    count(at: now)
    isEverything = true
  }

  /// Asks for a batch of everything without delay; changes that are settling are still waited for.
  mutating func askForEverything(at now: Instant) {
    isEverything = true
    asked = asked ?? now
  }

  /// When the batch is complete, if no more changes come; nil when there is none.
  var due: Instant? {
    guard let first, let latest else { return asked }
    var end = latest.advanced(by: quiet)
    if let written = open.values.max() {
      end = max(end, written.advanced(by: settings.provisionalWait))
    }
    return min(end, first.advanced(by: settings.longestBatch))
  }

  /// Takes the batch out; the next change begins a new one.
  mutating func take() -> Batch {
    defer {
      paths = []
      seen = []
      open = [:]
      isEverything = false
      isSaturated = false
      first = nil
      burst = nil
      gaps = 0
      asked = nil
    }
    return Batch(paths: paths, isEverything: isEverything, isSaturated: isSaturated)
  }

  /// The pause that ends this batch.
  private var quiet: Duration {
    guard gaps > 0, let burst, let latest else { return settings.shortestQuiet }
    let rhythm = latest.since(burst) / gaps * settings.quietPerGap
    return min(max(rhythm, settings.shortestQuiet), settings.longestQuiet)
  }

  private mutating func count(at now: Instant) {
    if let latest, now.since(latest) < settings.idleBefore {
      if burst == nil { burst = latest }
      gaps += 1
    } else {
      burst = now
      gaps = 0
    }
    if first == nil { first = now }
    latest = now
  }
}
