// How the region is drawn.
extension LiveRegion {
  /// The terminal that it is drawn for.
  public struct Screen: Hashable, Sendable {
    /// The size, in characters.
    public var columns: Int
    /// The size, in lines.
    public var rows: Int
    /// What can be shown.
    public var charset: Charset
    /// Whether colours are used.
    public var isColored: Bool

    /// A terminal.
    public init(columns: Int, rows: Int, charset: Charset, isColored: Bool) {
      self.columns = columns
      self.rows = rows
      self.charset = charset
      self.isColored = isColored
    }
  }

  private typealias Part = (text: String, color: EventText.Color?)

  /// The lines, each shorter than the screen is wide, so that none is wrapped; at most about half of
  /// the screen's rows. What goes on is shown before what is at rest.
  public func lines(on screen: Screen, at now: Instant) -> [ScreenFrame.Line] {
    let most = max(1, min(screen.rows - 1, screen.rows / 2 + 1))
    let width = min(rows.map { TextWidth.of(screen.charset.shown($0.name.text)) }.max() ?? 0, 16)
    let names = max(width, container == nil ? 0 : 9)
    var shown = Array(rows.indices)
    var room = most - 1
    let hasContainer = container != nil && room > rows.count
    if hasContainer { room -= 1 }
    let hasRule = room > rows.count
    if rows.count > room {
      let important = rows.indices.sorted { (weight($0), $0) < (weight($1), $1) }
      shown = important.prefix(room).sorted()
    }
    var lines: [[Part]] = []
    if hasRule { lines.append([(screen.charset.rule(screen.columns - 1), .dim)]) }
    lines += shown.map { line(of: rows[$0], names: names, on: screen, at: now) }
    if hasContainer, let container { lines.append(line(of: container, names: names)) }
    lines.append(status(hidden: rows.count - shown.count))
    return lines.map { Self.compose($0, on: screen) }
  }

  /// How little a row matters, when there is no room for all.
  private func weight(_ index: Int) -> Int {
    switch rows[index].state {
    case .building: 0
    case .failed: 1
    case .waiting: 2
    case .planned, .stopped: 3
    case .unknown: 4
    case .current: 5
    }
  }

  private func line(of row: Row, names: Int, on screen: Screen, at now: Instant) -> [Part] {
    let name: Part = (padded(row.name.text, names, screen.charset) + "  ", nil)
    func parts(_ word: String, _ color: EventText.Color?, _ rest: [Part]) -> [Part] {
      [name, (TextWidth.padded(word, to: 8) + "  ", color)] + rest
    }
    switch row.state {
    case .unknown: return parts("", .dim, [("not compared yet", .dim)])
    case .current:
      let since = row.since.isEmpty ? "" : "  since \(row.since)"
      return parts("current", .green, [(row.stable.map { $0 + since } ?? "", .dim)])
    case .planned: return parts("to build", .dim, [(row.cause, .dim)])
    case .stopped: return parts("stopped", .yellow, [(row.cause, .dim)])
    case .failed(let place):
      let reason = place.isEmpty ? row.cause : place
      return parts("failed", .red, [(reason, nil), ("  e shows all", .dim)])
    case .waiting(let reason): return parts("waits", .yellow, [(reason, nil)])
    case .building(let began):
      return parts("building", .yellow, progress(row, now.since(began), screen))
    }
  }

  /// The bar, the time, the step, the cause, and what the step does, as far as there is room.
  private func progress(_ row: Row, _ elapsed: Duration, _ screen: Screen) -> [Part] {
    let seconds = max(0, Double(elapsed.nanoseconds) / 1e9)
    var parts: [Part] = []
    if let usual = row.usual, usual > 0 {
      if screen.columns >= 60 {
        let columns = screen.columns >= 120 ? 24 : 12
        parts.append((screen.charset.bar(seconds / usual, columns: columns) + "  ", nil))
      }
      parts.append(("\(Self.short(seconds)) of \(Self.short(usual))", nil))
    } else {
      parts.append((Self.short(seconds), nil))
    }
    if let step, step.number > 0 { parts.append(("  step \(step.number)/\(step.total)", nil)) }
    if !row.cause.isEmpty { parts.append(("  \(row.cause)", .dim)) }
    if let step, screen.columns >= 120 { parts.append(("  \(step.name)", .dim)) }
    return parts
  }

  private func line(of container: Container, names: Int) -> [Part] {
    let since = container.since.isEmpty ? "" : " since \(container.since)"
    var parts: [Part] = [
      (TextWidth.padded("container", to: names) + "  ", nil),
      ("\(container.state)\(since)", container.isBad ? .red : nil),
      ("  \(container.name)", .dim),
    ]
    if !sync.isEmpty { parts.append(("  \(sync)", nil)) }
    return parts
  }

  /// What goes on, and the keys.
  private func status(hidden: Int) -> [Part] {
    let text: Part =
      switch activity {
      case .starting: ("starting", nil)
      case .watching: ("watching", nil)
      case .idle(let since): ("idle \(since)", nil)
      case .working: ("working", nil)
      case .failed: ("failed: save a fix", .red)
      case .waiting: ("waiting", .yellow)
      case .paused: ("paused: p goes on", .yellow)
      case .unreachable: ("the engine does not answer", .red)
      case .ending: ("ending", .yellow)
      }
    let more = hidden > 0 ? "  \(hidden) more" : ""
    let keys = KeyCommand.allCases.map { "\($0.rawValue) \($0.word)" }.joined(separator: "  ")
    return [text, (more, .dim), ("  \(keys)", .dim)]
  }

  /// The parts one after the other, cut to the screen.
  private static func compose(_ parts: [Part], on screen: Screen) -> ScreenFrame.Line {
    let painter = EventText(layers: [], isColored: screen.isColored)
    var text = ""
    var used = 0
    for part in parts where !part.text.isEmpty {
      let room = max(0, screen.columns - 1 - used)
      let shown = screen.charset.shown(part.text)
      let cut = TextWidth.cut(shown, to: room, ellipsis: screen.charset.ellipsis)
      text += cut.isEmpty ? "" : painter.paint(cut, part.color)
      used += TextWidth.of(cut)
      if TextWidth.of(shown) > room { break }
    }
    return ScreenFrame.Line(text: text, columns: used)
  }

  private func padded(_ text: String, _ columns: Int, _ charset: Charset) -> String {
    let cut = TextWidth.cut(charset.shown(text), to: columns, ellipsis: charset.ellipsis)
    return TextWidth.padded(cut, to: columns)
  }

  /// A duration that does not jump about: `3.2 s`, then as elsewhere.
  private static func short(_ seconds: Double) -> String {
    let tenths = Int((seconds * 10).rounded())
    return seconds < 60
      ? "\(tenths / 10).\(tenths % 10) s" : EventText.duration(seconds)
  }
}
