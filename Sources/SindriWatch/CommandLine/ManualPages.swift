import LayerPlanner

/// The manual pages, made from the table of commands and from the schema of the configuration.
/// `--man-page` alone lists their file names, `--man-page NAME` prints one.
enum ManualPages {
  /// The first word of such a command line; no command has this name.
  static let argument = "--man-page"

  static func run(_ words: ArraySlice<[UInt8]>) -> Int32 {
    guard let word = words.first else {
      _ = writeCompletely(1, Array((names.joined(separator: "\n") + "\n").utf8))
      return 0
    }
    let name = String(decoding: word, as: UTF8.self)
    guard let page = page(name) else {
      _ = writeCompletely(2, Array("sindri-watch: error: no manual page \(quoted(word))\n".utf8))
      return 2
    }
    _ = writeCompletely(1, Array(page.utf8))
    return 0
  }

  /// The file names of all pages.
  static var names: [String] {
    ["sindri-watch.1"] + CommandName.allCases.map { "\(title(of: $0)).1" } + ["sindri-watch.conf.5"]
  }

  /// The page of this file name; nil when there is none.
  static func page(_ name: String) -> String? {
    if name == "sindri-watch.1" { return program }
    if name == "sindri-watch.conf.5" { return configuration }
    return CommandTable.commands.first { "\(title(of: $0.name)).1" == name }.map(page)
  }

  private static func title(of command: CommandName) -> String {
    "sindri-watch-\(command.rawValue)"
  }

  // MARK: Pages

  private static var program: String {
    var page = Roff("sindri-watch", section: 1, summary: "rebuild a chain of images on save")
    page.section("SYNOPSIS")
    page.item("sindri-watch", "[OPTION...] [COMMAND] [OPTION...]", "")
    page.section("DESCRIPTION")
    page.paragraph(
      "Watches a repository from which a chain, or a tree, of container images is built. When a "
        + "file is saved, the lowest layer that reads it is rebuilt with those above it, and "
        + "nothing else; the stable tags move, all together; the container runs the result.")
    page.paragraph("Without a command it catches up and watches.")
    page.section("COMMANDS")
    for command in CommandTable.commands {
      page.item(command.name.rawValue, command.operands, Roff.sentence(command.summary))
    }
    page.section("OPTIONS OF EVERY COMMAND")
    add(CommandTable.global, to: &page)
    page.section("EXIT STATUS")
    addExitStatus(to: &page)
    page.section("ENVIRONMENT")
    page.item(
      "SINDRI_WATCH_CONFIG_COUNT, SINDRI_WATCH_CONFIG_KEY_n, SINDRI_WATCH_CONFIG_VALUE_n", "",
      "Keys of the configuration and their values, n from 0. They win over the files.")
    page.item("NO_COLOR", "", "When it is set and not empty, the output has no colours.")
    page.item(
      "XDG_STATE_HOME", "", "Where build times and logs are kept; ~/.local/state when not set.")
    page.section("FILES")
    page.item(Workspace.configurationName, "", "The configuration: see sindri-watch.conf(5).")
    page.item(
      Workspace.localConfigurationName, "", "What is different on this machine, beside the other.")
    page.section("SEE ALSO")
    let others = CommandName.allCases.map { "\(title(of: $0))(1)" } + ["sindri-watch.conf(5)"]
    page.paragraph(others.joined(separator: ", "))
    return page.text
  }

  private static func page(_ command: CommandSpecification) -> String {
    var page = Roff(title(of: command.name), section: 1, summary: command.summary)
    page.section("SYNOPSIS")
    let operands = command.operands.isEmpty ? "" : " \(command.operands)"
    page.item("sindri-watch \(command.name.rawValue)", "[OPTION...]\(operands)", "")
    page.section("DESCRIPTION")
    page.paragraph(Roff.sentence(command.summary))
    command.details.forEach { page.paragraph($0) }
    if !command.options.isEmpty {
      page.section("OPTIONS")
      add(command.options, to: &page)
    }
    page.section("OPTIONS OF EVERY COMMAND")
    add(CommandTable.global, to: &page)
    page.section("EXIT STATUS")
    addExitStatus(to: &page)
    page.section("EXAMPLES")
    for example in command.examples {
      page.paragraph(String(Roff.sentence(example.meaning).dropLast()) + ":")
      page.example([example.line])
    }
    page.section("SEE ALSO")
    page.paragraph("sindri-watch(1), sindri-watch.conf(5)")
    return page.text
  }

  private static var configuration: String {
    var page = Roff(
      "sindri-watch.conf", section: 5, summary: "the layers of a repository's images")
    page.section("DESCRIPTION")
    page.paragraph(
      "\(Workspace.configurationName) at the root of a repository names the images that are built "
        + "from it, each with the files that it is made of. It has the syntax of git's "
        + "configuration: 'git config -f \(Workspace.configurationName)' reads and writes it, too. "
        + "'sindri-watch init' writes a first one.")
    page.paragraph(
      "\(Workspace.localConfigurationName) beside it, the environment and -c add to it and win over "
        + "it, in this order. 'sindri-watch config' shows where each value comes from.")
    page.paragraph(
      "A key marked with * may stand several times, and every value counts; an empty value forgets "
        + "those before it. Of the others the last value counts.")
    page.paragraph(
      "A path that several layers name belongs to the lowest of them. Patterns mean what they mean "
        + "in dorny/paths-filter.")
    page.section("KEYS")
    var header = ""
    for key in ConfigurationSchema.keys {
      let next = key.subsection.map { "[\(key.section) \"\($0)\"]" } ?? "[\(key.section)]"
      if next != header { page.subsection(next) }
      header = next
      let fallback = key.defaultText.map { " Default: \($0)." } ?? ""
      page.item(
        key.name + (key.isMultiple ? " *" : ""), key.type.name,
        Roff.sentence(key.summary) + fallback)
    }
    page.section("EXAMPLE")
    page.example([
      "[image]", "    repository = registry.fly.io/sindri-registry", "[layer \"base\"]",
      "    dockerfile = Dockerfile.base", "    stable = base-stable", "    path = Dockerfile.base",
      "[layer \"application\"]", "    dockerfile = Dockerfile", "    parent = base",
      "    parent-argument = BASE_IMAGE", "    stable = latest", "    path = docker/lib/**",
    ])
    page.section("SEE ALSO")
    page.paragraph("sindri-watch(1), sindri-watch-config(1), sindri-watch-init(1), git-config(1)")
    return page.text
  }

  // MARK: Parts

  private static func add(_ options: [OptionSpecification], to page: inout Roff) {
    for option in options {
      let short = option.short.map { "-\($0), " } ?? ""
      page.item(short + "--\(option.long)", option.argument ?? "", Roff.sentence(option.help))
    }
  }

  private static func addExitStatus(to page: inout Roff) {
    for (status, meaning) in HelpText.exitStatuses { page.item(status, "", Roff.sentence(meaning)) }
  }
}
