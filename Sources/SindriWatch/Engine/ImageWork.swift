import LayerPlanner

/// Performs what the session wants of the engine: builds, tags, queries, the container.
///
/// Tags and queries go through one queue in the order asked, so that each sees the effect of
/// those before it. A build starts when the tags before it are set; the container is replaced
/// beside the queue, since it takes long and nothing waits for it but the next query.
final class ImageWork {
  /// How what the configuration says becomes command lines.
  struct Requests {
    var names: ImageNames
    var build: (_ build: Build, _ imageIDFile: String) -> BuildRequest
    /// The name of the configured container; nil when none is.
    var containerName: String?
    var container: (_ layer: LayerName, _ fingerprint: Fingerprint) -> ContainerRequest?
    /// How long the container may take to end, in whole seconds.
    var stopTimeout: Int
    /// What is written into the label of a container as its owner.
    var owner: String
  }

  var requests: Requests {
    didSet { container.requests = requests }
  }
  private let engine: Engine
  private let state: StateDirectory
  /// Takes the answers in; called from the loop.
  private let answer: (Session.Input) -> Void
  /// Takes pieces of a build's output in.
  private let buildOutput: (LayerName, [UInt8]) -> Void

  private var running: (layer: LayerName, pid: Int32)?
  private let queue = JobQueue()
  private let container: ContainerWork

  init(
    engine: Engine, requests: Requests, state: StateDirectory,
    answer: @escaping (Session.Input) -> Void,
    buildOutput: @escaping (LayerName, [UInt8]) -> Void
  ) {
    self.engine = engine
    self.requests = requests
    self.state = state
    container = ContainerWork(engine: engine, requests: requests)
    self.answer = answer
    self.buildOutput = buildOutput
  }

  // MARK: Builds

  /// Starts a build as soon as the tags that were asked for before are set.
  func build(_ build: Build) {
    queue.add { next in
      self.engine.withClient { client in
        switch client {
        case .success(let client): self.start(build, client)
        case .failure(let failure):
          self.finish(build, .engineLost(failure.description), seconds: 0)
        }
        next()
      }
    }
  }

  private func start(_ build: Build, _ client: EngineClient) {
    let imageIDFile = state.newImageIDFile()
    let request = requests.build(build, String(decoding: imageIDFile, as: UTF8.self))
    let began = monotonicNanoseconds()
    let pid = engine.run(
      client, client.build(request),
      observe: { self.buildOutput(build.layer, $0) },
      completion: { result in
        let seconds = Double(monotonicNanoseconds() - began) / 1e9
        let wasCancelled = self.running == nil
        self.running = nil
        let outcome = self.outcome(result, wasCancelled: wasCancelled, imageIDFile)
        removeFile(imageIDFile)
        self.finish(build, outcome, seconds: seconds)
      })
    if let pid { running = (build.layer, pid) }
  }

  private func outcome(
    _ result: CommandResult?, wasCancelled: Bool, _ imageIDFile: [UInt8]
  ) -> Session.BuildOutcome {
    guard let result else { return .engineLost("the engine's client cannot be started") }
    if result.succeeded {
      guard let bytes = try? readFile(imageIDFile), !bytes.isEmpty else {
        return .failed("the engine wrote no image ID")
      }
      let text = String(decoding: bytes, as: UTF8.self)
      return .succeeded(image: text.filter { !$0.isWhitespace })
    }
    if wasCancelled { return .cancelled }
    let failure = EngineFailure.classify(build: result.errorText)
    if failure == .unreachable {
      engine.forget()
      return .engineLost(firstLine(of: result.errorText))
    }
    return .failed("")
  }

  private func finish(_ build: Build, _ outcome: Session.BuildOutcome, seconds: Double) {
    answer(.buildFinished(layer: build.layer, outcome: outcome, seconds: seconds))
  }

