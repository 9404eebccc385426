import LayerPlanner

// The session with the container: found, opened, lost and found again.
extension SyncWork {
  /// Looks for the container, unless that is being done or there is a session.
  func connect() {
    if isStopped { return }
    switch connection {
    case .asking, .opening, .open: return
    case .idle, .waiting, .batches: break
    }
    connection = .asking
    engine.withClient { client in
      switch client {
      case .failure: self.wait()
      case .success(let client):
        let command = client.inspectForSync(name: self.setup.container)
        self.engine.run(client, command) { self.take($0, client) }
      }
    }
  }

  /// The container was made anew, or may have been: looks at once.
  func containerChanged() {
    retries = 0
    if case .waiting = connection { connect() }
    if case .batches = connection { connect() }
  }

  private func take(_ result: CommandResult?, _ client: EngineClient) {
    guard !engine.isEnding, !isStopped else { return }
    guard let result, result.succeeded, let found = SyncContainer(line: result.text) else {
      if !setup.isReplacing {
        warn(
          "there is no container \(setup.container) to copy into; what is saved is copied once "
            + "it runs")
      }
      return wait()
    }
    guard found.owner == setup.owner else {
      warn(
        "container \(setup.container) was not made for this repository, so nothing is copied "
          + "into it")
      return wait()
    }
    guard found.status == "running" else { return wait() }
    container = found
    open(found, client)
  }

  /// How long a session may take to open, in nanoseconds.
  private static let openingTime: Int64 = 15_000_000_000

  private func open(_ found: SyncContainer, _ client: EngineClient) {
    let previous = remote?.container.id == found.id ? remote?.program : nil
    let command = client.syncSession(container: found.id, after: previous)
    partialLine = []
    let pid = engine.run(
      client, bytes: command.map { Array($0.utf8) }, takesInput: true,
      observe: { self.take($0, found) }, completion: { self.ended($0, client) })
    guard let pid else { return wait() }
    connection = .opening(pid: pid, until: monotonicNanoseconds() + Self.openingTime)
  }

  /// Takes a piece of the session's output in.
  private func take(_ bytes: [UInt8], _ found: SyncContainer) {
    partialLine += bytes
    while let end = partialLine.firstIndex(of: 0x0A) {
      let line = String(decoding: partialLine[..<end], as: UTF8.self)
      partialLine.removeSubrange(...end)
      if let reply = SyncReply(line: line) { take(reply, found) }
    }
  }

  private func take(_ reply: SyncReply, _ found: SyncContainer) {
    switch reply {
    case .ready(let program, let run, let hasArchiver):
      guard case .opening(let pid, _) = connection else { return }
      connection = .open(pid: pid, hasArchiver: hasArchiver)
      // The container may have been restarted between the question for it and the session.
      let isSameRun = remote.map { $0.container == found && $0.run == run && run != "-" } == true
      remote = (program, found, run)
      connected(found, isSameRun: isSameRun)
    case .missing: break
    case .done(let number):
      guard let flight = flights.first, flight.number == number else { return }
      flights.removeFirst()
      retries = 0
      done(flight)
    case .failed(let number, let cause):
      guard let flight = flights.first, number ?? flight.number == flight.number else { return }
      flights.removeFirst()
      failed(flight, cause)
    }
  }

  func connected(_ found: SyncContainer, isSameRun: Bool) {
    if !isSameRun { said = [] }
    stopEvents()
    let before = live.journal.container
    live.connected(
      to: found.id, content: found.content, isSameRun: isSameRun, roots: roots, at: now)
    if before != found.id {
      isCompared = false
      do {
        try journalFile.write(live.journal)
      } catch {
        warn("what is copied cannot be noted: \(error.description)")
      }
    }
    compareWithImage()
    flush()
  }

  /// The session has ended.
  private func ended(_ result: CommandResult?, _ client: EngineClient) {
    let wasOpen = if case .open = connection { true } else { false }
    let unanswered = flights.flatMap { $0.parcels.map(\.path) }
    flights = []
    live.lost(unanswered, at: now)
    guard !engine.isEnding, !isStopped else { return }
    if !wasOpen, let result, isWithoutReader(result) {
      return fallBack(client)
    }
    connection = .idle
    // A container that has just died is still called running for a moment.
    retries += 1
    if retries > 1 { wait() } else { connect() }
  }

  /// Whether the container has no shell, or one that cannot read for us.
  private func isWithoutReader(_ result: CommandResult) -> Bool {
    if result.ending == .exited(5) { return true }
    guard case .exited(let status) = result.ending, [126, 127].contains(status) else {
      return false
    }
    let said = result.errorText + result.text
    return said.contains("executable file not found") || said.contains("no such file")
  }

  // MARK: Waiting for a container

  /// Nothing can be sent now. The engine tells when the container starts; it is also looked for now
  /// and then, since it may have started before the engine was asked to tell.
  private func wait() {
    let pause = min(Int64(200_000_000) << min(retries, 8), 30_000_000_000)
    retries += 1
    connection = .waiting(until: monotonicNanoseconds() + pause)
    guard eventsPID == nil else { return }
    engine.withClient { client in
      guard let client = try? client.get(), self.eventsPID == nil else { return }
      var own: Int32?
      own = self.engine.run(
        client, client.startEvents(name: self.setup.container, until: Self.soon),
        observe: { _ in
          self.retries = 0
          if case .waiting = self.connection { self.connect() }
        },
        completion: { _ in if self.eventsPID == own { self.eventsPID = nil } })
      self.eventsPID = own
    }
  }

  /// A minute from now, in seconds since 1970. Whoever still waits then asks again.
  private static var soon: Int64 { wallClockNanoseconds() / 1_000_000_000 + 60 }

  private func stopEvents() {
    guard let pid = eventsPID else { return }
    eventsPID = nil
    engine.terminate(pid)
  }

  // MARK: The image

  /// Compares the container's image with the tree, once both are known: what is the same is not
  /// sent.
  func compareWithImage() {
    guard !isCompared, let container, live.hasScans else { return }
    switch connection {
    case .open, .batches: break
    case .idle, .asking, .opening, .waiting: return
    }
    isCompared = true
    // A container that is about to be replaced gets all from its image.
    guard !live.isKnown(container.content), !setup.isReplacing else { return }
    live.sendEverything(roots, at: now)
  }

  /// The fingerprint of the container's layer as the tree has it.
  func scanned(_ fingerprint: Fingerprint?) {
    guard let fingerprint else { return }
    live.scanned(fingerprint)
    compareWithImage()
    flush()
  }
}
