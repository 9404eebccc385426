import LayerPlanner

/// `stats`: what the recorded builds say.
struct StatsCommand {
  let context: CommandContext

  func run() throws(CommandFailure) -> Int32 {
    let workspace = try context.workspace()
    let configuration = try workspace.configuration()
    if configuration.layers.isEmpty {
      throw .usage("no layer is configured; write a [layer \"NAME\"] section")
    }
    let records: [BuildRecord]
    do {
      records = try workspace.buildLog().read()
    } catch {
      throw .work(error.description)
    }
    if let file = context.invocation.bytes("svg") {
      let svg = StatisticsChart(records, tree: configuration.tree).svg
      do { try writeFile(file, Array(svg.utf8)) } catch { throw .work(error.description) }
      context.output.line("wrote \(quoted(file))")
      return 0
    }
    let text = StatisticsText(BuildStatistics(records, tree: configuration.tree))
    switch context.output.options.format {
    case .json: context.output.line(text.json)
    case .text, .github:
      let charset = context.environment.firstValue(of: "LC_ALL", "LC_CTYPE", "LANG") ?? ""
      let isUnicode = charset.lowercased().contains("utf")
      context.output.bytes(Array(text.text(isUnicode: isUnicode).utf8))
    }
    return 0
  }
}

extension ProcessEnvironment {
  /// The value of the first of these variables that is set and not empty.
  fileprivate func firstValue(of names: String...) -> String? {
    names.lazy.compactMap { self[$0] }.first { !$0.isEmpty }
  }
}
