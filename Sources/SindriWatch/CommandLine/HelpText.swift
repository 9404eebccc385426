/// The help, printed from the table; every line fits 80 columns.
enum HelpText {
  static let version = "0.1.0"

  /// What each exit status says.
  static let exitStatuses = [
    ("0", "done"), ("1", "the work failed, or --check found something"),
    ("2", "usage or configuration"), ("3", "the engine cannot be reached"),
    ("128+n", "ended by signal n"),
  ]

  /// The help of the program: its commands and the options that all of them take.
  static var program: String {
    var text = """
      sindri-watch rebuilds a chain of container images on save: only the layer
      that a saved file belongs to, and those above it.

      Usage: sindri-watch [OPTION...] [COMMAND] [OPTION...]

      Commands:

      """
    text += columns(CommandTable.commands.map { ($0.name.rawValue, $0.summary) })
    text += "\nOptions of every command:\n" + options(CommandTable.global)
    text += "\nExit status:\n" + columns(exitStatuses)
    text += "\n'sindri-watch COMMAND --help' explains one command.\n"
    return text
  }

  /// The help of one command.
  static func command(_ name: CommandName) -> String {
    let command = CommandTable.specification(of: name)
    let operands = command.operands.isEmpty ? "" : " \(command.operands)"
    var text = wrapped("sindri-watch \(name.rawValue): \(command.summary)", indent: 2) + "\n"
    text += "\nUsage: sindri-watch \(name.rawValue) [OPTION...]\(operands)\n"
    for paragraph in command.details { text += "\n" + wrapped(paragraph, indent: 0) + "\n" }
    if !command.options.isEmpty { text += "\nOptions:\n" + options(command.options) }
    text += "\nOptions of every command:\n" + options(CommandTable.global)
    text += "\nExamples:\n"
    for example in command.examples {
      text += "  \(example.line)\n      \(example.meaning)\n"
    }
    return text
  }

  private static func options(_ options: [OptionSpecification]) -> String {
    columns(
      options.map { option in
        let short = option.short.map { "-\($0), " } ?? "    "
        let argument = option.argument.map { " \($0)" } ?? ""
        return (short + "--\(option.long)\(argument)", option.help)
      })
  }

  private static func columns(_ rows: [(String, String)]) -> String {
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { left, right in
      let gap = String(repeating: " ", count: width - left.count + 2)
      return wrapped("  " + left + gap + right, indent: width + 4) + "\n"
    }.joined()
  }

  /// Breaks `line` at spaces so that no line is over 79 columns; later lines are indented.
  private static func wrapped(_ line: String, indent: Int) -> String {
    guard line.count > 79 else { return line }
    let head = line.prefix(80)
    guard let space = head.lastIndex(of: " "),
      line.distance(from: line.startIndex, to: space) > indent
    else { return line }
    let rest = String(repeating: " ", count: indent) + line[line.index(after: space)...]
    return line[..<space] + "\n" + wrapped(rest, indent: indent)
  }
}
