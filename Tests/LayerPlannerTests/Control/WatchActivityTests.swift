import LayerPlanner
import Testing

struct WatchActivityTests {
  private static func present(
    _ outcome: Session.Outcome, paused: Bool = false, ending: Bool = false, step: String? = nil,
    at now: Int64
  ) -> WatchActivity.Present {
    WatchActivity.Present(
      outcome: outcome, isPaused: paused, isEnding: ending, step: step, now: now)
  }

  private static func finished(_ layer: LayerName, _ result: BuildResult) -> Event {
    .buildFinished(layer: layer, image: "", seconds: 1, result: result)
  }

  @Test func restHasADuration() {
    var activity = WatchActivity(started: 1000)
    activity.note(.idle, at: 1005)
    #expect(activity.lines(Self.present(.upToDate, at: 1047)) == ["idle for 42 s"])
    #expect(activity.summary(Self.present(.upToDate, at: 1047)) == "idle")
    #expect(activity.lines(Self.present(.upToDate, at: 1305)) == ["idle for 5 min 00 s"])
    // A clock that was set back is no reason for nonsense.
    #expect(activity.lines(Self.present(.upToDate, at: 900)) == ["idle for 0 s"])
  }

  @Test func aBuildSaysItsStep() {
    var activity = WatchActivity(started: 1000)
    activity.note(.buildStarted(layer: "base"), at: 1001)
    let present = Self.present(.working, step: "2/3 RUN make", at: 1003)
    #expect(activity.lines(present) == ["building for 2 s  base, step 2/3 RUN make"])
    #expect(activity.summary(present) == "building base")
    #expect(
      activity.json(present) == #"{"state":"building","since":"1970-01-01T00:16:41.000Z","#
        + #""layer":"base","step":"2/3 RUN make","reason":"","paused":false,"#
        + #""last-failure":null,"started":"1970-01-01T00:16:40.000Z"}"#)
    activity.note(Self.finished("base", .built), at: 1004)
    #expect(activity.summary(Self.present(.working, at: 1004)) == "working")
  }

  @Test func theLastFailureIsKept() {
    var activity = WatchActivity(started: 1000)
    activity.note(.buildStarted(layer: "base"), at: 1001)
    activity.note(Self.finished("base", .failed), at: 1002)
    #expect(
      activity.lines(Self.present(.failed(["base", "top"]), at: 1010))
        == ["failed for 8 s  base, top"])
    activity.note(Self.finished("base", .built), at: 1011)
    activity.note(.idle, at: 1012)
    #expect(
      activity.lines(Self.present(.upToDate, at: 1012))
        == ["idle for 0 s", "last failure  base, 10 s ago"])
    #expect(
      activity.json(Self.present(.upToDate, at: 1012)).contains(
        #""last-failure":{"layer":"base","time":"1970-01-01T00:16:42.000Z"}"#))
  }

  @Test func aPauseGoesBeforeWhatWaits() {
    var activity = WatchActivity(started: 1000)
    activity.note(.paused, at: 1001)
    activity.note(.changed(paths: ["a"]), at: 1005)
    #expect(
      activity.lines(Self.present(.working, paused: true, at: 1011)) == ["paused for 10 s"])
    activity.note(.resumed, at: 1012)
    #expect(activity.summary(Self.present(.working, at: 1012)) == "working")
  }

  @Test func otherStates() {
    let activity = WatchActivity(started: 1000)
    #expect(
      activity.lines(Self.present(.unreachable("no daemon"), at: 1001))
        == ["waiting for 1 s  the engine: no daemon"])
    #expect(activity.summary(Self.present(.upToDate, ending: true, at: 1001)) == "stopping")
    #expect(
      activity.summary(Self.present(.containerFailed, at: 1001))
        == "failed the container could not be started")
  }
}
