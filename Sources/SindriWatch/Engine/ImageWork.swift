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
    /// The layers that others stand on.
    var parents: Set<LayerName>
    var build: (_ build: Build, _ imageIDFile: String) -> BuildRequest
    /// Nil when no container is configured.
    var container: ContainerWork.Requests?
  }

  var requests: Requests {
    didSet { container.requests = requests.container }
  }
  private let engine: Engine
  private let state: StateDirectory
  /// Takes the answers in; called from the loop.
  private let answer: (Session.Input) -> Void
  /// Takes pieces of a build's output in.
  private let buildOutput: (LayerName, [UInt8]) -> Void

  /// An image did not get its content tag, and that tag may be on another: nothing may be built on
  /// it before the images have been listed again.
  private var isTagMissing = false
  /// Content tags that are still to be set, with what waits for them.
  private var unset: [String: [() -> Void]] = [:]
  private var running: (layer: LayerName, pid: Int32)?
  private let queue = JobQueue()
  private let container: ContainerWork
  private let catalogue: ImageCatalogue

  init(
    engine: Engine, requests: Requests, state: StateDirectory,
    answer: @escaping (Session.Input) -> Void,
    buildOutput: @escaping (LayerName, [UInt8]) -> Void,
    containerNotice: @escaping (ContainerWork.Notice) -> Void
  ) {
    self.engine = engine
    self.requests = requests
    self.state = state
    container = ContainerWork(
      engine: engine, requests: requests.container, notice: containerNotice)
    catalogue = ImageCatalogue(engine: engine, file: state.imageFactsFile)
    self.answer = answer
    self.buildOutput = buildOutput
  }

  // MARK: Builds

  /// Starts a build as soon as the tags that were asked for before are set.
  func build(_ build: Build) {
    queue.add { next in
      self.engine.withClient { client in
        switch client {
        case .success where self.isTagMissing:
          self.finish(build, .engineLost("the tag of an image could not be set"), seconds: 0)
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
        let outcome = self.outcome(build, result, wasCancelled: wasCancelled, imageIDFile)
        removeFile(imageIDFile)
        self.identify(build, outcome, client) { self.finish(build, $0, seconds: seconds) }
      })
    if let pid { running = (build.layer, pid) }
  }

  /// Adds what the image is to layers that stand on it, if there are any.
  private func identify(
    _ build: Build, _ outcome: Session.BuildOutcome, _ client: EngineClient,
    _ completion: @escaping (Session.BuildOutcome) -> Void
  ) {
    guard case .succeeded(let image) = outcome, requests.parents.contains(build.layer) else {
      return completion(outcome)
    }
    catalogue.image(client, image.id) { facts, failure in
      if let facts { return completion(.succeeded(facts.image)) }
      completion(.engineLost(failure ?? "the image that was just built is gone"))
    }
  }

  private func outcome(
    _ build: Build, _ result: CommandResult?, wasCancelled: Bool, _ imageIDFile: [UInt8]
  ) -> Session.BuildOutcome {
    guard let result else { return .engineLost("the engine's client cannot be started") }
    if result.succeeded {
      guard let bytes = try? readFile(imageIDFile), !bytes.isEmpty else {
        return .failed("the engine wrote no image ID")
      }
      let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
      return .succeeded(
        Image(
          id: ImageFacts.normalised(text), recipe: build.recipe, base: build.parent?.identity))
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
    unset[reference] = unset[reference] ?? []
    queue.add { next in
      func done() {
        for body in self.unset.removeValue(forKey: reference) ?? [] { body() }
        next()
      }
      self.engine.withClient { client in
        guard let client = try? client.get() else {
          self.isTagMissing = true
          return done()
        }
        self.engine.run(client, client.tag(image: image, as: reference)) { result in
          if result?.succeeded != true { self.isTagMissing = true }
          done()
        }
      }
    }
  }

  /// Moves stable tags, all of them or none.
  func moveTags(_ moves: [TagMove]) {
    let names = requests.names
    let list = moves.compactMap { move in
      names.stable(move.layer).map {
        TagJournal.Move(image: move.image, reference: $0, previous: move.previous)
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
    guard let move = moves.first else { return completion(nil) }
    engine.withClient { client in
      switch client {
      case .failure(let failure): completion(failure.description)
      case .success(let client) where moves.count == 1:
        // One move is one step of the engine's: there is nothing in between to be found.
        let command = client.tag(image: move.image, as: move.reference)
        self.engine.run(client, command) { completion(Self.failure($0)) }
      case .success(let client):
        if let failure = self.note(moves) { return completion(failure) }
        self.moveByJournal(client, completion)
      }
    }
  }

  /// Writes the moves down; gives the reason when that is not possible.
  private func note(_ moves: [TagJournal.Move]) -> String? {
    do { try state.tagJournal.write(moves) } catch { return error.description }
    return nil
  }

  private func moveByJournal(
    _ client: EngineClient, _ completion: @escaping (_ failure: String?) -> Void
  ) {
    engine.run(client, bytes: TagMover.command(state.tagJournal, client)) {
      completion(Self.failure($0))
    }
  }

  private static func failure(_ result: CommandResult?) -> String? {
    guard let result else { return "the engine's client cannot be started" }
    return result.succeeded ? nil : firstLine(of: result.errorText)
  }

  // MARK: Container

  /// Replaces the container. Making room begins at once; the new one is made when its image's tag is
  /// set.
  func recreateContainer(_ layer: LayerName, _ fingerprint: Fingerprint, _ image: String) {
    let reference = requests.names.content(layer, fingerprint)
    container.recreate(layer, fingerprint, image: image, answer: answer) { body in
      let tagged = { body(self.isTagMissing ? "the tag of its image could not be set" : nil) }
      if self.unset[reference] == nil { tagged() } else { self.unset[reference]?.append(tagged) }
    }
  }

  /// Gives the replacement under way up: a newer image waits.
  func supersedeContainer() { container.supersede() }

  /// Somebody asks for the container by hand.
  func containerIsAskedFor() { container.isAskedFor() }

  /// Shows the container's log, or no longer. Gives which.
  func toggleLog() -> Bool { container.toggleLog() }

  /// Whether the container is neither being replaced nor tidied up after.
  var isContainerAtRest: Bool { container.isAtRest }

  // MARK: Queries

  /// Asks what images and container there are.
  func queryImages() {
    queue.add { next in
      self.container.whenDone {
        self.engine.withClient { client in
          switch client {
          case .failure(let failure):
            self.container.engineWasLost()
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
    guard state.tagJournal.pending() != nil else { return completion() }
    moveByJournal(client) { _ in
      self.state.tagJournal.clear()
      completion()
    }
  }

  private func query(_ client: EngineClient, _ next: @escaping () -> Void) {
    let names = requests.names
    catalogue.list(client, names) { result in
      switch result {
      case .failure(let failure):
        self.engine.forget()
        self.container.engineWasLost()
        self.answer(.images(.unreachable(failure.description)))
        next()
      case .success(let contents):
        self.isTagMissing = false
        self.container.query(client) { container in
          let available = contents.list.contents(names: names, facts: contents.facts)
          let stable = contents.list.stableIDs(names: names)
          let inventory = Inventory(available: available, stable: stable, container: container)
          self.answer(.images(.inventory(inventory)))
          next()
        }
      }
    }
  }
}
