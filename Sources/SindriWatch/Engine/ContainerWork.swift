import LayerPlanner

/// Looks after the one local container: asks for it, removes it, runs it anew.
///
/// Only a container that carries this repository's label is ever touched, and it is removed by its
/// ID, so that one of the same name which somebody else has made meanwhile stays.
final class ContainerWork {
  var requests: ImageWork.Requests
  private let engine: Engine
  /// The ID of our container, once known; nil when there is none.
  private var id: String?
  private var running = 0
  private var waiting: [() -> Void] = []

  init(engine: Engine, requests: ImageWork.Requests) {
    self.engine = engine
    self.requests = requests
  }

  /// Calls `body` when no replacement is under way.
  func whenDone(_ body: @escaping () -> Void) {
    if running == 0 { body() } else { waiting.append(body) }
  }

  /// Asks what container of the configured name there is.
  func query(
    _ client: EngineClient, _ completion: @escaping (Inventory.Container) -> Void
  ) {
    guard let name = requests.containerName else { return completion(.absent) }
    engine.run(client, client.inspectContainer(name: name)) { result in
      guard let result, result.succeeded, let state = ContainerState(line: result.text) else {
        self.id = nil
        return completion(.absent)
      }
      let isOurs = state.owner == self.requests.owner
      self.id = isOurs ? state.id : nil
      guard isOurs, state.status == "running" else { return completion(.other) }
      completion(.running(ImageFacts.normalised(state.imageID)))
    }
  }

  /// Removes the old container at once, runs the new one when `queue` has done what is in it now,
  /// and answers. `obstacle` is asked then whether the image may be used.
  func recreate(
    _ layer: LayerName, _ fingerprint: Fingerprint, after queue: JobQueue,
    answer: @escaping (Session.Input) -> Void, obstacle: @escaping () -> String?
  ) {
    guard let request = requests.container(layer, fingerprint) else { return }
    let began = monotonicNanoseconds()
    running += 1
    var missing = 2
    var failure: String?
    let start = {
      missing -= 1
      guard missing == 0 else { return }
      self.run(request, failure ?? obstacle()) { outcome in
        let seconds = Double(monotonicNanoseconds() - began) / 1e9
        self.running -= 1
        answer(.containerRecreated(outcome, seconds: seconds))
        self.resume()
      }
    }
    remove {
      failure = $0
      start()
    }
    queue.add { next in
      start()
      next()
    }
  }

  private func resume() {
    guard running == 0 else { return }
    let bodies = waiting
    waiting = []
    for body in bodies { body() }
  }

  private func remove(_ completion: @escaping (_ failure: String?) -> Void) {
    guard let id else { return completion(nil) }
    engine.withClient { client in
      guard let client = try? client.get() else { return completion("the engine is gone") }
      let remove = {
        _ = self.engine.run(client, client.removeContainer(id: id)) { result in
          self.id = nil
          // A container that somebody else removed is as gone as it should be.
          let gone = result?.succeeded == true || result?.errorText.contains("No such") == true
          completion(gone ? nil : reason(result))
        }
      }
      guard self.requests.stopTimeout > 0 else { return remove() }
      let stop = client.stopContainer(id: id, seconds: self.requests.stopTimeout)
      self.engine.run(client, stop) { _ in remove() }
    }
  }

  private func run(
    _ request: ContainerRequest, _ failure: String?,
    _ completion: @escaping (Session.ContainerOutcome) -> Void
  ) {
    if let failure { return completion(.failed(failure)) }
    engine.withClient { client in
      guard let client = try? client.get() else {
        return completion(.failed("the engine is gone"))
      }
      let command = client.run(request, owner: self.requests.owner)
      self.engine.run(client, command) { result in
        // `docker run` prints the ID also of a container that it made and could not start.
        self.id = result.flatMap { printedID(in: $0.text) }
        guard let result, result.succeeded else {
          return completion(.failed(self.explained(result, request)))
        }
        completion(.running(request.name))
      }
    }
  }

  /// Why a container could not be started, with the next step where it is known.
  private func explained(_ result: CommandResult?, _ request: ContainerRequest) -> String {
    if result?.errorText.contains("is already in use by container") == true {
      return "a container named \(request.name) exists that was not made for this repository; "
        + "remove it, or set container.name to another"
    }
    return reason(result)
  }
}

/// What a failed command said; nil stands for one that could not be started.
private func reason(_ result: CommandResult?) -> String {
  result.map { firstLine(of: $0.errorText) } ?? "the engine's client cannot be started"
}

/// The ID that `docker run --detach` printed: the last line, 64 hexadecimal digits.
private func printedID(in output: String) -> String? {
  output.split(separator: "\n" as Character).last.map(String.init)
    .flatMap { $0.count == 64 ? $0 : nil }
}
