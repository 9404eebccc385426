import LayerPlanner

/// Questions to the engine that a command waits for.
struct EngineQueries {
  let workspace: Workspace
  let configuration: Configuration
  let loop: EventLoop

  /// The engine as configured, not yet probed.
  func engine() -> Engine {
    Engine(
      Engine.Settings(configuration), loop: loop, directory: workspace.root,
      environment: workspace.environment, trace: { _ in })
  }

  /// Finds the client, or fails with status 3.
  func client(_ engine: Engine) throws(CommandFailure) -> EngineClient {
    var answer: Result<EngineClient, EngineProbe.Failure>?
    engine.withClient { answer = $0 }
    try wait { answer != nil }
    switch answer {
    case .success(let client): return client
    case .failure(let failure): throw .engine(failure.description)
    case nil: throw .engine("interrupted")
    }
  }

  /// The repository's images and the container.
  func state(_ engine: Engine) throws(CommandFailure) -> EngineState {
    let client = try client(engine)
    let names = configuration.imageNames(repository: configuration.repository?.value ?? "")
    let catalogue = ImageCatalogue(engine: engine, file: nil)
    var answer: Result<ImageCatalogue.Contents, EngineProbe.Failure>?
    catalogue.list(client, names) { answer = $0 }
    try wait { answer != nil }
    let contents: ImageCatalogue.Contents
    switch answer {
    case .success(let found): contents = found
    case .failure(let failure): throw .engine(failure.description)
    case nil: throw .engine("interrupted")
    }
    var container: ContainerState?
    if let name = configuration.container?.name.value {
      let result = try run(engine, client, client.inspectContainers([name]))
      container = result.succeeded ? ContainerState(line: result.text) : nil
    }
    return EngineState(images: contents.list, facts: contents.facts, container: container)
  }

  /// What these images are, by ID.
  func facts(
    _ engine: Engine, _ client: EngineClient, _ ids: [String]
  ) throws(CommandFailure) -> [String: ImageFacts] {
    var answer: Result<[String: ImageFacts], EngineProbe.Failure>?
    ImageCatalogue(engine: engine, file: nil).images(client, Array(Set(ids)).sorted()) {
      answer = $0
    }
    try wait { answer != nil }
    switch answer {
    case .success(let facts): return facts
    case .failure(let failure): throw .engine(failure.description)
    case nil: throw .engine("interrupted")
    }
  }

  /// Runs one command of the client to its end.
  func run(
    _ engine: Engine, _ client: EngineClient, _ arguments: [String]
  ) throws(CommandFailure) -> CommandResult {
    var answer: CommandResult?
    var isDone = false
    engine.run(client, arguments) {
      answer = $0
      isDone = true
    }
    try wait { isDone }
    guard let answer else { throw .engine("\(client.program) cannot be started") }
    return answer
  }

  private func wait(until isDone: () -> Bool) throws(CommandFailure) {
    do { try loop.run(until: isDone) } catch { throw .work(error.description) }
    if let signal = loop.endingSignal { endBySignal(signal) }
  }
}
