import LayerPlanner

/// `build`: build layers and all above them, once.
struct BuildLayersCommand {
  let context: CommandContext

  func run() throws(CommandFailure) -> Int32 {
    let workspace = try context.workspace()
    var configuration = try workspace.configuration()
    try requireLayers(configuration)
    let asked = try layers(configuration)
    let only = context.invocation.has("only")
    let left = only ? configuration.tree.above(Set(asked)).filter { !asked.contains($0) } : []
    if only { configuration = configuration.keeping(asked) }
    let loop = try context.eventLoop()
    let publication = Publication(
      context: context, workspace: workspace, configuration: configuration, loop: loop,
      version: context.invocation.text("image-version"), named: asked,
      pushes: context.invocation.has("push"))
    try publication.check()
    let force = context.invocation.has("force") || context.invocation.has("no-cache")
    let wanted = asked.isEmpty && force ? configuration.tree.order : asked
    let handOver = HandOver(
      context: context, workspace: workspace, loop: loop, ownOptions: ["only", "no-cache"])
    if let built = try handOver.run(wanted, force: force) {
      try publish(publication, asked, configuration, built: built)
      return 0
    }
    let lock = try lockRepository(workspace)
    defer { withExtendedLifetime(lock) {} }
    var options = DevLoop.Options()
    options.watches = false
    options.restarts = false
    options.noCache = context.invocation.has("no-cache")
    options.catchUp = asked.isEmpty
    let devLoop = try DevLoop(
      workspace: workspace, configuration: configuration, options: options,
      output: context.output, loop: loop, revision: try context.revision(in: workspace, loop))
    devLoop.start()
    if !wanted.isEmpty { devLoop.request(wanted, force: force) }
    do {
      try loop.run { context.output.isClosed || devLoop.isOver }
    } catch {
      throw .work(error.description)
    }
    context.output.finish()
    if let signal = loop.endingSignal { endBySignal(signal) }
    if !left.isEmpty {
      let names = left.map(\.text).joined(separator: ", ")
      context.output.report(.warning(message: "\(names): not rebuilt on the new parent (--only)"))
    }
    let status = try devLoop.verdict()
    guard status == 0 else { return status }
    try publish(publication, asked, configuration, built: devLoop.built)
    return status
  }

  /// A version is for what was asked for; what is pushed is whole, from the lowest layer up.
  private func publish(
    _ publication: Publication, _ asked: [LayerName], _ configuration: Configuration,
    built: Set<LayerName>
  ) throws(CommandFailure) {
    let published = asked.isEmpty || publication.pushes ? configuration.tree.order : asked
    try publication.run(published, built: built)
  }

  /// The layers that the operands name: `all`, `both` for base and tooling, or names.
  private func layers(_ configuration: Configuration) throws(CommandFailure) -> [LayerName] {
    var found: [LayerName] = []
    for operand in context.invocation.operands {
      let text = String(decoding: operand, as: UTF8.self)
      let names: [LayerName] =
        switch text {
        case "all": configuration.tree.order
        case "both": ["base", "tooling"]
        default: [LayerName(text)]
        }
      for name in names {
        guard configuration.layer(name) != nil else {
          let known = configuration.tree.order.map(\.text)
          throw .usage(
            "no layer \(quoted(name.text.utf8)) is configured"
              + Suggestion.hint(for: name.text, in: known) + "; there are "
              + known.joined(separator: ", "))
        }
        if !found.contains(name) { found.append(name) }
      }
    }
    return found
  }
}
