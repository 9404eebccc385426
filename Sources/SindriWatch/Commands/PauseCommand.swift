import LayerPlanner

/// `pause` and `resume`: let the watcher that runs start nothing, or go on.
struct PauseCommand {
  let context: CommandContext

  func run() throws(CommandFailure) -> Int32 {
    let workspace = try context.workspace()
    let files = workspace.watcherFiles()
    let loop = try context.eventLoop()
    let isPause = context.invocation.command == .pause
    let ending = try WatcherRequest(workspace: workspace, files: files, loop: loop)
      .send(isPause ? .pause : .resume, time: ControlClient.answerTime)
    guard let ending else {
      throw .work("no watcher is running here; 'sindri-watch watch --detach' starts one")
    }
    let status = try ending.get()
    if !context.output.options.isQuiet, context.output.options.format == .text {
      context.output.line(
        isPause
          ? "paused: changes are noted, and nothing is started until 'sindri-watch resume'"
          : "resumed")
    }
    return status
  }
}
