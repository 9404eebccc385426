import LayerPlanner
import Testing

/// The two figures of the guide to the layers, from its own numbers.
struct CostModelTests {
  @Test func theWeightedAverageOfTheGuide() {
    // Extension scripts 70% at 95% less, tooling 20% at 50% less, system packages 10% at nothing.
    let improvement = CostModel.weightedImprovement([(0.7, 0.95), (0.2, 0.5), (0.1, 0)])
    #expect((improvement * 1000).rounded() == 765)
  }

  @Test func theCostsOfTheGuide() {
    let week = CostModel(
      monolithicMinutes: 5.5,
      changes: [
        CostModel.Change(builds: 21, minutes: 0.25), CostModel.Change(builds: 6, minutes: 2.5),
        CostModel.Change(builds: 3, minutes: 5.5),
      ])
    #expect(week.before == 165)
    #expect(week.after == 36.75)
    #expect((week.saving * 100).rounded() == 78)
    #expect(week.after * 4 == 147 && week.before * 4 == 660)
  }

  @Test func nothingSavesNothing() {
    #expect(CostModel(monolithicMinutes: 5, changes: []).saving == 0)
  }
}
