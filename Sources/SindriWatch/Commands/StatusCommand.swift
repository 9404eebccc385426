import LayerPlanner

/// `status`: what each layer's image is against the tree, the container, and the watcher.
struct StatusCommand {
  let context: CommandContext

  func run() throws(CommandFailure) -> Int32 {
    let workspace = try context.workspace()
    let configuration = try workspace.configuration()
    try requireLayers(configuration)
    let loop = try context.eventLoop()
    let scan = try scanTree(workspace, configuration)
    let engine = EngineQueries(workspace: workspace, configuration: configuration, loop: loop)
    let state = try engine.state()
    let report = StatusReport(configuration: configuration, scan: scan, state: state)
    let watcher = try watcherPID(workspace)
    switch context.output.options.format {
    case .json: context.output.line(report.json(watcher: watcher))
    case .text, .github:
      context.output.bytes(Array(report.text(watcher: watcher).utf8))
    }
    return context.invocation.has("check") && !report.isTrue ? 1 : 0
  }

  /// The fingerprints of the tree as it is.
  private func scanTree(
    _ workspace: Workspace, _ configuration: Configuration
  ) throws(CommandFailure) -> Scan {
    let scanner = InputScanner(
      root: workspace.root, layers: workspace.definitions(configuration),
      classifier: try workspace.classifier(configuration))
    scanner.begin(0, .everything)
    while true {
      if let scan = scanner.step(budget: .max / 2) { return scan }
    }
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
