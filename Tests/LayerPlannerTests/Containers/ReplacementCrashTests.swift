import Testing

@testable import LayerPlanner

/// The watcher dies at any moment, with any of the steps under way done or not; the next one finds
/// a good container and leaves nothing beside it.
struct ReplacementCrashTests {
  @Test func everyInterruptedReplacementIsResolved() {
    var moments = 0
    for seed in 0..<4_000 {
      var random = SeededRandom(seed: UInt64(seed))
      var run = ReplacementTests.Run(
        FakeContainers(
          all: random.once(in: 5) ? [] : [ReplacementTests.old], isNewGood: !random.once(in: 3),
          hasCheck: random.once(in: 2)))
      if random.once(in: 2) { run = ReplacementTests.Run(run.fake, watched: "old") }
      let hadOld = !run.fake.all.isEmpty
      interrupt(&run, &random)
      if run.ending == nil { moments += 1 }
      let before = run.fake.all
      var next = ReplacementTests.Run(resolving: run.fake)
      guard run.fake.survey.hasLeftovers else {
        #expect(before.count <= 1, "seed \(seed): \(before)")
        continue
      }
      next.run()
      let all = next.fake.all
      #expect(all.count == 1 || (all.isEmpty && !hadOld), "seed \(seed): \(before) -> \(all)")
      #expect(
        all.allSatisfy { $0.place == .current && $0.isRunning && $0.isGood },
        "seed \(seed): \(before) -> \(all)")
    }
    #expect(moments > 1_000)
  }

  /// Performs steps in random order and stops at a random moment, at the latest at the end.
  private func interrupt(_ run: inout ReplacementTests.Run, _ random: inout SeededRandom) {
    var steps = run.machine.begin()
    var answers: [Replacement.Answer] = [.imageReady(obstacle: nil)]
    var left = random.below(24)
    while !run.machine.isOver {
      if left == 0 {
        // What is under way may still be done by the client that was started for it.
        for step in steps where random.once(in: 2) { _ = run.fake.perform(step) }
        return
      }
      left -= 1
      if !steps.isEmpty, answers.isEmpty || random.once(in: 2) {
        let step = steps.remove(at: random.below(steps.count))
        if case .finish(let ending) = step { run.ending = ending }
        if let answer = run.fake.perform(step) { answers.append(answer) }
      } else if !answers.isEmpty {
        let answer = answers.remove(at: random.below(answers.count))
        steps += run.machine.handle(answer, at: run.now)
      } else if let deadline = run.machine.deadline {
        run.now = max(run.now, deadline)
        steps += run.machine.handle(.tick, at: run.now)
      } else {
        return
      }
    }
  }
}
