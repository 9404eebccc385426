import Testing

@testable import LayerPlanner

/// Every way that a replacement can go, on containers that need nothing but memory.
struct ReplacementTests {
  typealias Fake = FakeContainers

  static let old = Fake.Container(id: "old", place: .current, isRunning: true, isGood: true)

  /// A replacement and what it did.
  struct Run {
    var machine: Replacement
    var fake: Fake
    var now = Instant(nanoseconds: 0)
    var steps: [Replacement.Step] = []
    var ending: Replacement.Ending?

    init(_ fake: Fake, watched: String? = nil) {
      self.fake = fake
      machine = Replacement(
        image: "sha256:new", watched: watched, stopTells: true, settings: .init())
    }

    init(resolving fake: Fake) {
      self.fake = fake
      machine = Replacement(resolving: fake.survey, settings: .init())
    }

    /// Runs to the end; `before` may change the world before a step is done.
    mutating func run(
      obstacle: String? = nil, before: (Replacement.Step, inout Run) -> Void = { _, _ in }
    ) {
      var waiting = machine.begin()
      var answers: [Replacement.Answer] =
        machine.image == nil ? [] : [.imageReady(obstacle: obstacle)]
      var turns = 0
      while !machine.isOver || !waiting.isEmpty, turns < 10_000 {
        turns += 1
        if !waiting.isEmpty {
          let step = waiting.removeFirst()
          steps.append(step)
          before(step, &self)
          if case .finish(let how) = step { ending = how }
          if let answer = fake.perform(step) { answers.append(answer) }
        } else if answers.isEmpty, let deadline = machine.deadline {
          now = max(now, deadline)
          answers.append(.tick)
        }
        if !answers.isEmpty, !machine.isOver {
          waiting += machine.handle(answers.removeFirst(), at: now)
        }
      }
    }

    var changes: [Replacement.Step] {
      steps.filter { step in
        switch step {
        case .create, .stop, .start, .rename, .remove: true
        default: false
        }
      }
    }
  }

  private func run(
    _ fake: Fake, watched: String? = nil, obstacle: String? = nil,
    before: (Replacement.Step, inout Run) -> Void = { _, _ in }
  ) -> Run {
    var run = Run(fake, watched: watched)
    run.run(obstacle: obstacle, before: before)
    #expect(run.machine.isOver)
    return run
  }

