import Glibc
import LayerPlanner

/// What a watcher is to others while it runs: it is on record, answers commands, and tells the
/// service manager how it is doing.
final class WatchService {
  private let files: WatcherFiles
  private let notifier: ServiceNotifier?
  private var control: ControlServer?
  private var hasEnded = false

  /// Puts this process on record as the watcher. Only the holder of the repository's lock may.
  init(_ context: CommandContext, _ workspace: Workspace) throws(CommandFailure) {
    files = workspace.watcherFiles()
    notifier = context.notifier
    try files.prepare()
    try files.write(WatcherFiles.Record(pid: getpid(), isDetached: context.isDetached))
  }

  /// Begins to answer.
  func start(_ devLoop: DevLoop, _ loop: EventLoop) {
    do {
      control = try ControlServer(files, devLoop: devLoop, loop: loop)
    } catch {
      devLoop.output.report(
        .warning(message: "\(error); 'status', 'pause' and their like cannot reach the watcher"))
    }
    guard let notifier else { return }
    notifier.status = { [weak control] in control?.summary ?? "watching" }
    devLoop.output.followers.append(notifier)
    loop.add(notifier)
  }

  func ready() { notifier?.ready() }

  /// Says good-bye, once; the last thing to do before the lock is let go.
  func end() {
    guard !hasEnded else { return }
    hasEnded = true
    notifier?.stopping()
    control?.close()
    files.removeRecord()
  }
}
