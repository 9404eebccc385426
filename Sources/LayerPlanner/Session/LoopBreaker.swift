/// Tells a file that is written because a layer was built, and whose change has the layer built
/// again, from one that a person saves.
///
/// A change just after a build of a layer that reads the file began or ended, or just after the
/// container was replaced, counts as an answer to it. After some answers in a row the file is held
/// back: a layer that only it has changed waits until it has been left alone for a while. Each
/// time that it answers the build after that, the wait is doubled.
struct LoopBreaker: Sendable {
  /// A file that is held back.
  struct Hold: Equatable, Sendable {
    /// The end of the wait, if the file does not change any more.
    var until: Instant
    /// How long it has to be left alone.
    var quiet: Duration
    /// How many builds in a row it has answered.
    var count: Int
    /// Whether this change began the wait.
    var isNew: Bool
  }

  private struct Streak: Sendable {
    var count = 0
    /// The builds of its readers up to the last answer, so that one build is answered once.
    var builds = -1
  }

  /// The constants; may be replaced at any time.
  var settings: Session.Settings
  private var streaks: [RepositoryPath: Streak] = [:]
  /// When a build last began or ended, or the container was replaced.
  private var lastWork: Instant?

  /// How many files are remembered: those that answer builds are few, a checkout is not.
  private static let mostFiles = 64
  /// How often the wait is doubled at most.
  private static let mostDoublings = 6

  init(settings: Session.Settings) { self.settings = settings }

  /// A build began or ended, or the container was replaced.
  mutating func noteWork(at now: Instant) { lastWork = now }

  /// Takes in a change of the content of `path`; nil when the file is not held back.
  ///
  /// - Parameter builds: how many builds of layers that read it have begun.
  mutating func note(_ path: RepositoryPath, builds: Int, at now: Instant) -> Hold? {
    guard settings.loopLimit > 0 else { return nil }
    let isAnswer = lastWork.map { now.since($0) <= settings.loopWindow } ?? false
    guard isAnswer || !streaks.isEmpty else { return nil }
    var streak = streaks[path] ?? Streak()
    let isNewBuild = streak.builds != builds
    if isNewBuild {
      guard isAnswer else {
        streaks[path] = nil
        return nil
      }
      streak.count += 1
      streak.builds = builds
      if streaks.count >= Self.mostFiles, streaks[path] == nil { streaks = [:] }
      streaks[path] = streak
    }
    guard streak.count >= settings.loopLimit else { return nil }
    let doublings = min(streak.count - settings.loopLimit, Self.mostDoublings)
    let quiet = settings.loopQuiet * (1 << doublings)
    return Hold(
      until: now.advanced(by: quiet), quiet: quiet, count: streak.count, isNew: isNewBuild)
  }

  /// Forgets everything: a person wants everything built as it is.
  mutating func reset() { streaks = [:] }
}
