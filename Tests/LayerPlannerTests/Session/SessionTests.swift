import LayerPlanner
import Testing

/// The common ways through the loop, step by step.
@Suite struct SessionTests {
  typealias Script = SessionScript

  @Test func catchUpBuildsWhatIsMissingAndMovesAllTagsTogether() {
    var script = Script(restart: "application")
    #expect(!script.session.isSettled)
    let first = script.send(.started(catchUp: true), at: 0)
    #expect(first == [.scan(id: 1, scope: .everything), .queryImages])
    #expect(script.send(.images(.inventory(Script.has([1]))), at: 1).isEmpty)
    let plan = script.send(.scanned(Scan(id: 1, fingerprints: Script.wants(1, 2, 3))), at: 2)
    let planned = [
      PlannedLayer(layer: "tooling", cause: .missing),
      PlannedLayer(layer: "application", cause: .parent("tooling")),
    ]
    let tooling = Build(
      layer: "tooling", fingerprint: Script.content(2),
      parent: Build.Parent(layer: "base", fingerprint: Script.content(1)), cause: .missing)
    #expect(
      plan == [
        .report(.planned(planned)), .report(.buildStarted(layer: "tooling")), .build(tooling),
      ])
    let next = script.succeed("tooling", image: "i2", at: 10)
    #expect(
      next.prefix(2) == [
        .adopt(layer: "tooling", fingerprint: Script.content(2), image: "i2"),
        .report(.buildFinished(layer: "tooling", image: "i2", seconds: 2, result: .built)),
      ])
    #expect(next.builds == ["application"])
    #expect(next.plans.isEmpty)
    let last = script.succeed("application", image: "i3", at: 20)
    #expect(
      last.deeds == [
        .adopt(layer: "application", fingerprint: Script.content(3), image: "i3"),
        .moveTags([
          TagMove(layer: "tooling", image: "i2"),
          TagMove(layer: "application", image: "i3"),
        ]),
        .recreateContainer(layer: "application", fingerprint: Script.content(3), image: "i3"),
      ])
    #expect(script.session.outcome == .working)
    #expect(script.send(.tagsMoved(.moved(["t"])), at: 30) == [.report(.tagged(tags: ["t"]))])
    let end = script.send(.containerRecreated(.running("dev"), seconds: 1), at: 40)
    #expect(end == [.report(.restarted(container: "dev", seconds: 1)), .report(.idle)])
    #expect(script.deadline == nil)
    #expect(script.session.isSettled)
    #expect(script.session.outcome == .upToDate)
    #expect(script.tick(at: 50).isEmpty)
  }

  @Test func oneSaveRebuildsTheApplicationAlone() {
    var script = Script.atRest(restart: "application")
    #expect(script.send(.changed([Script.change("application")]), at: 5000).isEmpty)
    #expect(script.deadline == 5010)
    #expect(!script.session.isSettled)
    #expect(script.tick(at: 5009).isEmpty)
    #expect(
      script.tick(at: 5010) == [
        .report(.changed(paths: ["application.sh"])),
        .scan(id: 2, scope: .paths(["application.sh"])),
      ])
    let plan = script.send(.scanned(Scan(id: 2, fingerprints: Script.wants(1, 2, 4))), at: 5011)
    #expect(
      plan.plans == [
        [PlannedLayer(layer: "application", cause: Script.cause("application"))]
      ])
    #expect(plan.started.first?.cause == Script.cause("application"))
    let end = script.succeed("application", at: 5300)
    #expect(
      end.deeds.dropFirst() == [
        .moveTags([TagMove(layer: "application", image: "new", previous: "image3")]),
        .recreateContainer(layer: "application", fingerprint: Script.content(4), image: "new"),
      ])
  }

  @Test func anEditOfTheBaseRebuildsAll() {
    var script = Script.atRest()
    let plan = script.save("base", wants: Script.wants(11, 12, 13), scan: 2, at: 5000)
    #expect(
      plan.plans == [
        [
          PlannedLayer(layer: "base", cause: Script.cause("base")),
          PlannedLayer(layer: "tooling", cause: .parent("base")),
          PlannedLayer(layer: "application", cause: .parent("tooling")),
        ]
      ])
    #expect(plan.started.first?.parent == nil)
    #expect(script.succeed("base", at: 7000).builds == ["tooling"])
    #expect(script.succeed("tooling", at: 8000).builds == ["application"])
  }

  @Test(arguments: [Change.Kind.final, .attributes, .provisional])
  func theSameContentBuildsNothing(_ kind: Change.Kind) {
    var script = Script.atRest()
    let end = script.save("base", wants: Script.wants(1, 2, 3), scan: 2, at: 5000, kind)
    #expect(end == [.report(.idle)])
    #expect(script.deadline == nil)
  }

  @Test func contentThatWasBuiltBeforeIsOnlyTagged() {
    var script = Script(restart: "application")
    _ = script.send(.started(catchUp: true), at: 0)
    _ = script.send(.images(.inventory(Script.has([5, 1], [6, 2], [7, 3]))), at: 1)
    _ = script.send(.scanned(Scan(id: 1, fingerprints: Script.wants(1, 2, 3))), at: 2)
    let back = script.save("tooling", wants: Script.wants(1, 6, 7), scan: 2, at: 5000)
    #expect(back.plans.isEmpty)
    #expect(
      back == [
        .report(.buildFinished(layer: "tooling", image: "image6", seconds: 0, result: .reused)),
        .report(.buildFinished(layer: "application", image: "image7", seconds: 0, result: .reused)),
        .moveTags([
          TagMove(layer: "tooling", image: "image6", previous: "image2"),
          TagMove(layer: "application", image: "image7", previous: "image3"),
        ]),
        .recreateContainer(layer: "application", fingerprint: Script.content(7), image: "image7"),
      ])
  }

  @Test func withoutCatchUpTheFirstChangeComparesEverything() {
    var script = Script()
    #expect(script.send(.started(catchUp: false), at: 0).isEmpty)
    #expect(script.session.isSettled)
    #expect(script.session.outcome == .working)
    #expect(script.deadline == nil)
    _ = script.send(.changed([Script.change("application")]), at: 5000)
    #expect(
      script.tick(at: 5010).deeds == [.scan(id: 1, scope: .everything), .queryImages])
    _ = script.send(.images(.inventory(Script.has([9], [2], [3]))), at: 5020)
    let plan = script.send(.scanned(Scan(id: 1, fingerprints: Script.wants(1, 2, 4))), at: 5030)
    #expect(plan.plans.first?.first == PlannedLayer(layer: "base", cause: .stale))
  }

  @Test func nothingIsDoneBeforeTheStart() {
    var script = Script()
    #expect(script.send(.changed([Script.change("base")]), at: 0).isEmpty)
    #expect(script.tick(at: 9000).isEmpty)
    #expect(script.deadline == nil)
  }

  @Test func aRequestBuildsAnywayWhenForced() {
    var script = Script.atRest(restart: "application")
    #expect(
      script.send(.requested(["tooling"], force: true), at: 5000) == [
        .scan(id: 2, scope: .everything), .queryImages,
      ])
    _ = script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 5001)
    let plan = script.send(.scanned(Scan(id: 2, fingerprints: Script.wants(1, 2, 3))), at: 5002)
    #expect(
      plan.plans == [
        [
          PlannedLayer(layer: "tooling", cause: .requested),
          PlannedLayer(layer: "application", cause: .parent("tooling")),
        ]
      ])
    #expect(script.succeed("tooling", at: 6000).builds == ["application"])
    #expect(
      script.succeed("application", at: 7000).deeds.dropFirst() == [
        .moveTags([
          TagMove(layer: "tooling", image: "new", previous: "image2"),
          TagMove(layer: "application", image: "new", previous: "image3"),
        ]),
        .recreateContainer(layer: "application", fingerprint: Script.content(3), image: "new"),
      ])
    _ = script.send(.containerRecreated(.running("dev"), seconds: 1), at: 7100)
    #expect(script.send(.tagsMoved(.moved([])), at: 7200) == [.report(.idle)])
  }

  @Test func aRequestOfWhatIsThereBuildsNothing() {
    var script = Script.atRest()
    _ = script.send(.requested(["base", "unknown"], force: false), at: 5000)
    _ = script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 5001)
    let end = script.send(.scanned(Scan(id: 2, fingerprints: Script.wants(1, 2, 3))), at: 5002)
    #expect(end == [.report(.idle)])
  }

  @Test func aRequestIsTheCauseOfWhatIsNotThere() {
    var script = Script()
    _ = script.send(.started(catchUp: false), at: 0)
    _ = script.send(.requested(["base"], force: false), at: 0)
    _ = script.send(.images(.inventory(Script.has([9], [2], [3]))), at: 1)
    let plan = script.send(.scanned(Scan(id: 1, fingerprints: Script.wants(1, 2, 3))), at: 2)
    #expect(
      plan.plans == [
        [
          PlannedLayer(layer: "base", cause: .requested),
          PlannedLayer(layer: "tooling", cause: .parent("base")),
          PlannedLayer(layer: "application", cause: .parent("tooling")),
        ]
      ])
  }

  @Test func aStormOfPathsIsOneLookAtEverything() {
    var settings = Session.Settings()
    settings.mostPaths = 2
    var script = Script.atRest()
    _ = script.send(.reconfigured(Script.tree(["", "base", "tooling"]), settings), at: 10)
    _ = script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 11)
    _ = script.send(.scanned(Scan(id: 2, fingerprints: Script.wants(1, 2, 3))), at: 12)
    let storm = ["a", "b", "c", "d"].map { path in
      Change(
        path: RepositoryPath(path), kind: .final,
        readers: [Change.Reader(layer: "base", pattern: "*")])
    }
    _ = script.send(.changed(storm), at: 5000)
    let scan = script.tick(at: 5010)
    #expect(scan.deeds == [.scan(id: 3, scope: .everything)])
    #expect(scan.events == [.rescan(reason: "more than 2 files changed at once")])
  }

  @Test func separateChainsMoveTheirTagsApart() {
    var script = Script(tree: Script.tree(["", "", "base"]))
    _ = script.send(.started(catchUp: true), at: 0)
    _ = script.send(.images(.inventory(Script.has([9], [8, 2], [7]))), at: 1)
    let plan = script.send(.scanned(Scan(id: 1, fingerprints: Script.wants(1, 8, 3))), at: 2)
    #expect(
      plan.deeds.first
        == .moveTags([TagMove(layer: "tooling", image: "image8", previous: "image2")]))
    #expect(plan.builds == ["base"])
    let failed = Session.BuildOutcome.failed("")
    _ = script.send(.buildFinished(layer: "base", outcome: failed, seconds: 1), at: 3)
    let moved = script.send(.tagsMoved(.moved(["t"])), at: 4)
    #expect(moved.events == [.tagged(tags: ["t"])])
    _ = script.send(.images(.inventory(Script.has([9], [2, 8], [7]))), at: 5)
    #expect(script.session.isSettled)
    #expect(script.session.outcome == .failed(["base"]))
  }
}
