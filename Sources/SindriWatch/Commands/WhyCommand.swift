import LayerPlanner

/// `why`: for each path, what every layer's filter and ignore file say, and what follows.
struct WhyCommand {
  let context: CommandContext

  func run() throws(CommandFailure) -> Int32 {
    guard !context.invocation.operands.isEmpty else {
      throw .usage("why needs a path; try 'sindri-watch why docker/lib/common.sh'")
    }
    let workspace = try context.workspace()
    let configuration = try workspace.configuration()
    let classifier = try workspace.classifier(configuration)
    for operand in context.invocation.operands {
      let path = try workspace.repositoryPath(operand)
      let explanation = PathExplanation(path, classifier)
      switch context.output.options.format {
      case .json: context.output.line(explanation.json)
      case .text, .github: context.output.bytes(Array(explanation.text.utf8))
      }
    }
    return 0
  }
}
