import Glibc
import LayerPlanner

/// `stop`: end the watcher that runs, and wait until it has ended.
struct StopCommand {
  let context: CommandContext

  func run() throws(CommandFailure) -> Int32 {
    let time = try patience()
    let workspace = try context.workspace()
    let files = workspace.watcherFiles()
    let presence = try workspace.watcher(files)
    switch presence {
    case .absent, .died:
      say("no watcher is running here")
      return 0
    case .working(let pid):
      throw .work(
        "process \(pid) works on \(quoted(workspace.root)), but is no watcher; it ends by itself")
    case .watching: break
    }
    let loop = try context.eventLoop()
    do {
      let pid = try end(presence.pid, workspace, files, loop)
      guard let process = ProcessEnd(pid, time: time) else { return said(pid) }
      loop.add(process)
      try loop.run { process.isOver }
      if let signal = loop.endingSignal { endBySignal(signal) }
      guard process.hasEnded else {
        throw CommandFailure.work(
          "process \(pid) is still ending after \(time / 1_000_000_000) s; 'sindri-watch stop' "
            + "again waits on, 'kill -9 \(pid)' is the last resort")
      }
      return said(pid)
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw .work("\(error)")
    }
  }

  private func patience() throws(CommandFailure) -> Int64 {
    guard let text = context.invocation.text("timeout") else { return 10_000_000_000 }
    guard let seconds = Int64(text), (1...86_400).contains(seconds) else {
      throw .usage("--timeout takes whole seconds, 1 to 86400, not \(quoted(text.utf8))")
    }
    return seconds * 1_000_000_000
  }

  private func said(_ pid: Int32) -> Int32 {
    say("ended process \(pid)")
    return 0
  }

  private func say(_ message: String) {
    if !context.output.options.isQuiet, context.output.options.format == .text {
      context.output.line(message)
    }
  }

  /// Asks the watcher to end, or tells it by a signal when it does not answer. Gives its process.
  private func end(
    _ holder: Int32?, _ workspace: Workspace, _ files: WatcherFiles, _ loop: EventLoop
  ) throws -> Int32 {
    if let client = try? ControlClient(.stop, at: files.socket, time: 2_000_000_000) {
      let process = client.process
      let ending = try loop.run(client)
      if let signal = loop.endingSignal { endBySignal(signal) }
      if case .answered(0, _) = ending, let pid = process ?? holder { return pid }
    }
    guard let holder, let handle = ProcessHandle(holder), isWatcher(holder, workspace, files) else {
      throw CommandFailure.work(
        "the watcher does not answer, and which process it is cannot be told; end it by hand")
    }
    _ = handle.send(SIGTERM)
    return holder
  }

  /// Whether this process is the recorded watcher and holds the repository's lock: asked after the
  /// process is held, so that the number cannot pass to another one.
  private func isWatcher(_ pid: Int32, _ workspace: Workspace, _ files: WatcherFiles) -> Bool {
    let program = (try? readLink(Array("/proc/\(pid)/exe".utf8))) ?? []
    let name = program.split(separator: 0x2F).last ?? []
    return name.starts(with: "sindri-watch".utf8)
      && (try? workspace.watcher(files)) == .watching(pid: pid)
  }
}

/// Waits for the end of a process, but not without end.
private final class ProcessEnd: LoopParticipant {
  private let process: ProcessHandle
  private let patience: Int64
  private(set) var hasEnded = false
  private(set) var isOver = false

  /// Nil when the process has ended.
  init?(_ pid: Int32, time: Int64) {
    guard let process = ProcessHandle(pid) else { return nil }
    self.process = process
    patience = monotonicNanoseconds() + time
  }

  var descriptors: [(number: Int32, events: Int32)] { [(process.descriptor.number, POLLIN)] }
  var deadline: Int64? { patience }

  func drain() {
    hasEnded = process.hasEnded
    isOver = isOver || hasEnded
  }

  func tick(now: Int64) { isOver = isOver || patience <= now }
}
