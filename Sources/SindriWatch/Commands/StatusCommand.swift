import LayerPlanner

/// `status`: what each layer's image is against the tree, the container, and the watcher.
struct StatusCommand {
  let context: CommandContext

  func run() throws(CommandFailure) -> Int32 {
    let workspace = try context.workspace()
    let configuration = try workspace.configuration()
    try requireLayers(configuration)
    let loop = try context.eventLoop()
    let scanner = InputScanner(
      root: workspace.root, layers: workspace.definitions(configuration),
      classifier: try workspace.classifier(configuration))
    let scan = scanner.scanEverything()
    let engine = EngineQueries(workspace: workspace, configuration: configuration, loop: loop)
    let state = try engine.state(engine.engine())
    let report = StatusReport(
      configuration: configuration, scan: scan, state: state,
      now: wallClockNanoseconds() / 1_000_000_000
    ) { layer, since in
      // The engine's clock may be another machine's, and the image's time is its build's end.
      scanner.changes(of: layer, after: since * 1_000_000_000).map {
        StatusReport.Change(path: $0.path, time: $0.time / 1_000_000_000)
      }
    }
    let watcher = try watcherPID(workspace)
    switch context.output.options.format {
    case .json: context.output.line(report.json(watcher: watcher))
    case .text, .github:
      context.output.bytes(Array(report.text(watcher: watcher).utf8))
    }
    return context.invocation.has("check") && !report.isTrue ? 1 : 0
  }

  /// The process that watches this repository; nil when none does.
  private func watcherPID(_ workspace: Workspace) throws(CommandFailure) -> Int32? {
    do {
      _ = try RepositoryLock.acquire(workspace.root)
      return nil
    } catch let held as RepositoryLock.Held {
      return held.pid ?? 0
    } catch {
      throw .work("\(error)")
    }
  }
}