  /// Stops the running build of `layer`.
  func cancel(_ layer: LayerName) {
    guard let running, running.layer == layer else { return }
    engine.terminate(running.pid)
    self.running = nil
  }

  // MARK: Tags

  /// Gives an image the tag of its content.
  func adopt(_ layer: LayerName, _ fingerprint: Fingerprint, _ image: String) {
    let reference = requests.names.content(layer, fingerprint)
    queue.add { next in
      self.engine.withClient { client in
        guard let client = try? client.get() else { return next() }
        self.engine.run(client, client.tag(image: image, as: reference)) { _ in next() }
      }
    }
  }

  /// Moves stable tags, all of them or, after a crash, the rest of them at the next start.
  func moveTags(_ moves: [TagMove]) {
    let names = requests.names
    let list = moves.compactMap { move in
      names.stable(move.layer).map {
        TagJournal.Move(image: names.content(move.layer, move.fingerprint), reference: $0)
      }
    }
    queue.add { next in
      self.perform(list) { failure in
        if let failure {
          self.answer(.tagsMoved(.failed(failure)))
        } else {
          self.answer(.tagsMoved(.moved(list.map(\.reference))))
        }
        next()
      }
    }
  }

  private func perform(
    _ moves: [TagJournal.Move], _ completion: @escaping (_ failure: String?) -> Void
  ) {
    // One move is one step of the engine's: there is nothing in between to be found.
    if moves.count > 1 {
      do { try state.tagJournal.write(moves) } catch { return completion(error.description) }
    }
    engine.withClient { client in
      switch client {
      case .failure(let failure): completion(failure.description)
      case .success(let client): self.tag(moves[...], client, completion)
      }
    }
  }

  private func tag(
    _ moves: ArraySlice<TagJournal.Move>, _ client: EngineClient,
    _ completion: @escaping (_ failure: String?) -> Void
  ) {
    guard let move = moves.first else {
      state.tagJournal.clear()
      return completion(nil)
    }
    engine.run(client, client.tag(image: move.image, as: move.reference)) { result in
      guard let result, result.succeeded else {
        return completion(result.map { firstLine(of: $0.errorText) } ?? "cannot run the client")
      }
      self.tag(moves.dropFirst(), client, completion)
    }
  }

  // MARK: Container

  /// Replaces the container. Removing the old one begins at once; the new one starts when its
  /// image's tag is set.
  func recreateContainer(_ layer: LayerName, _ fingerprint: Fingerprint) {
    container.recreate(layer, fingerprint, after: queue, answer: answer)
  }

  // MARK: Queries

  /// Asks what images and container there are.
  func queryImages() {
    queue.add { next in
      self.container.whenDone {
        self.engine.withClient { client in
          switch client {
          case .failure(let failure):
            self.answer(.images(.unreachable(failure.description)))
            next()
          case .success(let client):
            self.finishJournal(client) { self.query(client, next) }
          }
        }
      }
    }
  }

  /// Finishes the tag moves that a crash interrupted. Images that are gone make them pointless.
  private func finishJournal(_ client: EngineClient, _ completion: @escaping () -> Void) {
    guard let moves = state.tagJournal.pending() else { return completion() }
    tag(moves[...], client) { _ in
      self.state.tagJournal.clear()
      completion()
    }
  }

  private func query(_ client: EngineClient, _ next: @escaping () -> Void) {
    engine.run(client, client.listImages(repository: requests.names.repository)) { result in
      guard let result, result.succeeded else {
        self.engine.forget()
        let reason = result.map { firstLine(of: $0.errorText) } ?? "cannot run the client"
        self.answer(.images(.unreachable(reason)))
        return next()
      }
      let images = ImageList(output: result.text, names: self.requests.names)
      self.container.query(client) { container in
        let names = self.requests.names
        self.answer(
          .images(
            .inventory(
              Inventory(
                available: images.contents(names: names),
                stable: images.stableContents(names: names), container: container))))
        next()
      }
    }
  }
}
