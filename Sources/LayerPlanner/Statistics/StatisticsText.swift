/// Build statistics for people and programs.
public struct StatisticsText: Sendable {
  private let statistics: BuildStatistics

  /// The texts of these statistics.
  public init(_ statistics: BuildStatistics) { self.statistics = statistics }

  /// Eight heights of a column.
  private static let columns = Array("▁▂▃▄▅▆▇█")

  /// Tables and a chart of the last builds of each layer.
  ///
  /// - Parameter isUnicode: whether the terminal shows block characters; without, there is no chart.
  public func text(isUnicode: Bool) -> String {
    guard statistics.layers.contains(where: { $0.builds + $0.failures + $0.spared > 0 }) else {
      return "no build is recorded yet; 'sindri-watch build' makes the first\n"
    }
    var rows = [["LAYER", "BUILDS", "FAILED", "SPARED", "MEDIAN", "P95", "TREND", "CHANGES"]]
    for layer in statistics.layers {
      rows.append([
        layer.name.text, "\(layer.builds)", "\(layer.failures)", "\(layer.spared)",
        layer.median.map(EventText.duration) ?? "-", layer.p95.map(EventText.duration) ?? "-",
        layer.trend.map(Self.trend) ?? "-", Self.percent(layer.share),
      ])
    }
    var text = TextTable.aligned(rows)
    if let monolithic = statistics.monolithic, let layered = statistics.layered {
      let saving = monolithic > 0 ? max(0, 1 - layered / monolithic) : 0
      text += """

        a change takes \(EventText.duration(layered)) on average; \
        a build of everything \(EventText.duration(monolithic)): \(Self.percent(saving)) less
        """ + "\n"
      if let saved = statistics.saved {
        text += "saved over \(statistics.changes) changes: \(Self.span(saved))\n"
      }
    }
    if let model = statistics.model {
      text +=
        "by the medians, these changes take \(Self.span(model.after * 60)) of builds with layers and "
        + "\(Self.span(model.before * 60)) without: \(Self.percent(model.saving)) less\n"
    }
    return isUnicode ? text + chart : text
  }

  private var chart: String {
    let drawn = statistics.layers.filter { $0.recent.count > 1 }
    guard !drawn.isEmpty else { return "" }
    let width = drawn.map { TextWidth.of($0.name.text) }.max() ?? 0
    let lines = drawn.map { layer in
      let least = layer.recent.min() ?? 0
      let most = layer.recent.max() ?? 0
      let bars = layer.recent.map { value in
        let height = most > least ? (value - least) / (most - least) * 7 : 0
        return String(Self.columns[Int(height.rounded())])
      }
      return "\(TextWidth.padded(layer.name.text, to: width))  \(bars.joined())  "
        + "\(EventText.duration(least)) to \(EventText.duration(most))\n"
    }
    return "\nthe last builds, the newest on the right\n" + lines.joined()
  }

  /// One object.
  public var json: String {
    let layers = statistics.layers.map { layer in
      JSONText.object([
        ("layer", JSONText.string(layer.name.text)), ("builds", "\(layer.builds)"),
        ("failures", "\(layer.failures)"), ("spared", "\(layer.spared)"),
        ("median", Self.number(layer.median)), ("p95", Self.number(layer.p95)),
        ("trend", Self.number(layer.trend)), ("share", Self.number(layer.share)),
      ])
    }
    return JSONText.object([
      ("layers", JSONText.array(layers)), ("changes", "\(statistics.changes)"),
      ("monolithic", Self.number(statistics.monolithic)),
      ("layered", Self.number(statistics.layered)), ("saved", Self.number(statistics.saved)),
      ("model", statistics.model.map(Self.model) ?? "null"),
    ])
  }

  private static func model(_ model: CostModel) -> String {
    JSONText.object([
      ("before", number(model.before * 60)), ("after", number(model.after * 60)),
      ("saving", number(model.saving)),
    ])
  }

  /// Three decimals, or null.
  private static func number(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "null" }
    let thousandths = Int64((value * 1000).rounded())
    let sign = thousandths < 0 ? "-" : ""
    let digits = String(thousandths.magnitude % 1000)
    let zeros = String(repeating: "0", count: 3 - digits.utf8.count)
    return "\(sign)\(thousandths.magnitude / 1000).\(zeros)\(digits)"
  }

  static func percent(_ part: Double) -> String { "\(Int((part * 100).rounded()))%" }

  private static func trend(_ part: Double) -> String {
    let percent = Int((part * 100).rounded())
    if abs(percent) < 5 { return "steady" }
    return percent > 0 ? "\(percent)% slower" : "\(-percent)% faster"
  }

  /// A long time in its two largest units.
  static func span(_ seconds: Double) -> String {
    let whole = Int64(seconds.rounded())
    switch whole {
    case ..<120: return "\(whole) s"
    case ..<7200: return "\(whole / 60) min"
    case ..<172_800: return "\(whole / 3600) h \(whole / 60 % 60) min"
    default: return "\(whole / 86_400) days \(whole / 3600 % 24) h"
    }
  }
}
