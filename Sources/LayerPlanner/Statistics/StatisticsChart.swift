/// The build times of each layer as a picture: one panel a layer, a dot a build, lines for median
/// and 95th percentile. SVG 1.1, without scripts or fonts of its own.
public struct StatisticsChart: Sendable {
  private let statistics: BuildStatistics
  private let records: [BuildRecord]

  /// How many builds of a layer are drawn.
  private static let most = 300
  private static let width = 860.0
  private static let panel = 170.0
  private static let left = 90.0
  private static let plotWidth = 620.0
  private static let plotHeight = 100.0
  private static let colors = ["#2f6f9f", "#b5651d", "#3b7d4f", "#7a4e8a", "#8a6d1f", "#5b6770"]

  /// The chart of these records.
  public init(_ records: [BuildRecord], tree: LayerTree) {
    self.records = records
    statistics = BuildStatistics(records, tree: tree)
  }

  /// The document.
  public var svg: String {
    let height = 60 + Self.panel * Double(statistics.layers.count)
    var out = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.text(Self.width))" \
      height="\(Self.text(height))" viewBox="0 0 \(Self.text(Self.width)) \(Self.text(height))" \
      font-family="sans-serif" font-size="12" fill="#333">
      <rect width="100%" height="100%" fill="#fff"/>
      <text x="\(Self.text(Self.left))" y="28" font-size="17">Build times by layer</text>
      <text x="\(Self.text(Self.left))" y="46" fill="#777">\(Self.escaped(subtitle))</text>

      """
    for (index, layer) in statistics.layers.enumerated() {
      out += panel(layer, top: 60 + Self.panel * Double(index), Self.colors[index % 6])
    }
    return out + "</svg>\n"
  }

  private var subtitle: String {
    guard let layered = statistics.layered, let monolithic = statistics.monolithic else {
      return "\(statistics.changes) changes"
    }
    return "\(statistics.changes) changes, \(EventText.duration(layered)) each on average; "
      + "a build of everything takes \(EventText.duration(monolithic))"
  }

  private func panel(
    _ layer: BuildStatistics.Layer, top: Double, _ color: String
  ) -> String {
    let values = records.filter { $0.layer == layer.name && $0.result == .built }
      .suffix(Self.most).map(\.seconds)
    let bottom = top + 30 + Self.plotHeight
    let title =
      "\(layer.name)  \(layer.builds) \(layer.builds == 1 ? "build" : "builds"), "
      + "\(StatisticsText.percent(layer.share)) of changes"
    var out = label(title, x: Self.left, y: top + 20, "font-size=\"14\" fill=\"\(color)\"")
    out += line(Self.left, bottom, Self.left + Self.plotWidth, bottom, "stroke=\"#999\"")
    out += line(Self.left, bottom - Self.plotHeight, Self.left, bottom, "stroke=\"#999\"")
    // A few builds that took very long must not press all others to the ground.
    let usual = max(3 * (layer.median ?? 0), 1.5 * (layer.p95 ?? 0))
    guard let top = values.max().map({ min($0, usual) }), top > 0 else {
      return out + label("never built", x: Self.left + 10, y: bottom - 40, "fill=\"#777\"")
    }
    let scale = Self.plotHeight / (top * 1.05)
    let end = "text-anchor=\"end\" fill=\"#777\""
    out += label("0", x: Self.left - 6, y: bottom + 4, end)
    out += label(EventText.duration(top), x: Self.left - 6, y: bottom - top * scale + 4, end)
    let step = Self.plotWidth / Double(max(values.count, 2))
    for (index, value) in values.enumerated() {
      let x = Self.text(Self.left + step * (Double(index) + 0.5))
      let y = Self.text(bottom - min(value, top) * scale)
      let style =
        value > top
        ? "fill=\"#fff\" stroke=\"\(color)\"" : "fill=\"\(color)\" fill-opacity=\"0.65\""
      out += "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"2.5\" \(style)>"
      out += "<title>\(EventText.duration(value))</title></circle>\n"
    }
    let range = "text-anchor=\"middle\" fill=\"#777\""
    let isCut = values.contains { $0 > top }
    out += label(
      "the last \(values.count) builds, the newest on the right"
        + (isCut ? "; hollow: longer than the panel is high" : ""),
      x: Self.left + Self.plotWidth / 2, y: bottom + 16, range)
    var marks: [(name: String, value: Double)] = []
    if let p95 = layer.p95 { marks.append(("p95", p95)) }
    if let median = layer.median { marks.append(("median", median)) }
    var last = -Double.infinity
    for (name, value) in marks {
      let y = max(bottom - value * scale, bottom - Self.plotHeight)
      out += line(
        Self.left, y, Self.left + Self.plotWidth, y,
        "stroke=\"\(color)\" stroke-dasharray=\"4 4\" stroke-opacity=\"0.8\"")
      // Labels of close values stand below each other.
      let place = max(y + 4, last + 14)
      last = place
      out += label(
        "\(name) \(EventText.duration(value))", x: Self.left + Self.plotWidth + 8, y: place,
        "fill=\"\(color)\"")
    }
    return out
  }

  private func label(_ text: String, x: Double, y: Double, _ style: String) -> String {
    "<text x=\"\(Self.text(x))\" y=\"\(Self.text(y))\" \(style)>\(Self.escaped(text))</text>\n"
  }

  private func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String
  ) -> String {
    "<line x1=\"\(Self.text(x1))\" y1=\"\(Self.text(y1))\" x2=\"\(Self.text(x2))\" "
      + "y2=\"\(Self.text(y2))\" \(style)/>\n"
  }

  /// One decimal.
  private static func text(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
  }

  private static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "&": out += "&amp;"
      case "\"": out += "&quot;"
      default: out.unicodeScalars.append(scalar.value < 0x20 ? " " : scalar)
      }
    }
    return out
  }
}
