import LayerPlanner

/// `plan`: what would be built for a set of changed paths. Needs neither an engine nor a
/// Dockerfile.
struct PlanCommand {
  let context: CommandContext

  func run() throws(CommandFailure) -> Int32 {
    let workspace = try context.workspace()
    let configuration = try workspace.configuration()
    if configuration.layers.isEmpty {
      throw .usage("no layer is configured; write a [layer \"NAME\"] section")
    }
    let plan = ChangePlan(try paths(workspace), try workspace.classifier(configuration))
    for warning in configuration.warnings { context.output.note("warning: \(warning)") }
    switch context.output.options.format {
    case .json: context.output.line(PlanText.json(plan))
    case .github: try writeGitHub(plan)
    case .text: context.output.bytes(Array(PlanText.text(plan).utf8))
    }
    return 0
  }

  private func paths(_ workspace: Workspace) throws(CommandFailure) -> [ChangedPath] {
    let invocation = context.invocation
    let isNullTerminated = invocation.has("null")
    let readsInput = isNullTerminated || invocation.has("stdin")
    let ways = [readsInput, invocation.has("base"), !invocation.operands.isEmpty].filter { $0 }
    guard ways.count <= 1 else {
      throw .usage("paths come from operands, from --stdin, or from --base: name one of them")
    }
    if let base = invocation.text("base") { return try changes(since: base, workspace) }
    if readsInput {
      let input: [UInt8]
      do { input = try readToEnd(0, "standard input") } catch { throw .work(error.description) }
      return PathLines.parse(input, separator: isNullTerminated ? 0 : 0x0A)
    }
    var found: [ChangedPath] = []
    for operand in invocation.operands {
      found.append(ChangedPath(path: try workspace.repositoryPath(operand)))
    }
    return found
  }

  /// What differs between the merge base with `base` and the tree, uncommitted edits included.
  private func changes(
    since base: String, _ workspace: Workspace
  ) throws(CommandFailure) -> [ChangedPath] {
    guard !base.hasPrefix("-"), !base.isEmpty else {
      throw .usage("--base needs a commit, not \(quoted(base.utf8))")
    }
    let loop = try context.eventLoop()
    guard
      let result = try context.git(
        ["diff", "--no-renames", "--name-status", "-z", "--merge-base", base, "--", "."],
        in: workspace, loop)
    else { throw .work("git cannot be run; --base needs it") }
    guard result.succeeded else {
      // A shallow clone has no merge base with what it did not fetch.
      throw .usage(
        "git diff --merge-base \(base): \(firstLine(of: result.errorText)); "
          + "in CI, fetch more history (fetch-depth: 0)")
    }
    return GitDiff.parse(result.output)
  }

  private func writeGitHub(_ plan: ChangePlan) throws(CommandFailure) {
    let text = Array(PlanText.github(plan).utf8)
    guard let file = context.environment.bytes(of: "GITHUB_OUTPUT"), !file.isEmpty else {
      return context.output.bytes(text)
    }
    do { try appendToFile(file, text) } catch { throw .work(error.description) }
  }
}
