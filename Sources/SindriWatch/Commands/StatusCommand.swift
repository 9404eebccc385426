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
      journal: workspace.syncJournal().read(),
      now: wallClockNanoseconds() / 1_000_000_000
    ) { layer, since in
      // The engine's clock may be another machine's, and the image's time is its build's end.
      scanner.changes(of: layer, after: since * 1_000_000_000).map {
        StatusReport.Change(path: $0.path, time: $0.time / 1_000_000_000)
      }
    }
    let watcher = try watcher(workspace, loop)
    switch context.output.options.format {
    case .json: context.output.line(report.json(watcher: watcher))
    case .text, .github:
      context.output.bytes(Array(report.text(watcher: watcher).utf8))
    }
    return context.invocation.has("check") && !report.isTrue ? 1 : 0
  }

  /// The watcher of this repository, and what it says of itself.
  private func watcher(
    _ workspace: Workspace, _ loop: EventLoop
  ) throws(CommandFailure) -> StatusReport.Watcher {
    let files = workspace.watcherFiles()
    switch try workspace.watcher(files) {
    case .absent: return .absent
    case .died(let lastSeen): return .died(lastSeen: lastSeen)
    case .working(let pid): return .running(pid: pid, doing: nil)
    case .watching(let pid):
      let isJSON = context.output.options.format == .json
      var doing: [UInt8] = []
      let ending = try? WatcherRequest(workspace: workspace, files: files, loop: loop).send(
        .status(isJSON: isJSON), time: ControlClient.answerTime
      ) { doing += $0.payload }
      let isAnswered = (try? ending?.get()) != nil
      let silent = isJSON ? nil : "does not answer"
      return .running(
        pid: pid ?? 0, doing: isAnswered ? String(decoding: doing, as: UTF8.self) : silent)
    }
  }
}
