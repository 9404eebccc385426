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

  /// The newest records, the oldest first.
  private var records: [BuildRecord] {
    if let history { return history }
    let newest = log.newest()
    history = newest
    return newest
  }

  /// What a build of each layer usually takes, in seconds: the median of the last ones.
  var usual: [LayerName: Double] {
    var seconds: [LayerName: [Double]] = [:]
    for record in records where record.result == .built {
      seconds[record.layer, default: []].append(record.seconds)
    }
    return seconds.compactMapValues { BuildStatistics.median($0.suffix(Self.compared)) }
  }

  /// When each layer last became what the tree wanted, in seconds since 1970.
  var lastTrue: [LayerName: Int64] {
    var times: [LayerName: Int64] = [:]
    for record in records where ![.failed, .cancelled].contains(record.result) {
      times[record.layer] = record.time
    }
    return times
  }

  /// How many builds of a layer say what is usual.
  private static let compared = 20

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
    let before = records
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
