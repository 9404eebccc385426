/// What a completion offers for an operand or for an option's argument.
enum CompletionKind: Equatable, Sendable {
  /// Nothing that is known.
  case nothing
  /// These words.
  case words([String])
  case files
  case directories
  /// Configured layers, and the words that stand for several.
  case layers
  /// Branches and tags of git.
  case references
  /// Tags of git that are versions.
  case versions
  /// Keys of the configuration, with `=` and their values.
  case settings
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
  /// What is offered for the argument.
  let completes: CompletionKind
  /// One line of help.
  let help: String

  init(
    _ long: String, key: String? = nil, short: Character? = nil, takes argument: String? = nil,
    choices: [String] = [], completes: CompletionKind = .nothing, help: String
  ) {
    self.long = long
    self.key = key ?? long
    self.short = short
    self.argument = argument
    self.choices = choices
    self.completes = choices.isEmpty ? completes : .words(choices)
    self.help = help
  }
}

/// Everything that the parser, the help, the manual pages and the completions know of one command.
struct CommandSpecification: Sendable {
  let name: CommandName
  /// The operands as the usage line shows them; empty when the command takes none.
  let operands: String
  /// What is offered for an operand. Words are all that is accepted.
  var completes: CompletionKind = .nothing
  let summary: String
  /// More than the summary says: a paragraph each.
  var details: [String] = []
  let options: [OptionSpecification]
  /// Command lines with what each does.
  let examples: [(line: String, meaning: String)]
}
