import LayerPlanner
import Testing

/// A paused session takes everything in and starts nothing.
struct SessionPauseTests {
  typealias Script = SessionScript

  @Test func changesAreLookedAtAndBuiltAfterwards() {
    var script = Script.atRest()
    #expect(script.send(.paused(true), at: 10).events.first == .paused)
    let seen = script.save("application", wants: Script.wants(1, 2, 4), scan: 2, at: 100)
    #expect(seen.deeds.isEmpty)
    #expect(!script.session.isSettled)
    #expect(script.session.outcome == .working)
    #expect(script.deadline == nil)
    let resumed = script.send(.paused(false), at: 9000)
    #expect(resumed.events.first == .resumed)
    #expect(resumed.builds == ["application"])
  }

  @Test func whatIsTakenBackMeanwhileIsNotBuilt() {
    var script = Script.atRest()
    _ = script.send(.paused(true), at: 10)
    _ = script.save("base", wants: Script.wants(4, 5, 6), scan: 2, at: 100)
    let reverted = script.save("base", wants: Script.wants(1, 2, 3), scan: 3, at: 3000)
    #expect(reverted.events.last == .idle)
    #expect(script.session.isSettled)
    #expect(script.send(.paused(false), at: 9000) == [.report(.resumed), .report(.idle)])
  }

  @Test func aRunningBuildEndsAndItsTagsWait() {
    var script = Script.atRest(restart: "application")
    #expect(
      script.save("application", wants: Script.wants(1, 2, 4), scan: 2, at: 100).builds
        == ["application"])
    _ = script.send(.paused(true), at: 1200)
    let ended = script.succeed("application", at: 1300)
    #expect(ended.results == [.built])
    #expect(
      ended.deeds
        == [.adopt(layer: "application", fingerprint: Script.content(4), image: "new")])
    let deeds = script.send(.paused(false), at: 5000).deeds
    #expect(deeds.count == 2)
    #expect(
      deeds.first == .moveTags([TagMove(layer: "application", image: "new", previous: "image3")]))
  }

  @Test func theEngineIsNotAskedEither() {
    var script = SessionScript()
    _ = script.send(.paused(true), at: 0)
    let started = script.send(.started(catchUp: true), at: 1)
    #expect(started.deeds == [.scan(id: 1, scope: .everything)])
    _ = script.send(.scanned(Scan(id: 1, fingerprints: Script.wants(1, 2, 3))), at: 2)
    #expect(script.deadline == nil)
    #expect(script.send(.paused(false), at: 10).deeds == [.queryImages])
  }

  @Test func pausingTwiceIsToldOnce() {
    var script = Script.atRest()
    #expect(script.send(.paused(true), at: 10).events == [.paused])
    #expect(script.send(.paused(true), at: 20).isEmpty)
    #expect(script.send(.paused(false), at: 30).events == [.resumed, .idle])
    #expect(script.send(.paused(false), at: 40).isEmpty)
  }

  @Test func aRequestTriesAnEngineThatWasGoneAtOnce() {
    var script = SessionScript()
    _ = script.send(.started(catchUp: true), at: 0)
    _ = script.send(.scanned(Scan(id: 1, fingerprints: Script.wants(1, 2, 3))), at: 1)
    _ = script.send(.images(.unreachable("down")), at: 2)
    #expect(script.session.outcome == .unreachable("down"))
    let asked = script.send(.requested([], force: false), at: 3)
    #expect(asked.deeds.contains(.queryImages))
    #expect(script.session.outcome == .working)
    let answered = script.send(.images(.unreachable("still down")), at: 4)
    #expect(answered.warnings.count == 1)
    #expect(script.session.outcome == .unreachable("still down"))
  }
}
