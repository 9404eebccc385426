/// Events as lines for people: the time, what happened, to what, and why.
public struct EventText: Sendable {
  /// Colours by their meaning (ECMA-48, select graphic rendition).
  public enum Color: String, Sendable {
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  /// All layers in build order, to name those that a plan leaves alone.
  public var layers: [LayerName]
  /// Whether colours are used.
  public var isColored: Bool
  /// How many paths of one batch are listed.
  private static let listedPaths = 5

  /// A rendering for these layers.
  public init(layers: [LayerName], isColored: Bool) {
    self.layers = layers
    self.isColored = isColored
  }

  /// The lines of an event.
  ///
  /// - Parameter clock: the local time of day, such as `14:02:11`.
  public func lines(_ event: Event, clock: String) -> [String] {
    let rows = rows(event)
    return rows.enumerated().map { index, row in
      let time = index == 0 ? clock : String(repeating: " ", count: clock.utf8.count)
      let word = paint(TextWidth.padded(row.word, to: 9), row.color)
      return "\(paint(time, .dim))  \(word)  \(row.text)"
    }
  }

  /// A duration for people: `0.28 s`, `12.3 s`, `2 min 05 s`, `1 h 02 min`.
  public static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "?" }
    if seconds < 10 { return decimals(seconds, 2) + " s" }
    if seconds < 60 { return decimals(seconds, 1) + " s" }
    let whole = Int(seconds.rounded())
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if whole < 3600 { return "\(whole / 60) min \(two(whole % 60)) s" }
    return "\(whole / 3600) h \(two(whole / 60 % 60)) min"
  }

  /// Text in a colour, if colours are used.
  public func paint(_ text: String, _ color: Color?) -> String {
    guard isColored, let color else { return text }
    return "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m"
  }

  private typealias Row = (word: String, text: String, color: Color?)

  private func rows(_ event: Event) -> [Row] {
    switch event {
    case .ready: [("ready", "watching; every change from here on is seen", nil)]
    case .changed(let paths): changed(paths)
    case .planned(let planned): plan(planned)
    case .buildStarted: []
    case .buildFinished(let layer, let image, let seconds, let result):
      [finished(layer, image, seconds, result)]
    case .pulled(let layer, _, let seconds, let summary):
      [("pulled", "\(layer)  \(Self.duration(seconds))  \(summary)", .green)]
    case .pushed(let reference, let seconds, let summary):
      [("pushed", "\(shortTag(reference))  \(Self.duration(seconds))  \(summary)", .green)]
    case .tagged(let tags): [("tagged", tags.map(shortTag).joined(separator: ", "), nil)]
    case .synced(let paths, let container, let milliseconds):
      [
        (
          "synced",
          "\(synced(paths)) -> \(container)  \(Int(milliseconds.rounded())) ms", .green
        )
      ]
    case .restarted(let container, let seconds):
      [("restarted", "\(container)  \(Self.duration(seconds))", .green)]
    case .rolledBack(let container, let reason):
      [("rollback", "\(container): \(reason)", .red)]
    case .rescan(let reason): [("rescan", reason, .yellow)]
    case .warning(let message): warning(message)
    case .paused: [("paused", "nothing is started until 'sindri-watch resume'", .yellow)]
    case .resumed: [("resumed", "what changed meanwhile is done now", nil)]
    case .idle: [("idle", "the images are those of the tree", .dim)]
    }
  }

  /// One path by its name, several by the first and how many more there are.
  private func synced(_ paths: [RepositoryPath]) -> String {
    guard let first = paths.first else { return "nothing" }
    return paths.count == 1 ? "\(first)" : "\(first) and \(paths.count - 1) more"
  }

  private func changed(_ paths: [RepositoryPath]) -> [Row] {
    var rows: [Row] = paths.prefix(Self.listedPaths).enumerated().map { index, path in
      (index == 0 ? "changed" : "", path.description, nil)
    }
    if paths.count > Self.listedPaths {
      rows.append(("", "and \(paths.count - Self.listedPaths) more", nil))
    }
    return rows
  }

  private func plan(_ planned: [PlannedLayer]) -> [Row] {
    let width = planned.map { TextWidth.of($0.layer.text) }.max() ?? 0
    var rows: [Row] = planned.enumerated().map { index, step in
      let name = TextWidth.padded(step.layer.text, to: width)
      return (index == 0 ? "build" : "", "\(name)  \(Self.reason(step.cause))", nil)
    }
    let kept = layers.filter { layer in !planned.contains { $0.layer == layer } }
    if !kept.isEmpty {
      let names = kept.map(\.text).joined(separator: ", ")
      rows.append(("keep", "\(names)  nothing that it reads has changed", .dim))
    }
    return rows
  }

  /// A cause for people.
  static func reason(_ cause: Cause) -> String {
    switch cause {
    case .changed(let path, let pattern):
      pattern == path.description ? "\(path)" : "\(path) (\(pattern))"
    case .parent(let parent): "stands on \(parent)"
    case .stale: "the tree is not what the image was built from"
    case .missing: "there is no image of it"
    case .unfinished: "its last build came to nothing"
    case .configuration: "its configuration changed"
    case .requested: "asked for"
    }
  }

  private func finished(
    _ layer: LayerName, _ image: String, _ seconds: Double, _ result: BuildResult
  ) -> Row {
    switch result {
    case .built: ("built", "\(layer)  \(Self.duration(seconds))", .green)
    case .reused: ("reused", "\(layer)  built before: \(shortID(image))", .green)
    case .cutOff: ("cut off", "\(layer)  nothing that it stands on is different", .green)
    case .failed: ("failed", "\(layer)  \(Self.duration(seconds))", .red)
    case .cancelled: ("cancelled", "\(layer)  \(Self.duration(seconds))", .yellow)
    }
  }

  private func warning(_ message: String) -> [Row] {
    message.split(separator: "\n" as Character).enumerated().map { index, line in
      (index == 0 ? "warning" : "", String(line), .yellow)
    }
  }

  /// The tag alone: all references of one run have the same repository.
  private func shortTag(_ reference: String) -> String {
    reference.lastIndex(of: ":").map { String(reference[reference.index(after: $0)...]) }
      ?? reference
  }

  private func shortID(_ image: String) -> String {
    String((image.hasPrefix("sha256:") ? image.dropFirst(7) : image[...]).prefix(12))
  }

  private static func decimals(_ value: Double, _ places: Int) -> String {
    let scale = places == 2 ? 100 : 10
    let scaled = Int((value * Double(scale)).rounded())
    let fraction = String(scaled % scale)
    let zeros = String(repeating: "0", count: places - fraction.utf8.count)
    return "\(scaled / scale).\(zeros)\(fraction)"
  }
}
