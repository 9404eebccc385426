import Foundation
import LayerPlanner
import Testing

/// Random schedules of edits, failures, cancels, git locks and clock jumps against the model
/// "the images are those of the tree".
///
/// `SINDRI_WATCH_SCHEDULES` sets how many are run (5,000 by default), `SINDRI_WATCH_SEED` the
/// seed of the first. A failure names its seed; that alone, as `SINDRI_WATCH_SEED`, runs it again
/// and prints what happened.
@Suite struct SimulationTests {
  @Test func everyScheduleEndsWithTheImagesOfTheTree() {
    let environment = ProcessInfo.processInfo.environment
    let seed = environment["SINDRI_WATCH_SEED"].flatMap(UInt64.init)
    let first = seed ?? 1
    let count = environment["SINDRI_WATCH_SCHEDULES"].flatMap(Int.init)
    let seeds = count ?? (seed == nil ? 5_000 : 1)
    var table = FingerprintTable()
    var builds = 0
    var failures = 0
    var tally = Tally()
    for offset in 0..<UInt64(seeds) {
      let seed = first + offset
      var schedule = Schedule(seed: seed, table: table, isTraced: false)
      let violation = schedule.run()
      builds += schedule.builds
      tally.add(schedule)
      table = schedule.table
      guard let violation else { continue }
      failures += 1
      if failures == 1 {
        var again = Schedule(seed: seed, table: FingerprintTable(), isTraced: true)
        _ = again.run()
        print((again.trace ?? []).joined(separator: "\n"))
      }
      if failures <= 10 { print("seed \(seed): \(violation)") }
    }
    print("note: \(seeds) schedules, \(builds) builds, \(failures) violations; \(tally)")
    #expect(failures == 0)
    #expect(builds > 0)
  }
}

/// What the schedules went through, to see that they reach what they are meant to.
struct Tally: CustomStringConvertible {
  private var counts: [String: Int] = [:]

  mutating func add(_ schedule: Schedule) {
    for (index, name) in Schedule.Reached.allCases.enumerated() where schedule.reached[index] > 0 {
      counts[name.rawValue, default: 0] += schedule.reached[index]
    }
  }

  var description: String {
    Schedule.Reached.allCases.map { "\($0.rawValue) \(counts[$0.rawValue] ?? 0)" }
      .joined(separator: ", ")
  }
}