  @Test func theOldOneStandsAsideUntilTheNewOneIsGood() {
    let run = run(Fake(all: [Self.old]))
    #expect(run.ending == .running)
    #expect(
      run.changes == [
        .rename("old", .previous), .stop("old"), .create, .start("new1"), .remove("old"),
      ])
    #expect(run.fake.all == [.init(id: "new1", place: .current, isRunning: true, isGood: true)])
    #expect(run.machine.serving == "new1")
    // Nothing is removed before it is known that the new one is good.
    let probe = run.steps.firstIndex { if case .probe = $0 { true } else { false } }
    let removal = run.steps.firstIndex(of: .remove("old"))
    #expect((probe ?? .max) < (removal ?? 0))
    #expect(run.now == Instant(nanoseconds: 0))
    #expect(run.steps.first == .survey)
  }

  @Test func oneThatWasSeenRunningIsNotLookedAt() {
    let run = run(Fake(all: [Self.old]), watched: "old")
    #expect(run.ending == .running)
    #expect(!run.steps.contains(.survey))
    #expect(run.fake.all.map(\.id) == ["new1"])
    // Where that was wrong, everything starts anew.
    let gone = self.run(Fake(), watched: "old")
    #expect(gone.ending == .running)
    #expect(gone.steps.contains(.survey))
  }

  @Test func theFirstContainerHasNoneBeforeIt() {
    let run = run(Fake())
    #expect(run.ending == .running)
    #expect(run.changes == [.create, .start("new1")])
  }

  @Test func oneThatNeverBecomesHealthyMakesWayAgain() {
    let run = run(Fake(all: [Self.old], isNewGood: false))
    #expect(
      run.ending
        == .rolledBack(
          "the new container was not healthy within 30.0 s, its check says: not yet; raise "
            + "container.health-timeout, or save a fix, and it is tried again"))
    #expect(run.fake.all == [Self.old])
    #expect(run.machine.serving == "old")
    #expect(run.now == Instant(nanoseconds: 30_000_000_000))
    #expect(run.steps.contains(.keepLog("new1")))
    // Pauses grow: some sixty looks, and not thousands.
    let probes = run.steps.count { if case .probe = $0 { true } else { false } }
    #expect((40...80).contains(probes))
  }

  @Test func oneThatBecomesHealthyLateIsKept() {
    let fake = Fake(all: [Self.old])
    var count = 0
    let run = run(fake) { step, run in
      guard case .probe = step else { return }
      count += 1
      run.fake.isNewGood = true
    }
    #expect(run.ending == .running)
    #expect(count == 1)
  }

  @Test func withoutACheckItHasToStayUp() {
    let stays = run(Fake(all: [Self.old], hasCheck: false))
    #expect(stays.ending == .running)
    #expect(stays.now == Instant(nanoseconds: 1_000_000_000))
    let ends = run(Fake(all: [Self.old], isNewGood: false, hasCheck: false))
    #expect(
      ends.ending
        == .rolledBack(
          "the new container ended with status 3, 0.0 s after its start; its last lines may say "
            + "why; save a fix, and it is tried again"))
    #expect(ends.fake.all == [Self.old])
  }

  @Test func anImageThatIsMissingBringsTheOldOneBack() {
    let run = run(Fake(all: [Self.old], isImageThere: false))
    #expect(
      run.ending == .rolledBack("No such image: x; save again, and the image is built anew"))
    #expect(run.fake.all == [Self.old])
  }

  @Test func aPortThatSomebodyTakesIsSaidAndTheOldOneTriedAgain() {
    let run = run(Fake(all: [Self.old])) { step, run in
      if step == .start("new1") { run.fake.isPortTaken = true }
      if step == .start("old") { run.fake.isPortTaken = false }
    }
    #expect(
      run.ending
        == .rolledBack(
          "port is already allocated; end what holds the port, or change container.publish; then "
            + "save again"))
    #expect(run.fake.all == [Self.old])
    let neither = self.run(Fake(all: [Self.old])) { step, run in
      if step == .start("new1") { run.fake.isPortTaken = true }
    }
    guard case .failed(let reason) = neither.ending else {
      Issue.record("\(String(describing: neither.ending))")
      return
    }
    #expect(reason.contains("the container from before could not be put back: port is already"))
    #expect(neither.fake.all.map(\.place) == [.current])
    #expect(neither.machine.serving == nil)
  }

  @Test func aTagThatIsNotSetIsAnObstacle() {
    let run = run(Fake(all: [Self.old]), obstacle: "no tag")
    #expect(run.ending == .rolledBack("no tag; save a fix, and it is tried again"))
    #expect(run.changes == [])
    let trusting = self.run(Fake(all: [Self.old]), watched: "old", obstacle: "no tag")
    #expect(trusting.ending == run.ending)
    #expect(trusting.fake.all == [Self.old])
    #expect(!trusting.changes.contains(.stop("old")))
  }

  @Test(arguments: ContainerPlace.allCases)
  func whatIsNotOursIsNeverTouched(_ place: ContainerPlace) {
    let foreign = Fake.Container(
      id: "theirs", place: place, isRunning: true, isGood: true, owner: "")
    let run = run(Fake(all: [foreign]))
    guard case .failed(let reason) = run.ending else {
      Issue.record("\(String(describing: run.ending))")
      return
    }
    #expect(reason.hasPrefix("a container named \(place.name(for: "dev")) exists"))
    #expect(run.changes == [])
    #expect(run.fake.all == [foreign])
  }

  @Test func oneStoppedByHandIsLeftAlone() {
    var stopped = Self.old
    stopped.isRunning = false
    let run = run(Fake(all: [stopped]), watched: "old")
    guard case .leftAlone(let reason) = run.ending else {
      Issue.record("\(String(describing: run.ending))")
      return
    }
    #expect(reason.contains("docker start dev"))
    #expect(run.fake.all == [stopped])
    #expect(!run.changes.contains(.start("old")))
    // One that ended by itself, or before anybody watched it, is replaced.
    #expect(self.run(Fake(all: [stopped], cause: .byItself), watched: "old").ending == .running)
    let replaced = self.run(Fake(all: [stopped]))
    #expect(replaced.ending == .running)
    #expect(replaced.fake.all.map(\.id) == ["new1"])
  }

  @Test func oneThatDidNotRunIsNotStartedByAFailure() {
    var stopped = Self.old
    stopped.isRunning = false
    let run = run(Fake(all: [stopped], isNewGood: false))
    guard case .failed = run.ending else {
      Issue.record("\(String(describing: run.ending))")
      return
    }
    #expect(run.fake.all == [stopped])
  }

  @Test func aNewerImageEndsTheWait() {
    var isTold = false
    var run = Run(Fake(all: [Self.old], isNewGood: false))
    run.run { step, run in
      guard case .inspect = step, !isTold else { return }
      isTold = true
      #expect(run.machine.handle(.superseded, at: run.now) == [])
    }
    #expect(run.ending == .superseded)
    #expect(run.now < Instant(nanoseconds: 1_000_000_000))
    #expect(run.fake.all == [Self.old])
    #expect(!run.steps.contains(.keepLog("new1")))
  }

  @Test func leftoversAreTidiedUpFirst() {
    let left = Fake.Container(id: "left", place: .previous, isRunning: false, isGood: true)
    for watched in [nil, "old"] {
      let run = run(Fake(all: [Self.old, left]), watched: watched)
      #expect(run.ending == .running)
      #expect(run.fake.all.map(\.id) == ["new1"])
    }
  }

  @Test func somebodyRemovesTheOldOneMeanwhile() {
    let run = run(Fake(all: [Self.old])) { step, run in
      if step == .stop("old") { run.fake.all.removeAll { $0.id == "old" } }
    }
    #expect(run.ending == .running)
    #expect(run.fake.all.map(\.id) == ["new1"])
  }
}
