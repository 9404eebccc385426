import LayerPlanner
import Testing

/// Layers that are to be built, but not at once.
@Suite struct WaitingTests {
  typealias Script = SessionScript

  private func script(_ change: (inout Session.Settings) -> Void) -> Script {
    var settings = Session.Settings()
    change(&settings)
    var script = Script.atRest()
    _ = script.send(.reconfigured(Script.tree(["", "base", "tooling"]), settings), at: 10)
    _ = script.send(.tick, at: 20)
    _ = script.send(.scanned(Scan(id: 2, fingerprints: Script.wants(1, 2, 3))), at: 21)
    _ = script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 22)
    return script
  }

  /// Builds of the application as 100, 101 and so on, each answered by a write of its input 100 ms
  /// after it ended; gives what the last write led to.
  private func loop(_ script: inout Script, rounds: Int) -> [Session.Action] {
    var time: Int64 = 100_000
    var last: [Session.Action] = []
    for round in 0..<rounds {
      last = script.send(.changed([Script.change("application")]), at: time)
      last += script.send(.tick, at: time + 300)
      let scan = last.scans.last ?? 0
      last += script.send(
        .scanned(Scan(id: scan, fingerprints: Script.wants(1, 2, 100 + round))), at: time + 301)
      guard last.builds == ["application"] else { return last }
      _ = script.succeed("application", image: "i\(round)", at: time + 900)
      _ = script.send(.tagsMoved(.moved(["latest"])), at: time + 950)
      time += 1000
    }
    return last
  }

  @Test func aFileThatAnswersEveryBuildIsHeldBackByName() {
    var script = script { _ in }
    let last = loop(&script, rounds: 20)
    #expect(last.builds.isEmpty)
    #expect(last.warnings.count == 1)
    #expect(last.warnings.first?.hasPrefix("application.sh has changed just after each") == true)
    let now = Instant(nanoseconds: script.time * 1_000_000)
    #expect(script.session.waits(at: now).map(\.reason) == [.held("application.sh")])
    #expect(script.session.outcome == .working)
    // Five builds were answered: the first was a person's.
    #expect(script.time == 105_301)
    // It is built once it has been left alone.
    #expect(script.deadline == 115_000)
    #expect(script.tick(at: 114_999).builds.isEmpty)
    #expect(script.tick(at: 115_000).builds == ["application"])
  }

  @Test func anotherFileOfTheLayerIsBuiltAtOnceWithWhatIsHeldBack() {
    var script = script { _ in }
    _ = loop(&script, rounds: 20)
    let reader = Change.Reader(layer: "application", pattern: "*")
    let other = Change(path: "other.sh", kind: .final, readers: [reader])
    _ = script.send(.changed([other]), at: 107_000)
    let scan = script.send(.tick, at: 107_300).scans.last ?? 0
    let plan = script.send(
      .scanned(Scan(id: scan, fingerprints: Script.wants(1, 2, 200))), at: 107_301)
    #expect(plan.builds == ["application"])
  }

  @Test func anotherLayerIsBuiltAtOnce() {
    var script = Script(tree: Script.tree(["", "", ""]))
    _ = script.send(.started(catchUp: true), at: 0)
    _ = script.send(.scanned(Scan(id: 1, fingerprints: Script.wants(1, 2, 3))), at: 1)
    _ = script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 2)
    _ = loop(&script, rounds: 20)
    let plan = script.save("base", wants: Script.wants(9, 2, 105), scan: 8, at: 106_000)
    #expect(plan.builds == ["base"])
  }

  @Test func aRequestBuildsWhatIsHeldBack() {
    var script = script { _ in }
    _ = loop(&script, rounds: 20)
    let scan = script.send(.requested([], force: false), at: 106_000).scans.last ?? 0
    _ = script.send(.images(.inventory(Script.has([1], [2], [3, 104]))), at: 106_001)
    let plan = script.send(
      .scanned(Scan(id: scan, fingerprints: Script.wants(1, 2, 105))), at: 106_002)
    #expect(plan.builds == ["application"])
  }

  @Test func aDearLayerWaitsForEditsToStop() {
    var script = script { $0.confirmAbove = .seconds(60) }
    _ = script.send(.costs(["tooling": .seconds(90), "application": .seconds(60)]), at: 30)
    let save = script.save("tooling", wants: Script.wants(1, 12, 13), scan: 3, at: 5000)
    #expect(save.builds.isEmpty)
    #expect(save.warnings.count == 1)
    #expect(save.warnings.first?.contains("tooling usually takes 1 min 30 s") == true)
    #expect(script.deadline == 15_000)
    // Another edit makes it wait longer, and is not told of again.
    let again = script.save("application", wants: Script.wants(1, 12, 23), scan: 4, at: 9000)
    #expect(again.builds.isEmpty)
    #expect(again.warnings.isEmpty)
    #expect(script.deadline == 19_000)
    #expect(script.tick(at: 19_000).builds == ["tooling"])
    // What stands on it is not dear.
    #expect(script.succeed("tooling", at: 99_000).builds == ["application"])
  }

  @Test func cheaperWorkGoesOnMeanwhile() {
    var script = script { $0.confirmAbove = .seconds(60) }
    _ = script.send(.costs(["tooling": .seconds(90)]), at: 30)
    let save = script.save("tooling", wants: Script.wants(1, 12, 13), scan: 3, at: 5000)
    #expect(save.builds.isEmpty)
    let below = script.save("base", wants: Script.wants(31, 32, 33), scan: 4, at: 7000)
    #expect(below.builds == ["base"])
    let next = script.succeed("base", at: 9000)
    #expect(next.builds.isEmpty)
    #expect(script.deadline == 17_000)
    #expect(script.tick(at: 17_000).builds == ["tooling"])
  }

  @Test func aRequestDoesNotWaitForAPrice() {
    var script = script { $0.confirmAbove = .seconds(60) }
    _ = script.send(.costs(["tooling": .seconds(90)]), at: 30)
    _ = script.save("tooling", wants: Script.wants(1, 12, 13), scan: 3, at: 5000)
    let scan = script.send(.requested([], force: false), at: 6000).scans.last ?? 0
    _ = script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 6001)
    let plan = script.send(
      .scanned(Scan(id: scan, fingerprints: Script.wants(1, 12, 13))), at: 6002)
    #expect(plan.builds == ["tooling"])
  }

  @Test func aRestartReplacesAContainerThatRunsTheRightImage() {
    var script = Script.atRest(restart: "application")
    let scan = script.send(.restart, at: 1000).scans.last ?? 0
    _ = script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 1001)
    let actions = script.send(
      .scanned(Scan(id: scan, fingerprints: Script.wants(1, 2, 3))), at: 1002)
    #expect(
      actions.deeds == [
        .recreateContainer(
          layer: "application", fingerprint: Script.content(3), image: "image3")
      ])
    let end = script.send(.containerRecreated(.running("c"), seconds: 1), at: 2000)
    #expect(end.events == [.restarted(container: "c", seconds: 1), .idle])
  }

  @Test func aRestartWithoutAContainerDoesNothing() {
    var script = Script.atRest()
    #expect(script.send(.restart, at: 1000).isEmpty)
  }
}

extension [Session.Action] {
  /// The ids of scans that are asked for.
  fileprivate var scans: [Int] {
    compactMap { if case .scan(let id, _) = $0 { id } else { nil } }
  }
}
