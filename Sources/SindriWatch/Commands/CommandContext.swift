import LayerPlanner

/// What every command is given.
struct CommandContext {
  let invocation: Invocation
  var environment: ProcessEnvironment
  let output: Output
  /// Whether this is a watcher in the background.
  var isDetached = false
  /// Tells the service manager that started this process how it is doing, if one did.
  var notifier: ServiceNotifier?

  /// The repository that the command works on.
  func workspace() throws(CommandFailure) -> Workspace {
    try Workspace(invocation, environment: environment)
  }

  /// A loop for commands that run others.
  func eventLoop() throws(CommandFailure) -> EventLoop {
    do { return try EventLoop(survivesHangup: isDetached) } catch { throw .work(error.description) }
  }

  /// Runs git in the repository; nil when it fails or is not there. It may not take the index
  /// lock: the watcher would see its own git at work.
  func git(
    _ arguments: [String], in workspace: Workspace, _ loop: EventLoop
  ) throws(CommandFailure) -> CommandResult? {
    try git(arguments.map { Array($0.utf8) }, in: workspace, loop)
  }

  /// The same with arguments that need not be text, such as paths.
  func git(
    _ arguments: [[UInt8]], in workspace: Workspace, _ loop: EventLoop
  ) throws(CommandFailure) -> CommandResult? {
    var environment = environment
    environment.set("GIT_OPTIONAL_LOCKS", "0")
    do {
      return try loop.run(
        [Array("git".utf8)] + arguments, in: workspace.root, environment: environment)
    } catch {
      if error.call == "posix_spawn" { return nil }
      throw .work(error.description)
    }
  }

  /// The commit that the tree stands on; nil without git or without a commit.
  func revision(in workspace: Workspace, _ loop: EventLoop) throws(CommandFailure) -> String? {
    let result = try git(["rev-parse", "--verify", "--quiet", "HEAD"], in: workspace, loop)
    guard let result, result.succeeded else { return nil }
    return result.text
  }
}
