import LayerPlanner

/// `sync`: make the local stable tags those of the tree, at the least cost, once.
struct SyncCommand {
  let context: CommandContext
  private let workspace: Workspace
  private let configuration: Configuration
  private let names: ImageNames
  private let loop: EventLoop
  private let queries: EngineQueries
  private let source: SyncPlan.Source

  init(context: CommandContext) throws(CommandFailure) {
    self.context = context
    workspace = try context.workspace()
    configuration = try workspace.configuration()
    try requireLayers(configuration)
    names = configuration.imageNames(repository: configuration.repository?.value ?? "")
    loop = try context.eventLoop()
    queries = EngineQueries(workspace: workspace, configuration: configuration, loop: loop)
    source = context.invocation.text("from").flatMap(SyncPlan.Source.init(rawValue:)) ?? .auto
  }

  func run() throws(CommandFailure) -> Int32 {
    let invocation = context.invocation
    let looksOnly = invocation.has("check") || invocation.has("dry-run")
    if !looksOnly, let built = try handOver() {
      let publication = publication(pushes: invocation.has("push"))
      try publication.run(configuration.tree.order, built: built)
      return 0
    }
    let lock = looksOnly ? nil : try lockRepository(workspace)
    defer { withExtendedLifetime(lock) {} }
    let scan = try scanTree()
    let engine = queries.engine()
    let transfer = RegistryTransfer(
      engine: engine, client: try queries.client(engine), configuration: configuration.registry,
      loop: loop, output: context.output)
    let state = try queries.state(engine)
    let plan = try self.plan(scan, state, transfer)
    if looksOnly {
      show(plan)
      return invocation.has("check") && !plan.isDone ? 1 : 0
    }
    try refuseImpossible(plan)
    let publication = publication(pushes: invocation.has("push"))
    try publication.check()
    let isPulled = try pull(plan, scan, transfer)
    var built: Set<LayerName> = []
    if !plan.isDone {
      if source == .registry { try requireNoBuild(scan, try queries.state(engine)) }
      let (status, layers) = try build(state)
      guard status == 0 else { return status }
      built = layers
    } else if !isPulled {
      context.output.report(.idle)
    }
    try publication.run(configuration.tree.order, built: built)
    return 0
  }

  private func publication(pushes: Bool) -> Publication {
    Publication(
      context: context, workspace: workspace, configuration: configuration, loop: loop,
      version: nil, named: [], pushes: pushes)
  }

  /// Lets the watcher that runs do it: it keeps the tags true anyway, by tagging and building.
  private func handOver() throws(CommandFailure) -> Set<LayerName>? {
    try publication(pushes: context.invocation.has("push")).check()
    return try HandOver(
      context: context, workspace: workspace, loop: loop,
      ownOptions: source == .registry ? ["from"] : []
    ).run([], force: false)
  }

  // MARK: The plan

  private func scanTree() throws(CommandFailure) -> Scan {
    InputScanner(
      root: workspace.root, layers: workspace.definitions(configuration),
      classifier: try workspace.classifier(configuration)
    ).scanEverything()
  }

  /// Asks the registry only when something is not here.
  private func plan(
    _ scan: Scan, _ state: EngineState, _ transfer: RegistryTransfer
  ) throws(CommandFailure) -> SyncPlan {
    func plan(remote: Set<String>?) -> SyncPlan {
      SyncPlan(
        tree: configuration.tree, scan: scan, state: state, names: names, remote: remote,
        source: source)
    }
    let local = plan(remote: [])
    let isHere = local.steps.allSatisfy { $0.step == .nothing || $0.step == .retag }
    guard !isHere, source != .build, names.hasRegistry else { return local }
    switch try transfer.tags(of: names.repository) {
    case .success(let tags): return plan(remote: tags)
    case .failure(let failure) where source == .registry:
      throw .work("the registry does not answer: \(failure.message); \(failure.kind.nextStep)")
    case .failure(let failure):
      context.output.report(
        .warning(
          message: "the registry does not answer, so what is not here is built: "
            + failure.message))
      return local
    }
  }

  private func show(_ plan: SyncPlan) {
    switch context.output.options.format {
    case .json: context.output.line(plan.json)
    case .text, .github: context.output.bytes(Array(plan.text.utf8))
    }
  }

  private func refuseImpossible(_ plan: SyncPlan) throws(CommandFailure) {
    let reasons = plan.steps.compactMap { step in
      if case .impossible(let reason) = step.step { "\(step.layer): \(reason)" } else { nil }
    }
    guard reasons.isEmpty else {
      let hint = source == .registry ? "; use --from auto to build what it does not have" : ""
      throw .work(reasons.joined(separator: "; ") + hint)
    }
  }

  // MARK: The steps

  private func pull(
    _ plan: SyncPlan, _ scan: Scan, _ transfer: RegistryTransfer
  ) throws(CommandFailure) -> Bool {
    var isPulled = false
    for step in plan.steps where step.step == .pull {
      guard let content = scan.fingerprints[step.layer] else { continue }
      let reference = names.content(step.layer, content)
      guard let failure = try transfer.pull(step.layer, reference) else {
        isPulled = true
        continue
      }
      let message = "\(step.layer) cannot be pulled: \(failure.message)"
      guard source != .registry else { throw .work("\(message); \(failure.kind.nextStep)") }
      // What stands on it would have to be built on another image.
      context.output.report(.warning(message: "\(message); it is built instead"))
      break
    }
    return isPulled
  }

  private func requireNoBuild(_ scan: Scan, _ state: EngineState) throws(CommandFailure) {
    let plan = SyncPlan(
      tree: configuration.tree, scan: scan, state: state, names: names, remote: [], source: .build)
    let left = plan.steps.filter { $0.step == .build }.map(\.layer.text)
    guard left.isEmpty else {
      throw .work(
        "\(left.joined(separator: ", ")): what the registry has stands on another image below than "
          + "the one that is here; use --from auto to build it")
    }
  }

  /// Moves the tags, after building what is still missing.
  private func build(
    _ state: EngineState
  ) throws(CommandFailure) -> (status: Int32, built: Set<LayerName>) {
    var options = DevLoop.Options()
    options.watches = false
    // A container that runs is kept on the tag if the configuration says so; none is started.
    let isOurs = state.container?.owner != nil && state.container?.status == "running"
    options.restarts = isOurs ? nil : false
    let devLoop = try DevLoop(
      workspace: workspace, configuration: configuration, options: options,
      output: context.output, loop: loop, revision: try context.revision(in: workspace, loop))
    devLoop.start()
    do {
      try loop.run { context.output.isClosed || devLoop.isOver }
    } catch {
      throw .work(error.description)
    }
    context.output.finish()
    if let signal = loop.endingSignal { endBySignal(signal) }
    return (try devLoop.verdict(), devLoop.built)
  }
}
