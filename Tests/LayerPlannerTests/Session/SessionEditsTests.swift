import LayerPlanner
import Testing

/// Edits while a build runs.
@Suite struct SessionEditsTests {
  typealias Script = SessionScript

  /// A script in which tooling is being built as 12, with the application to follow as 13.
  private func building() -> Script {
    var script = Script.atRest()
    let plan = script.save("tooling", wants: Script.wants(1, 12, 13), scan: 2, at: 5000)
    #expect(plan.builds == ["tooling"])
    return script
  }

  @Test(arguments: [Change.Kind.final, .provisional])
  func anEditOfTheSameLayerCancelsAndReplans(_ kind: Change.Kind) {
    var script = building()
    #expect(
      script.send(.changed([Script.change("tooling", kind)]), at: 7000).deeds == [
        .cancel("tooling")
      ])
    #expect(script.send(.changed([Script.change("tooling")]), at: 7001).deeds.isEmpty)
    #expect(
      script.send(.buildFinished(layer: "tooling", outcome: .cancelled, seconds: 1), at: 7005)
        .results
        == [.cancelled])
    #expect(script.tick(at: 9000).deeds == [.scan(id: 3, scope: .paths(["tooling.sh"]))])
    let plan = script.send(.scanned(Scan(id: 3, fingerprints: Script.wants(1, 22, 23))), at: 9001)
    #expect(
      plan.plans == [
        [
          PlannedLayer(layer: "tooling", cause: Script.cause("tooling")),
          PlannedLayer(layer: "application", cause: .parent("tooling")),
        ]
      ])
    #expect(plan.started.first?.fingerprint == Script.content(22))
  }

  @Test func thereAndBackAgainIsBuiltAgain() {
    var script = building()
    _ = script.send(.changed([Script.change("tooling"), Script.change("tooling")]), at: 7000)
    let lost = script.succeed("tooling", at: 7001)
    #expect(lost.results == [.cancelled])
    #expect(lost.deeds.isEmpty)
    _ = script.tick(at: 9000)
    let plan = script.send(.scanned(Scan(id: 3, fingerprints: Script.wants(1, 12, 13))), at: 9001)
    #expect(plan.started.first?.fingerprint == Script.content(12))
  }

  @Test func anEditBelowCancelsOnlyWhenItChangesSomething() {
    var script = building()
    #expect(script.save("base", wants: Script.wants(1, 12, 13), scan: 3, at: 7000).deeds.isEmpty)
    let other = script.save("base", wants: Script.wants(31, 32, 33), scan: 4, at: 9000)
    #expect(other.deeds == [.cancel("tooling")])
    // It ends by itself first; its image holds what it says and is kept.
    let end = script.succeed("tooling", image: "i", at: 9900)
    #expect(
      end.deeds.first == .adopt(layer: "tooling", fingerprint: Script.content(12), image: "i"))
    #expect(end.started.first?.layer == "base")
    #expect(end.plans.first?.count == 3)
  }

  @Test func anEditAboveJoinsTheRunningPlan() {
    var script = building()
    #expect(
      script.save("application", wants: Script.wants(1, 12, 43), scan: 3, at: 7000).deeds.isEmpty)
    let next = script.succeed("tooling", at: 9000)
    #expect(next.started.first?.fingerprint == Script.content(43))
    #expect(next.plans.isEmpty)
  }

  @Test func aTurnThatComesWhileEditsSettleWaitsForThem() {
    var script = building()
    _ = script.send(.changed([Script.change("application", .provisional)]), at: 7000)
    #expect(script.succeed("tooling", at: 7001).builds.isEmpty)
    #expect(script.deadline == 7150)
    #expect(script.tick(at: 7150).deeds == [.scan(id: 3, scope: .paths(["application.sh"]))])
    let plan = script.send(.scanned(Scan(id: 3, fingerprints: Script.wants(1, 12, 43))), at: 7151)
    #expect(plan.started.first?.fingerprint == Script.content(43))
  }

  @Test func anEditBelowThatSettlesIsWaitedForToo() {
    var script = building()
    _ = script.send(.changed([Script.change("base", .provisional)]), at: 7000)
    let end = script.succeed("tooling", image: "i", at: 7001)
    #expect(
      end.deeds == [.adopt(layer: "tooling", fingerprint: Script.content(12), image: "i")])
    _ = script.tick(at: 7150)
    #expect(script.tick(at: 7151).builds.isEmpty)
    let plan = script.send(.scanned(Scan(id: 3, fingerprints: Script.wants(1, 12, 13))), at: 7152)
    #expect(plan.builds == ["application"])
  }

  @Test func aTouchDuringABuildWaitsForTheScanToJudge() {
    var script = building()
    _ = script.send(.changed([Script.change("tooling", .attributes)]), at: 7000)
    #expect(script.succeed("tooling", image: "i", at: 7001).isEmpty)
    _ = script.tick(at: 7010)
    let verdict = script.send(
      .scanned(Scan(id: 3, fingerprints: Script.wants(1, 12, 13))), at: 7011)
    #expect(
      verdict.deeds.first == .adopt(layer: "tooling", fingerprint: Script.content(12), image: "i"))
    #expect(verdict.builds == ["application"])
  }

  @Test func aNewExecBitDuringABuildSpoilsIt() {
    var script = building()
    _ = script.send(.changed([Script.change("tooling", .attributes)]), at: 7000)
    _ = script.succeed("tooling", at: 7001)
    _ = script.tick(at: 7010)
    let verdict = script.send(
      .scanned(Scan(id: 3, fingerprints: Script.wants(1, 52, 53))), at: 7011)
    #expect(verdict.results == [.cancelled])
    #expect(verdict.started.first?.fingerprint == Script.content(52))
  }

  @Test func aSaveAfterTheEndSpoilsWhatWaitsForTheVerdict() {
    var script = building()
    _ = script.send(.changed([Script.change("tooling", .attributes)]), at: 7000)
    _ = script.succeed("tooling", at: 7001)
    let spoiled = script.send(.changed([Script.change("tooling")]), at: 7002)
    #expect(spoiled.results == [.cancelled])
    #expect(spoiled.deeds.isEmpty)
  }

  @Test func lostNotificationsSpoilTheRunningBuild() {
    var script = building()
    let lost = script.send(.lost(reason: "queue overflow"), at: 7000)
    #expect(lost == [.report(.rescan(reason: "queue overflow")), .cancel("tooling")])
    #expect(script.tick(at: 7010).deeds == [.scan(id: 3, scope: .everything)])
    _ = script.send(.scanned(Scan(id: 3, fingerprints: Script.wants(1, 12, 13))), at: 7011)
    let end = script.send(
      .buildFinished(layer: "tooling", outcome: .cancelled, seconds: 1), at: 7020)
    #expect(end.deeds == [.queryImages])
    let again = script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 7030)
    #expect(again.plans.first?.first?.cause == .unfinished)
  }

  @Test func aRevertToTheStableContentBuildsNothing() {
    var script = building()
    _ = script.send(.changed([Script.change("tooling")]), at: 7000)
    _ = script.send(.buildFinished(layer: "tooling", outcome: .cancelled, seconds: 1), at: 7005)
    _ = script.tick(at: 9000)
    let end = script.send(.scanned(Scan(id: 3, fingerprints: Script.wants(1, 2, 3))), at: 9001)
    #expect(end == [.report(.idle)])
  }

  @Test func tagsWaitForEditsThatAreSettling() {
    var script = building()
    _ = script.succeed("tooling", at: 7000)
    _ = script.send(.changed([Script.change("base")]), at: 7001)
    #expect(
      !script.succeed("application", at: 7002).deeds.contains { action in
        if case .moveTags = action { true } else { false }
      })
    _ = script.tick(at: 9000)
    let end = script.send(.scanned(Scan(id: 3, fingerprints: Script.wants(1, 12, 13))), at: 9001)
    #expect(end.deeds.count == 1)
  }

  @Test func anAnswerToAnOlderScanCountsForNothing() {
    var script = Script.atRest()
    _ = script.send(.changed([Script.change("tooling")]), at: 5000)
    _ = script.tick(at: 5010)
    #expect(
      script.send(.scanned(Scan(id: 1, fingerprints: Script.wants(9, 9, 9))), at: 5011).isEmpty)
    #expect(!script.session.isSettled)
    let end = script.send(.scanned(Scan(id: 2, fingerprints: Script.wants(1, 2, 3))), at: 5012)
    #expect(end == [.report(.idle)])
  }

  @Test func gitHoldsAScanBackAndABuildGoesOn() {
    var script = building()
    #expect(script.send(.git(lock: ".git/index.lock"), at: 7000).isEmpty)
    _ = script.send(.changed([Script.change("application")]), at: 7100)
    #expect(script.deadline == 12_100)
    #expect(script.tick(at: 9000).isEmpty)
    #expect(script.succeed("tooling", at: 9001).builds.isEmpty)
    _ = script.send(.git(lock: nil), at: 9100)
    #expect(script.deadline == 9150)
    #expect(script.tick(at: 9150).deeds == [.scan(id: 3, scope: .paths(["application.sh"]))])
  }

  @Test func gitHoldsTheNextBuildBack() {
    var script = building()
    _ = script.send(.git(lock: ".git/index.lock"), at: 7000)
    #expect(script.succeed("tooling", at: 7001).builds.isEmpty)
    #expect(script.deadline == 12_000)
    let stale = script.tick(at: 12_000)
    #expect(stale.warnings.first?.contains(".git/index.lock") == true)
    #expect(stale.builds == ["application"])
  }

  @Test func gitWithoutWorkSetsNoDeadline() {
    var script = Script.atRest()
    #expect(script.send(.git(lock: ".git/index.lock"), at: 7000).isEmpty)
    #expect(script.deadline == nil)
    #expect(script.session.isSettled)
  }
}
