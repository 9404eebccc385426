import LayerPlanner

/// A command of the program. The raw value is the word on the command line.
enum CommandName: String, CaseIterable, Sendable {
  case watch, build, sync, plan, why, status, stop, pause, resume, logs, doctor, stats, prune
  case initialise = "init"
  case config, completions
}

/// The one table of the command line: the parser reads it, and the help, the manual pages and the
/// completions are made from it.
enum CommandTable {
  static let formats = ["text", "json"]

  /// Options that may stand before or after the command.
  static let global: [OptionSpecification] = [
    OptionSpecification(
      "directory", short: "C", takes: "DIR", completes: .directories,
      help: "run as if started in DIR"),
    OptionSpecification(
      "set", short: "c", takes: "KEY=VALUE", completes: .settings,
      help: "set a configuration key; wins over every file"),
    OptionSpecification(
      "config", takes: "FILE", completes: .files, help: "read FILE instead of .sindri-watch.conf"),
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
      details: [
        "First everything that changed since the last run is built. Then the repository is "
          + "watched: a save is settled, mapped to the lowest layer that reads the file, and that layer "
          + "and those above it are rebuilt. The stable tags move, all together, when all of it "
          + "succeeded.",
        "A file that keeps its content builds nothing, and content that was built before is "
          + "tagged again. An edit to a layer below the one that is being built cancels that build.",
      ],
      options: [
        OptionSpecification("restart", help: "recreate the container when its image is new"),
        OptionSpecification(
          "sync", help: "copy saved files into the running container, as the sync sections say"),
        OptionSpecification("no-catch-up", help: "build nothing before the first change"),
        OptionSpecification("once", help: "catch up and exit"),
        OptionSpecification(
          "detach", help: "watch in the background; return when it is ready"),
      ],
      examples: [
        ("sindri-watch", "catch up and watch"),
        ("sindri-watch watch --detach", "the same in the background"),
        ("sindri-watch watch --restart", "and keep the container on the newest image"),
        ("sindri-watch watch --sync", "and copy each save into the running container at once"),
        ("sindri-watch watch --once", "make the local images those of the tree, and exit"),
      ]),
    CommandSpecification(
      name: .build, operands: "[LAYER...]", completes: .layers,
      summary: "build these layers and all above; without a layer, what differs",
      details: [
        "The layer 'all' stands for every layer; 'both' is exactly base and tooling."
      ],
      options: [
        OptionSpecification("only", help: "build these alone, and say what is stale above them"),
        OptionSpecification("no-cache", help: "let the engine reuse no cached step"),
        OptionSpecification("force", help: "build although the images are those of the tree"),
        OptionSpecification(
          "version", key: "image-version", takes: "VERSION", completes: .versions,
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
      details: [
        "An image of the tree's content that is here is tagged; one that the registry has is "
          + "pulled; what is nowhere is built."
      ],
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
      name: .plan, operands: "[PATH...]", completes: .files,
      summary: "what would be built for these changes, and why",
      details: [
        "Paths are operands, lines of standard input, or what git diff finds. Nothing is built, and "
          + "neither an engine nor a Dockerfile is needed. '--format github' writes NAME=, what the "
          + "filter says, and build-NAME=, what has to be built, for each layer, to $GITHUB_OUTPUT when "
          + "it is set."
      ],
      options: [
        OptionSpecification("stdin", help: "read paths from standard input, one a line"),
        OptionSpecification(
          "null", short: "z", help: "paths on standard input end with NUL (implies --stdin)"),
        OptionSpecification(
          "base", takes: "REF", completes: .references,
          help: "the changes since REF, as git diff sees them"),
      ],
      examples: [
        ("sindri-watch plan docker/lib/common.sh", "plan for one path"),
        ("sindri-watch plan --base origin/main --format github", "decide in CI"),
        ("git diff -z --name-only HEAD~1 | sindri-watch plan -z", "plan for a list of paths"),
      ]),
    CommandSpecification(
      name: .why, operands: "PATH...", completes: .files,
      summary: "which patterns and ignore rules decide over a path",
      details: [
        "The file need not exist."
      ],
      options: [],
      examples: [("sindri-watch why docker/lib/common.sh", "explain one path")]),
    CommandSpecification(
      name: .status, operands: "",
      summary: "each layer's tag, image and state; the container; the watcher",
      details: [
        "A layer is current when the image under its stable tag holds what the tree says and stands "
          + "on the stable image of the layer below."
      ],
      options: [
        OptionSpecification("check", help: "exit 1 when something is stale or untrue")
      ],
      examples: [("sindri-watch status --check", "fail when an image is not the tree's")]),
    CommandSpecification(
      name: .stop, operands: "",
      summary: "end the watcher that runs, also in the middle of a build",
      options: [
        OptionSpecification(
          "timeout", takes: "SECONDS", help: "how long to wait for its end (10)")
      ],
      examples: [("sindri-watch stop", "end the watcher of this repository")]),
    CommandSpecification(
      name: .pause, operands: "",
      summary: "let the watcher start nothing until resume; it goes on noting changes",
      options: [],
      examples: [("sindri-watch pause", "no builds during a demonstration")]),
    CommandSpecification(
      name: .resume, operands: "",
      summary: "let the watcher do what changed since pause, and go on",
      options: [],
      examples: [("sindri-watch resume", "build what changed meanwhile")]),
    CommandSpecification(
      name: .logs, operands: "",
      summary: "what the watcher in the background has said",
      options: [
        OptionSpecification("follow", short: "f", help: "go on until the watcher ends")
      ],
      examples: [("sindri-watch logs -f", "see what it does as it does it")]),
    CommandSpecification(
      name: .doctor, operands: "",
      summary: "check the engine, BuildKit, inotify limits and the configuration",
      details: [
        "Each finding comes with its remedy. Among them: files that a Dockerfile copies and no "
          + "filter names, and patterns that match no file. The exit status is 1 when something does not "
          + "work."
      ],
      options: [],
      examples: [("sindri-watch doctor", "say what is missing, with the remedy")]),
    CommandSpecification(
      name: .stats, operands: "",
      summary: "build times of each layer, and what layers save",
      details: [
        "The times are those of this repository's builds on this machine."
      ],
      options: [
        OptionSpecification(
          "svg", takes: "FILE", completes: .files, help: "write the build times as a picture")
      ],
      examples: [
        ("sindri-watch stats", "medians, trends and the gain over a whole build"),
        ("sindri-watch stats --svg builds.svg", "a chart for a browser"),
      ]),
    CommandSpecification(
      name: .prune, operands: "",
      summary: "take away the images that [retention] does not keep",
      details: [
        "Images that a container uses, that a stable tag names or that a kept image stands on are "
          + "never taken."
      ],
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
      name: .initialise, operands: "",
      summary: "write a first configuration from the Dockerfiles that are there",
      details: [
        "Each file called Dockerfile, Dockerfile.NAME, NAME.Dockerfile or Containerfile that git "
          + "does not ignore becomes a layer. What it is built on follows from FROM and the "
          + "defaults of its ARG, its filter from COPY, ADD and bind mounts, and the image "
          + "repository from the images that are named.",
        "A file that is there is never written over. What could not be made out is said, with "
          + "file and line.",
      ],
      options: [
        OptionSpecification("print", help: "write to standard output instead of a file")
      ],
      examples: [
        ("sindri-watch init", "write .sindri-watch.conf"),
        ("sindri-watch init --print", "show what would be written"),
      ]),
    CommandSpecification(
      name: .config, operands: "",
      summary: "the effective configuration, with the origin of each value",
      details: [
        "'--list' prints what 'git config --list' would, for scripts; also with -z and with "
          + "'--show-origin'."
      ],
      options: [
        OptionSpecification(
          "list", short: "l", help: "print as git config --list does, without validation"),
        OptionSpecification("null", short: "z", help: "end each entry with NUL"),
        OptionSpecification("show-origin", help: "say where each value comes from"),
      ],
      examples: [("sindri-watch config --list -z", "for scripts")]),
    CommandSpecification(
      name: .completions, operands: "bash|zsh|fish", completes: .words(Completions.shells),
      summary: "print the completions of a shell",
      details: [
        "'make install' puts them where the shells look for them. Otherwise write the output to a "
          + "file: for bash in ~/.local/share/bash-completion/completions/sindri-watch, for zsh "
          + "in _sindri-watch in a directory of $fpath, for fish in "
          + "~/.config/fish/completions/sindri-watch.fish."
      ],
      options: [],
      examples: [
        ("source <(sindri-watch completions bash)", "complete in this shell"),
        ("sindri-watch completions fish | source", "the same in fish"),
      ]),
  ]

  static func specification(of name: CommandName) -> CommandSpecification {
    for command in commands where command.name == name { return command }
    preconditionFailure("every command name has a row in the table")
  }
}
