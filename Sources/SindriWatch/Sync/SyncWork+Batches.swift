import LayerPlanner

// The ways without a shell in the container: every batch is a command or some of its own.
extension SyncWork {
  /// The container has no shell that could read for us: finds the next best way.
  func fallBack(_ client: EngineClient) {
    guard let container else { return }
    connection = .asking
    engine.run(client, client.findArchiver(container: container.id)) { result in
      let way: SyncWay = result?.succeeded == true ? .archiver : .copy
      self.connection = .batches(way)
      self.setup.report(
        .warning(message: "files get into \(self.setup.container) by \(way.description)"))
      self.connected(container, isSameRun: false)
    }
  }

  /// Sends one batch; there is one flight, which is answered in the end.
  func sendArchive(_ parcels: [SyncParcel], _ way: SyncWay) {
    let batch = SyncBatch(parcels, sections: setup.rules.sections)
    engine.withClient { client in
      guard let client = try? client.get() else { return self.finish("the engine is gone") }
      self.look(at: batch.directories[...], owners: [:], client) { owners, failure in
        if let failure { return self.finish(failure) }
        self.remove(batch.removed, way, client) { failure in
          if let failure { return self.finish(failure) }
          guard let bytes = batch.archive(owners: owners) else { return self.finish(nil) }
          self.unpack(bytes, way, client)
        }
      }
    }
  }

  private func finish(_ failure: String?) {
    guard let flight = flights.first else { return }
    flights = []
    guard let failure else { return done(flight) }
    if failure.contains("No such container") || failure.contains("is not running") {
      live.lost(flight.parcels.map(\.path), at: now)
      connection = .idle
      return connect()
    }
    failed(flight, failure)
  }

  /// Sees to it that no directory on the way is a link.
  private func look(
    at directories: ArraySlice<[UInt8]>, owners: [[UInt8]: SyncArchive.Owner],
    _ client: EngineClient,
    _ completion: @escaping ([[UInt8]: SyncArchive.Owner], _ failure: String?) -> Void
  ) {
    guard let container, let directory = directories.first else { return completion(owners, nil) }
    let command = client.archive(container: container.id, path: directory)
    var head: [UInt8] = []
    var pid: Int32?
    pid = engine.run(
      client, bytes: command,
      observe: { piece in
        if head.count < 8192 { head += piece }
        // The rest may be the whole directory.
        if SyncArchiveHeader(head) != nil, let pid { self.engine.terminate(pid) }
      },
      completion: { result in
        var owners = owners
        if let header = SyncArchiveHeader(head) {
          guard header.type == UInt8(ascii: "5") else {
            return completion(
              owners,
              "\(quoted(directory)) is a symbolic link or no directory in the container; nothing "
                + "is written through a link")
          }
          owners[directory] = header.owner
        } else if let result, !Self.isMissing(result) {
          return completion(owners, firstLine(of: result.errorText))
        }
        self.look(at: directories.dropFirst(), owners: owners, client, completion)
      })
  }

  private static func isMissing(_ result: CommandResult) -> Bool {
    let said = result.errorText
    return said.contains("Could not find the file") || said.contains("no such file")
      || said.contains("No such file")
  }

  private func remove(
    _ paths: [[UInt8]], _ way: SyncWay, _ client: EngineClient,
    _ completion: @escaping (_ failure: String?) -> Void
  ) {
    guard !paths.isEmpty, let container else { return completion(nil) }
    if way == .copy {
      return completion("nothing can be deleted in a container without a shell; recreate it")
    }
    engine.run(client, bytes: client.remove(container: container.id, paths: paths)) { result in
      completion(result?.succeeded == true ? nil : firstLine(of: result?.errorText ?? "no client"))
    }
  }

  private func unpack(_ bytes: [UInt8], _ way: SyncWay, _ client: EngineClient) {
    guard let container else { return }
    let command = client.unpack(container: container.id, by: way).map { Array($0.utf8) }
    let pid = engine.run(client, bytes: command, takesInput: true) { result in
      guard let result else { return self.finish("the engine's client cannot be started") }
      self.finish(result.succeeded ? nil : firstLine(of: result.errorText))
    }
    guard let pid else { return }
    engine.send(pid, bytes)
    engine.endInput(pid)
  }
}
