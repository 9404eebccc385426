import Testing

@testable import LayerPlanner

/// Failures of builds, engine, tags, container and configuration, and the way back.
@Suite struct SessionTroubleTests {
  typealias Script = SessionScript

  /// A script in which the build of the application as 13 has just failed, and the engine was
  /// asked again.
  private func failed() -> Script {
    var script = Script.atRest()
    _ = script.save("application", wants: Script.wants(1, 2, 13), scan: 2, at: 5000)
    let outcome = Session.BuildOutcome.failed("RUN: no")
    let end = script.send(
      .buildFinished(layer: "application", outcome: outcome, seconds: 1), at: 7000)
    #expect(end.results == [.failed])
    #expect(end.warnings == ["application was not built: RUN: no"])
    #expect(end.deeds == [.queryImages])
    return script
  }

  @Test func aFailedLayerStaysDirtyWithoutALoop() {
    var script = failed()
    #expect(script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 7100).isEmpty)
    #expect(script.deadline == nil)
    #expect(script.session.isSettled)
    #expect(script.session.outcome == .failed(["application"]))
  }

  @Test func aSaveWithoutAChangeTriesAgain() {
    var script = failed()
    _ = script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 7100)
    let touch = script.save(
      "application", wants: Script.wants(1, 2, 13), scan: 3, at: 8000, .attributes)
    #expect(touch.isEmpty)
    let save = script.save("tooling", wants: Script.wants(1, 2, 13), scan: 4, at: 10_000)
    #expect(save.builds == ["application"])
    #expect(script.succeed("application", at: 12_000).deeds.count == 2)
  }

  @Test func theRevertOfAFailedEditBuildsNothing() {
    var script = failed()
    _ = script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 7100)
    let revert = script.save("application", wants: Script.wants(1, 2, 3), scan: 3, at: 8000)
    #expect(revert == [.report(.idle)])
    #expect(script.session.outcome == .upToDate)
  }

  @Test func aPlanForAnotherLayerTriesAgainToo() {
    var script = Script(tree: Script.tree(["", "base", "base"]))
    _ = script.send(.started(catchUp: true), at: 0)
    _ = script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 1)
    _ = script.send(.scanned(Scan(id: 1, fingerprints: Script.wants(1, 22, 3))), at: 2)
    let outcome = Session.BuildOutcome.failed("")
    _ = script.send(.buildFinished(layer: "tooling", outcome: outcome, seconds: 1), at: 3)
    _ = script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 4)
    let other = script.save("application", wants: Script.wants(1, 22, 33), scan: 2, at: 5000)
    #expect(
      other.plans == [
        [
          PlannedLayer(layer: "tooling", cause: .unfinished),
          PlannedLayer(layer: "application", cause: Script.cause("application")),
        ]
      ])
  }

  @Test func aFailureForWantOfTheParentIsRepaired() {
    var script = failed()
    let repair = script.send(.images(.inventory(Script.has([1], [], [3]))), at: 7100)
    #expect(
      repair.plans == [
        [
          PlannedLayer(layer: "tooling", cause: .missing),
          PlannedLayer(layer: "application", cause: .parent("tooling")),
        ]
      ])
  }

  @Test func imagesThatKeepVanishingDoNotLoop() {
    var script = failed()
    var builds = 0
    for round in 0..<Int64(20) {
      let time = 8000 + round * 100
      let actions = script.send(.images(.inventory(Script.has([1], [], [3]))), at: time)
      guard actions.builds == ["tooling"] else { continue }
      builds += 1
      _ = script.succeed("tooling", at: time + 1)
      let outcome = Session.BuildOutcome.failed("no such image")
      _ = script.send(
        .buildFinished(layer: "application", outcome: outcome, seconds: 1), at: time + 2)
    }
    #expect(builds < 6)
  }

  @Test func aBuildThatSomeoneElseStopsIsNotFoughtFor() {
    var script = Script.atRest()
    _ = script.save("application", wants: Script.wants(1, 2, 13), scan: 2, at: 5000)
    let end = script.send(
      .buildFinished(layer: "application", outcome: .cancelled, seconds: 1), at: 7000)
    #expect(end.results == [.failed])
    #expect(script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 7100).isEmpty)
  }

  @Test func aLostEngineIsAskedAgainWithLongerAndLongerPauses() {
    var script = Script.atRest()
    _ = script.save("application", wants: Script.wants(1, 2, 13), scan: 2, at: 5000)
    let lost = script.send(
      .buildFinished(layer: "application", outcome: .engineLost("gone"), seconds: 1), at: 7000)
    #expect(lost.warnings == ["the engine cannot be reached, trying again: gone"])
    #expect(script.session.outcome == .unreachable("gone"))
    #expect(!script.session.isSettled)
    #expect(script.deadline == 8000)
    #expect(script.tick(at: 8000).deeds == [.queryImages])
    #expect(script.deadline == nil)
    #expect(script.send(.images(.unreachable("still gone")), at: 8001).isEmpty)
    #expect(script.deadline == 10_001)
    #expect(script.tick(at: 10_001).deeds == [.queryImages])
    let back = script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 10_100)
    #expect(back.plans == [[PlannedLayer(layer: "application", cause: .unfinished)]])
    #expect(script.session.outcome == .working)
  }

  @Test func aFailureThatTurnsOutToBeTheEnginesIsTriedAgain() {
    var script = failed()
    let lost = script.send(.images(.unreachable("gone")), at: 7001)
    #expect(lost.warnings.count == 1)
    #expect(script.deadline == 8001)
    _ = script.tick(at: 8001)
    let back = script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 8100)
    #expect(back.plans == [[PlannedLayer(layer: "application", cause: .unfinished)]])
  }

  @Test func anAnswerThatIsTooOldIsAskedForAgain() {
    var script = Script.atRest()
    _ = script.send(.requested([], force: false), at: 5000)
    #expect(script.send(.lost(reason: "rmi"), at: 5001).deeds.isEmpty)
    #expect(
      script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 5002).deeds == [.queryImages])
  }

  @Test func tagsThatDoNotMoveAreMovedLater() {
    var script = Script.atRest()
    _ = script.save("application", wants: Script.wants(1, 2, 13), scan: 2, at: 5000)
    _ = script.succeed("application", at: 7000)
    let failure = script.send(.tagsMoved(.failed("conflict")), at: 7100)
    #expect(failure.warnings == ["the stable tags did not move: conflict"])
    #expect(failure.deeds == [.queryImages])
    let wait = script.send(.images(.inventory(Script.has([1], [2], [13, 3]))), at: 7200)
    #expect(wait.deeds.isEmpty)
    #expect(!script.session.isSettled)
    #expect(script.deadline == 8100)
    #expect(
      script.tick(at: 8100).deeds == [
        .moveTags([TagMove(layer: "application", image: "image13", previous: "image3")])
      ])
    #expect(
      script.send(.tagsMoved(.moved(["t"])), at: 8200).events == [.tagged(tags: ["t"]), .idle])
  }

  @Test func aContainerThatDoesNotStartIsNotTriedInALoop() {
    var script = Script.atRest(restart: "application")
    _ = script.save("application", wants: Script.wants(1, 2, 13), scan: 2, at: 5000)
    _ = script.succeed("application", at: 7000)
    _ = script.send(.tagsMoved(.moved([])), at: 7001)
    let failure = script.send(.containerRecreated(.failed("port in use"), seconds: 1), at: 7002)
    #expect(failure.warnings == ["the container was not started: port in use"])
    #expect(failure.events.last == .idle)
    #expect(script.session.outcome == .containerFailed)
    #expect(script.deadline == nil)
    let again = script.save("application", wants: Script.wants(1, 2, 13), scan: 3, at: 8000)
    #expect(
      again.deeds == [
        .recreateContainer(layer: "application", fingerprint: Script.content(13), image: "new")
      ])
    let outcome = Session.ContainerOutcome.rolledBack(container: "dev", reason: "unhealthy")
    let back = script.send(.containerRecreated(outcome, seconds: 1), at: 9500)
    #expect(back.events == [.rolledBack(container: "dev", reason: "unhealthy"), .idle])
  }

  @Test func aContainerStoppedByHandIsLeftAloneAndSaidOnce() {
    var script = Script.atRest(restart: "application")
    func save(_ content: Int, scan: Int, at time: Int64) -> [Session.Action] {
      _ = script.save("application", wants: Script.wants(1, 2, content), scan: scan, at: time)
      _ = script.succeed("application", at: time + 1000)
      return script.send(.tagsMoved(.moved([])), at: time + 1001)
    }
    _ = save(13, scan: 2, at: 5000)
    let left = script.send(.containerRecreated(.leftAlone("dev: stopped"), seconds: 1), at: 7000)
    #expect(left.events == [.warning(message: "dev: stopped"), .idle])
    #expect(script.session.outcome == .upToDate)
    #expect(script.deadline == nil)
    // Every newer image is tried, since it may run again by then; it is not said again.
    _ = save(14, scan: 3, at: 9000)
    let again = script.send(.containerRecreated(.leftAlone("dev: stopped"), seconds: 1), at: 11_000)
    #expect(again.events == [.idle])
    _ = save(15, scan: 4, at: 12_000)
    let runs = script.send(.containerRecreated(.running("dev"), seconds: 1), at: 14_000)
    #expect(runs.events == [.restarted(container: "dev", seconds: 1), .idle])
  }

  @Test func aNewerImageSupersedesTheContainerThatIsWaitedFor() {
    var script = Script.atRest(restart: "application")
    _ = script.save("application", wants: Script.wants(1, 2, 13), scan: 2, at: 5000)
    _ = script.succeed("application", at: 6000)
    _ = script.send(.tagsMoved(.moved([])), at: 6001)
    _ = script.save("application", wants: Script.wants(1, 2, 3), scan: 3, at: 8000)
    let moved = script.send(.tagsMoved(.moved([])), at: 8100)
    #expect(script.session.recreating?.isSuperseded == true)
    #expect(!moved.deeds.contains(.supersedeContainer))
    #expect(!script.session.isSettled)
    let next = script.send(.containerRecreated(.superseded, seconds: 1), at: 8200)
    #expect(next.warnings == [])
    // The container runs what is wanted now: nothing is left to do.
    #expect(next.events == [.idle])
    #expect(script.session.outcome == .upToDate)
  }

  @Test func aLayerWithoutDockerfileWaitsForIt() {
    var script = Script.atRest()
    _ = script.send(.changed([Script.change("tooling")]), at: 5000)
    _ = script.tick(at: 5010)
    let gone = Scan(
      id: 2, fingerprints: ["base": Script.content(1)], problems: ["tooling": "no Dockerfile"])
    let warning = script.send(.scanned(gone), at: 5011)
    #expect(
      warning.warnings == ["tooling cannot be built until this is put right: no Dockerfile"])
    #expect(warning.deeds.isEmpty)
    #expect(script.session.isSettled)
    #expect(script.session.outcome == .failed(["tooling"]))
    _ = script.send(.changed([Script.change("tooling")]), at: 6000)
    _ = script.tick(at: 6010)
    let same = Scan(id: 3, fingerprints: gone.fingerprints, problems: gone.problems)
    #expect(script.send(.scanned(same), at: 6011).isEmpty)
    let back = script.save("tooling", wants: Script.wants(1, 2, 3), scan: 4, at: 7000)
    #expect(back == [.report(.idle)])
  }

  @Test func aNewConfigurationIsComparedAndTheScanBeforeItIsNot() {
    var script = Script.atRest()
    _ = script.send(.changed([Script.change("tooling")]), at: 5000)
    _ = script.tick(at: 5010)
    let settings = Session.Settings(restart: "application")
    #expect(
      script.send(.reconfigured(Script.tree(["", "base", "base"]), settings), at: 5011).deeds == [
        .scan(id: 3, scope: .everything), .queryImages,
      ])
    #expect(
      script.send(.scanned(Scan(id: 2, fingerprints: Script.wants(9, 9, 9))), at: 5012).isEmpty)
    _ = script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 5013)
    let plan = script.send(.scanned(Scan(id: 3, fingerprints: Script.wants(1, 2, 33))), at: 5014)
    #expect(plan.plans == [[PlannedLayer(layer: "application", cause: .configuration)]])
    #expect(plan.started.first?.parent?.layer == "base")
  }

  @Test func aLayerThatIsConfiguredNoMoreIsNotBuiltOn() throws {
    var script = Script.atRest()
    _ = script.save("application", wants: Script.wants(1, 2, 13), scan: 2, at: 5000)
    let smaller = try LayerTree([("base", nil), ("tooling", "base")])
    let actions = script.send(.reconfigured(smaller, Session.Settings()), at: 7000)
    #expect(actions.deeds == [.cancel("application"), .scan(id: 3, scope: .everything)])
    let end = script.succeed("application", at: 7001)
    #expect(end.results == [.cancelled])
    #expect(end.deeds == [.queryImages])
    _ = script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 7002)
    let last = script.send(
      .scanned(Scan(id: 3, fingerprints: Script.wants(1, 2))), at: 7003)
    #expect(last == [.report(.idle)])
    #expect(script.send(.changed([Script.change("application")]), at: 8000).isEmpty)
  }

  @Test func aBuildWhoseLayerWasAwayForAMomentIsNotTrusted() throws {
    var script = Script.atRest()
    _ = script.save("application", wants: Script.wants(1, 2, 13), scan: 2, at: 5000)
    let smaller = try LayerTree([("base", nil), ("tooling", "base")])
    _ = script.send(.reconfigured(smaller, Session.Settings()), at: 7000)
    let tree = Script.tree(["", "base", "tooling"])
    _ = script.send(.reconfigured(tree, Session.Settings()), at: 7001)
    let end = script.succeed("application", at: 7002)
    #expect(end.results == [.cancelled])
    #expect(end.deeds == [.queryImages])
  }

  @Test func answersThatNobodyAskedForChangeNothing() {
    var script = Script.atRest()
    #expect(script.succeed("base", at: 10).isEmpty)
    #expect(script.send(.tagsMoved(.moved(["t"])), at: 11).isEmpty)
    #expect(script.send(.containerRecreated(.running("c"), seconds: 1), at: 12).isEmpty)
    #expect(script.send(.images(.unreachable("no")), at: 13).isEmpty)
    #expect(script.session.outcome == .upToDate)
  }
}
