import LayerPlanner

extension LiveTerminal {
  /// The live terminal of a watch; nil where there is none: in a pipe, in the background, on a
  /// terminal that cannot move its cursor, and with another output than text.
  static func open(
    _ configuration: Configuration, options: OutputOptions, isColored: Bool,
    environment: ProcessEnvironment
  ) -> LiveTerminal? {
    guard options.format == .text, !options.isQuiet, isTerminal(0), isTerminal(1),
      let kind = environment["TERM"], !kind.isEmpty, kind != "dumb",
      TerminalMode().isInForeground
    else { return nil }
    let charset = Charset(
      all: environment["LC_ALL"], characters: environment["LC_CTYPE"],
      language: environment["LANG"])
    let screen = LiveRegion.Screen(columns: 80, rows: 24, charset: charset, isColored: isColored)
    return try? LiveTerminal(configuration.liveRegion, screen: screen)
  }
}

extension Configuration {
  /// The rows of the live region: each layer with its stable tag.
  var liveLayers: [(name: LayerName, stable: String?)] {
    tree.order.map { ($0, layer($0)?.stable?.value) }
  }

  var liveRegion: LiveRegion {
    LiveRegion(layers: liveLayers, container: container?.name.value)
  }
}
