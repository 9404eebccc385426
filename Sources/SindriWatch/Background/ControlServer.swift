import Glibc
import LayerPlanner

/// Answers the commands that ask the watcher: on a socket that only the owner of the watcher may
/// use, in the watcher's own loop.
final class ControlServer: LoopParticipant {
  private let listener: LocalSocket
  private let files: WatcherFiles
  private let devLoop: DevLoop
  private let loop: EventLoop
  private var connections: [ControlConnection] = []
  private var activity: WatchActivity

  /// The most commands that are answered at a time.
  private static let mostConnections = 32

  /// Begins to answer. Only the holder of the repository's lock may call it.
  init(_ files: WatcherFiles, devLoop: DevLoop, loop: EventLoop) throws(SystemError) {
    self.files = files
    self.devLoop = devLoop
    self.loop = loop
    listener = try LocalSocket.listening(at: files.socket)
    activity = WatchActivity(started: wallClockNanoseconds() / 1_000_000_000)
    devLoop.output.followers.append(self)
    loop.add(self)
  }

  /// Answers no more.
  func close() {
    for connection in connections where connection.printer != nil {
      connection.finish(1, "the watcher ended before that was done")
    }
    removeFile(files.socket)
  }

  // MARK: The loop

  var descriptors: [(number: Int32, events: Int32)] {
    [(listener.descriptor.number, POLLIN)]
      + connections.map { ($0.number, $0.hasOutput ? POLLIN | Int32(POLLOUT) : POLLIN) }
  }

  var deadline: Int64? {
    connections.compactMap { connection in
      if connection.isOver { return 0 }
      guard connection.isAnswering else { return connection.patience }
      guard let printer = connection.printer else { return nil }
      return devLoop.isOver ? 0 : printer.deadline
    }.min()
  }

  func drain() {
    while let descriptor = listener.accept() {
      guard connections.count < Self.mostConnections, Self.isAllowed(descriptor.number) else {
        continue
      }
      connections.append(ControlConnection(descriptor, now: monotonicNanoseconds()))
    }
    for connection in connections {
      if connection.hasOutput { connection.flush() }
      if let line = connection.readRequest() { answer(line, connection) }
    }
    connections.removeAll(where: \.isOver)
  }

  func tick(now: Int64) {
    for connection in connections {
      guard let printer = connection.printer else { continue }
      if devLoop.isOver { finish(connection) } else { printer.tick(now: now) }
    }
    connections.removeAll { $0.isOver || (!$0.isAnswering && $0.patience <= now) }
  }

  private static func isAllowed(_ connection: Int32) -> Bool {
    guard let user = peer(of: connection)?.user else { return false }
    return user == geteuid() || user == 0
  }

  // MARK: Requests

  private func answer(_ line: [UInt8], _ connection: ControlConnection) {
    do {
      try answer(ControlRequest(line: line), connection)
    } catch {
      switch error {
      case .malformed: connection.send(.end(1, "the watcher does not understand the request"))
      case .otherVersion(let version):
        connection.send(
          .end(
            1,
            "the watcher speaks version \(ControlRequest.version) of the protocol, not \(version); "
              + "end it with 'sindri-watch stop' and start it anew"))
      }
    }
  }

  private func answer(_ request: ControlRequest, _ connection: ControlConnection) {
    switch request {
    case .stop:
      connection.send(.end(0))
      loop.quit()
    case .pause:
      devLoop.handle(.paused(true))
      connection.send(.end(0))
    case .resume:
      devLoop.handle(.paused(false))
      connection.send(.end(0))
    case .status(let isJSON):
      let text =
        isJSON ? activity.json(present) : activity.lines(present).joined(separator: "\n")
      connection.send(ControlFrame(.output, Array(text.utf8)))
      connection.send(.end(0))
    case .work(let layers, let force, let printing):
      work(layers, force: force, printing, connection)
    }
  }

  private func work(
    _ layers: [LayerName], force: Bool, _ printing: ControlRequest.Printing,
    _ connection: ControlConnection
  ) {
    if devLoop.session.isPaused {
      return connection.send(
        .end(1, "the watcher is paused; 'sindri-watch resume' lets it go on"))
    }
    if loop.isEnding { return connection.send(.end(1, "the watcher is ending")) }
    let known = devLoop.configuration.tree.order
    if let unknown = layers.first(where: { !known.contains($0) }) {
      let message = "the watcher's configuration has no layer \(quoted(unknown.text.utf8))"
      return connection.send(.end(2, message))
    }
    connection.follow(
      printing, layers: known, progressLines: devLoop.output.progressLines)
    if let printer = connection.printer { devLoop.output.introduce(printer) }
    devLoop.request(layers, force: force)
  }

  private func finish(_ connection: ControlConnection) {
    do {
      connection.finish(try devLoop.verdict(), "")
    } catch {
      connection.finish(error.status, error.description)
    }
  }

  // MARK: What is going on

  private var present: WatchActivity.Present {
    WatchActivity.Present(
      outcome: devLoop.session.outcome, isPaused: devLoop.session.isPaused,
      isEnding: loop.isEnding, step: devLoop.output.step?.title,
      now: wallClockNanoseconds() / 1_000_000_000)
  }

  /// In few words.
  var summary: String { activity.summary(present) }
}

extension ControlServer: OutputFollower {
  func report(_ event: Event) {
    activity.note(event, at: wallClockNanoseconds() / 1_000_000_000)
    files.touchRecord()
    for connection in connections {
      connection.printer?.report(event)
      connection.note(event)
    }
  }

  func buildStarted(_ layer: LayerName) {
    for connection in connections { connection.printer?.buildStarted(layer) }
  }

  func buildOutput(_ layer: LayerName, _ bytes: [UInt8]) {
    for connection in connections { connection.printer?.buildOutput(layer, bytes) }
  }

  func buildEnded(_ layer: LayerName, failed: Bool) -> BuildProgress? {
    for connection in connections { connection.printer?.buildEnded(layer, failed: failed) }
    return nil
  }
}
