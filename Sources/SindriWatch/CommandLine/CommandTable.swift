import LayerPlanner

/// A command of the program. The raw value is the word on the command line.
enum CommandName: String, CaseIterable, Sendable {
  case watch, build, sync, plan, why, status, doctor, stats, prune, config
}

/// An option, as the parser reads it and the help prints it.
struct OptionSpecification: Sendable {
  /// The long name without dashes.
  let long: String
  /// The key under which its values are found: the long name, but where a command's option has the
  /// name of a global one.
  let key: String
  /// The one-letter form, if there is one.
  let short: Character?
  /// What the argument is called in the help; nil when the option takes none.
  let argument: String?
  /// The arguments that are accepted; empty means any.
  let choices: [String]
  /// One line of help.
  let help: String

  init(
    _ long: String, key: String? = nil, short: Character? = nil, takes argument: String? = nil,
    choices: [String] = [], help: String
  ) {
    self.long = long
    self.key = key ?? long
    self.short = short
    self.argument = argument
    self.choices = choices
    self.help = help
  }
}

/// Everything that the parser and the help know of one command.
struct CommandSpecification: Sendable {
  let name: CommandName
  /// The operands as the usage line shows them; empty when the command takes none.
  let operands: String
  let summary: String
  let options: [OptionSpecification]
  /// Command lines with what each does.
  let examples: [(line: String, meaning: String)]
}

/// The one table of the command line: the parser reads it, and the help is printed from it.
enum CommandTable {
  static let formats = ["text", "json"]

  /// Options that may stand before or after the command.
  static let global: [OptionSpecification] = [
    OptionSpecification("directory", short: "C", takes: "DIR", help: "run as if started in DIR"),
    OptionSpecification(
      "set", short: "c", takes: "KEY=VALUE", help: "set a configuration key; wins over every file"),
    OptionSpecification(
      "config", takes: "FILE", help: "read FILE instead of .sindri-watch.conf"),
    OptionSpecification(
      "format", takes: "FORMAT", choices: formats + ["github"],
      help: "text or json (plan: also github)"),
    OptionSpecification(
      "color", takes: "WHEN", choices: ["auto", "always", "never"], help: "colour the output"),
    OptionSpecification("quiet", short: "q", help: "say only what went wrong"),
    OptionSpecification("verbose", short: "v", help: "say more: engine commands and their output"),
    OptionSpecification("help", short: "h", help: "print help, of the command if one is named"),
    OptionSpecification("version", short: "V", help: "print the version"),
  ]

