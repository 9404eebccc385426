import LayerPlanner

/// Asks the watcher of a repository for something, on behalf of a command.
struct WatcherRequest {
  let workspace: Workspace
  let files: WatcherFiles
  let loop: EventLoop

  /// Sends a request and waits for the end of the answer; nil when no watcher is running.
  ///
  /// - Parameters:
  ///   - time: how long it may take, in nanoseconds; nil for as long as the watcher lives.
  ///   - receive: is handed each part of the answer but the last.
  func send(
    _ request: ControlRequest, time: Int64?, receive: @escaping (ControlFrame) -> Void = { _ in }
  ) throws(CommandFailure) -> Result<Int32, CommandFailure>? {
    guard case .watching(let pid) = try workspace.watcher(files) else { return nil }
    let ending: ControlClient.Ending?
    do {
      guard
        let client = try ControlClient(request, at: files.socket, time: time, receive: receive)
      else {
        throw CommandFailure.work(
          "\(Self.name(pid)) does not answer commands; its log or terminal says why")
      }
      ending = try loop.run(client)
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw .work("\(error)")
    }
    if let signal = loop.endingSignal { endBySignal(signal) }
    return Self.result(ending ?? .hungUp, pid)
  }

  private static func name(_ pid: Int32?) -> String {
    pid.map { "the watcher, process \($0)," } ?? "the watcher"
  }

  private static func result(
    _ ending: ControlClient.Ending, _ pid: Int32?
  ) -> Result<Int32, CommandFailure> {
    switch ending {
    case .answered(0, _): .success(0)
    case .answered(let status, let message):
      .failure(CommandFailure(description: message, status: status))
    case .hungUp: .failure(.work("\(name(pid)) ended without an answer"))
    case .notUnderstood:
      .failure(
        .work(
          "\(name(pid)) is of another version of sindri-watch; end it with 'sindri-watch stop' and "
            + "start it anew"))
    case .silent:
      .failure(.work("\(name(pid)) does not answer; 'sindri-watch stop' ends it"))
    }
  }
}
