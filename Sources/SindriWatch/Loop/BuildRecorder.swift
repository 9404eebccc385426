import LayerPlanner

/// Keeps a record of every build, and tells of those that were much slower than usual.
final class BuildRecorder {
  private let log: BuildLog
  private let report: (Event) -> Void
  /// Why the layers that are being built are built.
  private var causes: [LayerName: Cause] = [:]
  /// The newest records; nil until the first is needed.
  private var history: [BuildRecord]?
  private var hasFailed = false

  init(_ log: BuildLog, report: @escaping (Event) -> Void) {
    self.log = log
    self.report = report
  }

  /// A build begins.
  func started(_ build: Build) { causes[build.layer] = build.cause }

  /// A build ended, or was not needed.
  func finished(
    _ layer: LayerName, _ result: BuildResult, seconds: Double, progress: BuildProgress?
  ) {
    let record = BuildRecord(
      time: wallClockNanoseconds() / 1_000_000_000, layer: layer, result: result,
      milliseconds: Int64((seconds * 1000).rounded()), cachedSteps: progress?.cachedSteps ?? 0,
      runSteps: progress?.runSteps ?? 0, cause: causes.removeValue(forKey: layer),
      firstUncached: progress?.firstUncached?.title ?? "")
    let before = history ?? log.newest()
    history = before.suffix(200) + [record]
    do {
      try log.append(record)
    } catch {
      // Said once: the builds go on without statistics.
      if !hasFailed { report(.warning(message: "the build is not recorded: \(error)")) }
      hasFailed = true
    }
    if let slow = SlowBuild(record, before: before) {
      report(.warning(message: slow.message(record)))
    }
  }
}