  static let commands: [CommandSpecification] = [
    CommandSpecification(
      name: .watch, operands: "",
      summary: "catch up with the tree, then rebuild on every save (the default)",
      options: [
        OptionSpecification("restart", help: "recreate the container when its image is new"),
        OptionSpecification("no-catch-up", help: "build nothing before the first change"),
        OptionSpecification("once", help: "catch up and exit"),
      ],
      examples: [
        ("sindri-watch", "catch up and watch"),
        ("sindri-watch watch --restart", "and keep the container on the newest image"),
        ("sindri-watch watch --once", "make the local images those of the tree, and exit"),
      ]),
    CommandSpecification(
      name: .build, operands: "[LAYER...]",
      summary: "build these layers and all above; without a layer, what differs",
      options: [
        OptionSpecification("only", help: "build these alone, and say what is stale above them"),
        OptionSpecification("no-cache", help: "let the engine reuse no cached step"),
        OptionSpecification("force", help: "build although the images are those of the tree"),
        OptionSpecification(
          "version", key: "image-version", takes: "VERSION",
          help: "also tag the images LAYER-VERSION, as base-v1.0.0"),
        OptionSpecification("push", help: "then send the images and their tags to the registry"),
      ],
      examples: [
        ("sindri-watch build", "build what differs from the tree"),
        ("sindri-watch build tooling", "build tooling and what stands on it, if they differ"),
        ("sindri-watch build both --force", "build base and tooling anew, and what is above"),
        ("sindri-watch build both --version v1.0.0 --push", "publish base-v1.0.0, tooling-v1.0.0"),
      ]),
    CommandSpecification(
      name: .sync, operands: "",
      summary: "make the local stable tags those of the tree, at the least cost",
      options: [
        OptionSpecification(
          "from", takes: "SOURCE", choices: SyncPlan.Source.allCases.map(\.rawValue),
          help: "where images come from: auto, registry or build"),
        OptionSpecification("check", help: "change nothing; exit 1 when a tag is not the tree's"),
        OptionSpecification("dry-run", help: "change nothing; say what would be done"),
        OptionSpecification("push", help: "then send the images and the stable tags"),
      ],
      examples: [
        ("sindri-watch sync", "retag, pull or build, whatever is cheapest"),
        ("sindri-watch sync --check", "fail when a stable tag is not the tree's"),
        ("sindri-watch sync --from registry", "take what CI has built, build nothing"),
      ]),
    CommandSpecification(
      name: .plan, operands: "[PATH...]",
      summary: "what would be built for these changes, and why",
      options: [
        OptionSpecification("stdin", help: "read paths from standard input, one a line"),
        OptionSpecification(
          "null", short: "z", help: "paths on standard input end with NUL (implies --stdin)"),
        OptionSpecification(
          "base", takes: "REF", help: "the changes since REF, as git diff sees them"),
      ],
      examples: [
        ("sindri-watch plan docker/lib/common.sh", "plan for one path"),
        ("sindri-watch plan --base origin/main --format github", "decide in CI"),
        ("git diff -z --name-only HEAD~1 | sindri-watch plan -z", "plan for a list of paths"),
      ]),
    CommandSpecification(
      name: .why, operands: "PATH...",
      summary: "which patterns and ignore rules decide over a path",
      options: [],
      examples: [("sindri-watch why docker/lib/common.sh", "explain one path")]),
    CommandSpecification(
      name: .status, operands: "",
      summary: "each layer's tag, image and state; the container; the watcher",
      options: [
        OptionSpecification("check", help: "exit 1 when something is stale or untrue")
      ],
      examples: [("sindri-watch status --check", "fail when an image is not the tree's")]),
    CommandSpecification(
      name: .doctor, operands: "",
      summary: "check the engine, BuildKit, inotify limits and the configuration",
      options: [],
      examples: [("sindri-watch doctor", "say what is missing, with the remedy")]),
    CommandSpecification(
      name: .stats, operands: "",
      summary: "build times of each layer, and what layers save",
      options: [
        OptionSpecification("svg", takes: "FILE", help: "write the build times as a picture")
      ],
      examples: [
        ("sindri-watch stats", "medians, trends and the gain over a whole build"),
        ("sindri-watch stats --svg builds.svg", "a chart for a browser"),
      ]),
    CommandSpecification(
      name: .prune, operands: "",
      summary: "take away the images that [retention] does not keep",
      options: [
        OptionSpecification("registry", help: "in the registry instead of here"),
        OptionSpecification(
          "merged", takes: "NUMBER", help: "pull request NUMBER is merged: its images go, too"),
        OptionSpecification("dry-run", help: "change nothing; say what would be removed"),
      ],
      examples: [
        ("sindri-watch prune --dry-run", "what would go, and why"),
        ("sindri-watch prune --registry", "the same in the registry, for a scheduled job"),
      ]),
    CommandSpecification(
      name: .config, operands: "",
      summary: "the effective configuration, with the origin of each value",
      options: [
        OptionSpecification(
          "list", short: "l", help: "print as git config --list does, without validation"),
        OptionSpecification("null", short: "z", help: "end each entry with NUL"),
        OptionSpecification("show-origin", help: "say where each value comes from"),
      ],
      examples: [("sindri-watch config --list -z", "for scripts")]),
  ]

  static func specification(of name: CommandName) -> CommandSpecification {
    for command in commands where command.name == name { return command }
    preconditionFailure("every command name has a row in the table")
  }
}
