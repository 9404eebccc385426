import LayerPlanner
import Testing

struct StatisticsTextTests {
  private static func records() -> [BuildRecord] {
    var records = [BuildRecordTests.record("base", seconds: 120)]
    records.append(BuildRecordTests.record("app<1>", seconds: 2, cause: .parent("base")))
    for index in 0..<39 {
      records.append(
        BuildRecordTests.record("app<1>", seconds: index < 29 ? 2 : 3, cause: .stale))
    }
    return records
  }

  @Test func showsATableTheGainAndTheLastBuilds() throws {
    let tree = try LayerTree([("base", nil), ("app<1>", "base")])
    let text = StatisticsText(BuildStatistics(Self.records(), tree: tree))
    let plain = text.text(isUnicode: false)
    #expect(
      plain == """
        LAYER   BUILDS  FAILED  SPARED  MEDIAN      P95         TREND       CHANGES
        base    1       0       0       2 min 00 s  2 min 00 s  -           3%
        app<1>  40      0       0       2.00 s      3.00 s      50% slower  98%

        a change takes 5.25 s on average; a build of everything 2 min 02 s: 96% less
        saved over 40 changes: 77 min
        by the medians, these changes take 3 min of builds with layers and 81 min without: 96% less

        """)
    let chart = text.text(isUnicode: true)
    #expect(chart.contains("app<1>  ▁▁▁"))
    #expect(chart.hasSuffix("██████████  2.00 s to 3.00 s\n"))
    #expect(text.json.contains("\"layer\":\"base\",\"builds\":1"))
    #expect(text.json.contains("\"trend\":0.500"))
  }

  @Test func drawsAPanelForEachLayer() throws {
    let tree = try LayerTree([("base", nil), ("app<1>", "base"), ("never", "base")])
    let svg = StatisticsChart(Self.records(), tree: tree).svg
    #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
    #expect(svg.contains("app&lt;1&gt;") && !svg.contains("app<1>"))
    #expect(svg.components(of: "<circle ") == 41)
    #expect(svg.contains("never built"))
    #expect(svg.components(of: "<text") == svg.components(of: "</text>"))
  }
}

extension String {
  /// How often `part` is in the text.
  fileprivate func components(of part: String) -> Int { split(separator: part).count - 1 }
}
