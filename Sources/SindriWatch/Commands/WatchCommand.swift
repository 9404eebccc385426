import LayerPlanner

/// `watch`: catch up with the tree, then rebuild on every change.
struct WatchCommand {
  let context: CommandContext
  /// Called when everything that is saved from now on is seen, and commands are answered.
  var isReady: () -> Void = {}

  /// Runs until a signal comes, or, with `--once`, until there is nothing left to do.
  func run() throws(CommandFailure) -> Int32 {
    let once = context.invocation.has("once")
    if context.invocation.has("detach"), !context.isDetached {
      if once { throw .usage("--once ends by itself; it does not go with --detach") }
      return try DetachedWatch(context: context).start()
    }
    let workspace = try context.workspace()
    let configuration = try workspace.configuration()
    try requireLayers(configuration)
    let lock = try lockRepository(workspace)
    defer { withExtendedLifetime(lock) {} }
    let service = once ? nil : try WatchService(context, workspace)
    defer { service?.end() }
    let loop = try context.eventLoop()
    var options = DevLoop.Options()
    options.catchUp = !context.invocation.has("no-catch-up")
    options.restarts = context.invocation.has("restart") ? true : nil
    options.syncs = once ? false : context.invocation.has("sync") ? true : nil
    if options.syncs == true { try requireSync(configuration) }
    let devLoop = try DevLoop(
      workspace: workspace, configuration: configuration, options: options,
      output: context.output, loop: loop, revision: try context.revision(in: workspace, loop))
    if !once,
      let terminal = LiveTerminal.open(
        configuration, options: context.output.options, isColored: context.output.isColored,
        environment: context.environment)
    {
      devLoop.attach(terminal)
    }
    service?.start(devLoop, loop)
    devLoop.start()
    service?.ready()
    isReady()
    do {
      try loop.run { context.output.isClosed || (once && devLoop.isOver) }
    } catch {
      throw .work(error.description)
    }
    context.output.finish()
    service?.end()
    if let signal = loop.endingSignal { endBySignal(signal) }
    return once ? try devLoop.verdict() : 0
  }
}

/// Refuses to build with a configuration that has no layer.
func requireLayers(_ configuration: Configuration) throws(CommandFailure) {
  if configuration.layers.isEmpty {
    throw .usage("no layer is configured; write a [layer \"NAME\"] section")
  }
  do { _ = try configuration.requireRepository() } catch { throw .usage(error.description) }
}

/// Refuses `--sync` where nothing says what to copy, or where to.
private func requireSync(_ configuration: Configuration) throws(CommandFailure) {
  if configuration.container == nil {
    throw .usage("--sync needs a container; write a [container] section")
  }
  if configuration.syncs.isEmpty {
    throw .usage("--sync needs a [sync \"DIRECTORY\"] section with target = /DIRECTORY")
  }
}

/// Takes the repository's lock, or says who has it.
func lockRepository(_ workspace: Workspace) throws(CommandFailure) -> RepositoryLock {
  do {
    return try RepositoryLock.acquire(workspace.root)
  } catch let held as RepositoryLock.Held {
    let holder = held.pid.map { "process \($0)" } ?? "another process"
    if let pid = held.pid, case .working = try workspace.watcher(workspace.watcherFiles()) {
      throw .work(
        "process \(pid) builds or syncs \(quoted(workspace.root)); try again when it has ended")
    }
    throw .work(
      "\(holder) is watching \(quoted(workspace.root)) already; "
        + "'sindri-watch stop' ends it, 'sindri-watch status' says what it does")
  } catch {
    throw .work("\(error)")
  }
}

extension DevLoop {
  /// Whether a command that is to end has reached its end.
  var isOver: Bool {
    if case .unreachable = session.outcome { return true }
    return session.isSettled && work?.isContainerAtRest != false
  }

  /// The exit status of a command that has ended; the reason on standard error.
  func verdict() throws(CommandFailure) -> Int32 {
    switch session.outcome {
    case .upToDate: return 0
    case .working: return 1
    case .failed(let layers):
      let names = layers.map(\.text).joined(separator: ", ")
      throw .work("not built: \(names); the stable tags are as they were")
    case .containerFailed: throw .work("the container could not be started")
    case .unreachable(let reason):
      throw .engine("\(reason); 'sindri-watch doctor' says more")
    }
  }
}
