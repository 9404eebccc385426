import LayerPlanner

/// Lets the watcher that runs do what a command was asked for, instead of being in its way.
struct HandOver {
  let context: CommandContext
  let workspace: Workspace
  let loop: EventLoop
  /// Options that only the command's own process can follow, if they are given.
  let ownOptions: [String]

  /// Has these layers and all above them built, and prints what happens.
  ///
  /// - Returns: the layers of which an image was built; nil when no watcher is running, so that the
  ///   command has to do it.
  func run(_ layers: [LayerName], force: Bool) throws(CommandFailure) -> Set<LayerName>? {
    let files = workspace.watcherFiles()
    guard case .watching(let pid) = try workspace.watcher(files) else { return nil }
    // What differs from the watcher's own configuration would be passed over in silence.
    let given = (ownOptions + ["set", "config"]).filter { context.invocation.has($0) }
    if let option = given.first {
      let name = option == "set" ? "-c" : "--\(option)"
      throw .work(
        "the watcher\(pid.map { ", process \($0)," } ?? "") has the repository and cannot do this "
          + "with \(name); end it with 'sindri-watch stop' first")
    }
    let options = context.output.options
    let printing = ControlRequest.Printing(
      isJSON: options.format == .json, isColored: context.output.isColored,
      isQuiet: options.isQuiet, isVerbose: options.isVerbose)
    var built: Set<LayerName> = []
    let ending = try WatcherRequest(workspace: workspace, files: files, loop: loop).send(
      .work(layers, force: force, printing), time: nil
    ) { frame in
      switch frame.kind {
      case .output: context.output.bytes(frame.payload)
      case .errors: context.output.errorBytes(frame.payload)
      case .built:
        let text = String(decoding: frame.payload, as: UTF8.self)
        built = Set(text.split(separator: "\t" as Character).map { LayerName(String($0)) })
      case .end: break
      }
    }
    // It ended between two looks.
    guard let ending else { return nil }
    _ = try ending.get()
    return built
  }
}
