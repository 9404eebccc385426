import LayerPlanner

/// `config`: the effective configuration with the origin of each value, or the raw entries as
/// `git config --list` prints them.
struct ConfigCommand {
  let context: CommandContext

  func run() throws(CommandFailure) -> Int32 {
    let workspace = try context.workspace()
    let invocation = context.invocation
    if invocation.has("list") || invocation.has("null") || invocation.has("show-origin") {
      let sources = try workspace.sources()
      switch ConfigurationText.merged(sources) {
      case .failure(let problems): throw .usage(problems.description)
      case .success(let entries):
        context.output.bytes(
          ConfigurationText.listing(
            entries, isNullTerminated: invocation.has("null"),
            showsOrigin: invocation.has("show-origin")))
      }
      return 0
    }
    let values = try workspace.configuration().effective
    if context.output.options.format == .json {
      let rows = values.map { value in
        JSONText.object([
          ("key", JSONText.string(value.key)), ("value", JSONText.string(value.value)),
          ("origin", value.origin.map { JSONText.string($0.description) } ?? "null"),
        ])
      }
      context.output.line(JSONText.array(rows))
      return 0
    }
    let rows = values.map { value in
      (
        "\(quoted(value.key)) = \(value.value.isEmpty ? "\"\"" : quoted(value.value))",
        value.origin?.description ?? "default"
      )
    }
    // One very long value does not push every origin to the right.
    let width = min(60, rows.map(\.0.count).max() ?? 0)
    for (assignment, origin) in rows {
      let gap = String(repeating: " ", count: max(0, width - assignment.count))
      context.output.line("\(assignment)\(gap)  \(origin)")
    }
    return 0
  }
}
