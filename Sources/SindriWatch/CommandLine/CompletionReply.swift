import LayerPlanner

/// What a shell's completion asks the program: `--complete WORD...`, the words after the program's
/// name up to the one that is being written. The answer's first line says what follows: `words`,
/// `partial` (words without a space after them), `files` or `directories`; then come the words, one
/// a line, each with a tab and its help. Whatever goes wrong, the answer is nothing, and quiet.
enum CompletionReply {
  /// The first word of such a command line; no command has this name.
  static let argument = "--complete"

  static func run(_ words: ArraySlice<[UInt8]>, _ environment: ProcessEnvironment) -> Int32 {
    let sources = RepositorySources(environment: environment)
    _ = writeCompletely(1, Array(text(Completions.offer(Array(words), sources: sources)).utf8))
    return 0
  }

  static func text(_ offer: Completions.Offer) -> String {
    switch offer {
    case .files: return "files\n"
    case .directories: return "directories\n"
    case .words(let candidates, let isPartial):
      let lines = candidates.map { "\($0.word)\t\($0.help)\n" }
      return (isPartial ? "partial\n" : "words\n") + lines.joined()
    }
  }
}

/// What the repository around the working directory has to offer.
private struct RepositorySources: Completions.Sources {
  let environment: ProcessEnvironment

  func layers(_ invocation: Invocation) -> [String] {
    guard let workspace = try? Workspace(invocation, environment: environment),
      let configuration = try? workspace.configuration()
    else { return [] }
    return configuration.tree.order.map(\.text)
  }

  func references(_ invocation: Invocation) -> [String] {
    let output = Output(OutputOptions(), layers: [], environment: environment)
    let context = CommandContext(
      invocation: invocation, environment: environment, output: output)
    let command = [
      "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads", "refs/tags", "refs/remotes",
    ]
    guard let workspace = try? context.workspace(), let loop = try? context.eventLoop(),
      let result = try? context.git(command, in: workspace, loop), result.succeeded
    else { return [] }
    return result.text.split(separator: "\n" as Character).map(String.init)
  }
}
