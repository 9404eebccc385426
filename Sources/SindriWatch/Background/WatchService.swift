import LayerPlanner

/// What a watcher is to others while it runs: it answers commands, and tells the service manager
/// how it is doing.
final class WatchService {
  private let control: ControlServer?
  private let notifier: ServiceNotifier?
  private var hasEnded = false

  init(
    _ context: CommandContext, _ workspace: Workspace, _ devLoop: DevLoop, _ loop: EventLoop
  ) throws(CommandFailure) {
    let files = try workspace.watcherFiles()
    do {
      control = try ControlServer(
        files, devLoop: devLoop, loop: loop, isDetached: context.isDetached)
    } catch {
      control = nil
      context.output.report(
        .warning(message: "\(error); 'status', 'pause' and their like cannot reach the watcher"))
    }
    notifier = context.notifier
    guard let notifier else { return }
    notifier.status = { [weak control] in control?.summary ?? "watching" }
    devLoop.output.followers.append(notifier)
    loop.add(notifier)
  }

  func ready() { notifier?.ready() }

  /// Says good-bye, once.
  func end() {
    guard !hasEnded else { return }
    hasEnded = true
    notifier?.stopping()
    control?.close()
  }
}
