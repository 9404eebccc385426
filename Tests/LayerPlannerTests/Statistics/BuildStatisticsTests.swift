import LayerPlanner
import Testing

struct BuildStatisticsTests {
  private static func tree() throws -> LayerTree {
    try LayerTree([("base", nil), ("tooling", "base"), ("application", "tooling")])
  }

  private static let samples: [(values: [Double], median: Double, p95: Double)] = [
    ([1], 1, 1), ([3, 1, 2], 2, 3), ([4, 1, 2, 3], 2.5, 4),
    ((1...100).map(Double.init), 50.5, 95), ((1...20).map(Double.init), 10.5, 19),
  ]

  @Test(arguments: samples)
  func findsMedianAndPercentile(values: [Double], median: Double, p95: Double) {
    #expect(BuildStatistics.median(values) == median)
    #expect(BuildStatistics.percentile(95, of: values) == p95)
    #expect(BuildStatistics.median([]) == nil)
    #expect(BuildStatistics.percentile(95, of: []) == nil)
  }

  @Test func countsChangesByTheLayerTheyBeganIn() throws {
    var records: [BuildRecord] = []
    func add(_ layer: LayerName, _ seconds: Double, _ cause: Cause, _ result: BuildResult = .built)
    {
      records.append(BuildRecordTests.record(layer, result, seconds: seconds, cause: cause))
    }
    add("base", 100, .missing)
    add("tooling", 50, .parent("base"))
    add("application", 10, .parent("tooling"))
    for _ in 0..<3 { add("application", 10, .changed(path: "a", pattern: "*")) }
    add("application", 5, .stale, .failed)
    add("application", 0, .stale, .reused)
    add("tooling", 0, .parent("base"), .cutOff)
    add("tooling", 1, .stale, .cancelled)
    let statistics = BuildStatistics(records, tree: try Self.tree())
    #expect(statistics.changes == 4)
    #expect(statistics.layers.map(\.share) == [0.25, 0, 0.75])
    #expect(statistics.layers.map(\.builds) == [1, 1, 4])
    #expect(statistics.layers.map(\.failures) == [0, 0, 1])
    #expect(statistics.layers.map(\.spared) == [0, 1, 1])
    #expect(statistics.monolithic == 160)
    #expect(statistics.layered == 47.5)
    #expect(statistics.saved == 450)
    // One change of base and three of the application.
    #expect(statistics.model?.before == 160.0 / 60 * 4)
    #expect(statistics.model.map { ($0.after * 60).rounded() } == 190)
  }

  @Test func withoutABuildThereIsNothingToSay() throws {
    let statistics = BuildStatistics([], tree: try Self.tree())
    #expect(statistics.monolithic == nil && statistics.layered == nil && statistics.saved == nil)
    let text = StatisticsText(statistics).text(isUnicode: true)
    #expect(text == "no build is recorded yet; 'sindri-watch build' makes the first\n")
    #expect(StatisticsText(statistics).json.contains("\"median\":null"))
  }

  @Test(arguments: [(1.0, 1.0, 0.0), (1, 1.5, 0.5), (2, 1, -0.5)])
  func theTrendComparesTheLastTenWithThoseBefore(
    early: Double, late: Double, trend: Double
  ) throws {
    let records = [early, late].flatMap { seconds in
      (0..<10).map { _ in BuildRecordTests.record(seconds: seconds) }
    }
    let layers = BuildStatistics(records, tree: try Self.tree()).layers
    #expect(layers[0].trend == trend)
    #expect(layers[1].trend == nil)
    #expect(
      BuildStatistics(Array(records.dropLast()), tree: try Self.tree()).layers[0].trend == nil)
  }

  @Test func aSlowBuildIsHeldAgainstItsOwnLayer() throws {
    let before =
      (0..<6).map { _ in BuildRecordTests.record("app", seconds: 2) }
      + [BuildRecordTests.record("base", seconds: 100)]
    let slow = BuildRecordTests.record(
      "app", seconds: 12, cause: .changed(path: "docker/x.sh", pattern: "*"),
      uncached: "3/9 COPY docker /docker")
    let alert = try #require(SlowBuild(slow, before: before))
    #expect(alert.ratio == 6 && alert.median == 2)
    #expect(
      alert.message(slow)
        == "app took 12.0 s, 6 times its median of 2.00 s; the first step that was not in the "
        + "cache: 3/9 COPY docker /docker; changed: docker/x.sh")
    #expect(SlowBuild(BuildRecordTests.record("app", seconds: 4), before: before) == nil)
    #expect(SlowBuild(slow, before: Array(before.dropFirst(3))) == nil)
    #expect(SlowBuild(BuildRecordTests.record("app", .failed, seconds: 12), before: before) == nil)
  }
}
