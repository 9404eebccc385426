import LayerPlanner

/// What comes after the images are those of the tree: tags by which they are found again, and the
/// way into the registry.
struct Publication {
  let context: CommandContext
  let workspace: Workspace
  let configuration: Configuration
  let loop: EventLoop
  /// What a person calls the images of `named`.
  let version: String?
  /// The layers that were asked for by name; none stands for all.
  let named: [LayerName]
  let pushes: Bool

  private var names: ImageNames {
    configuration.imageNames(repository: configuration.repository?.value ?? "")
  }

  /// Refuses what cannot be done, before anything is built for it.
  func check() throws(CommandFailure) {
    if let version, !VersionTags.isVersion(version) {
      throw .usage(
        "\(quoted(version.utf8)) is no version; use letters, digits and ._- such as v1.0.0")
    }
    guard pushes, !names.hasRegistry else { return }
    throw .usage("\(names.repository) names no registry to push to; set image.repository")
  }

  /// Tags and pushes `layers`, whose images are those of the tree.
  func run(_ layers: [LayerName], built: Set<LayerName>) throws(CommandFailure) {
    guard pushes || version != nil else { return }
    let origin = try OriginReader(context: context, workspace: workspace, loop: loop).read()
    if let origin, !origin.isClean {
      context.output.report(
        .warning(
          message:
            "the tree has edits that are not in commit \(origin.shortCommit), so no image is "
            + "tagged as that commit"))
    }
    let queries = EngineQueries(workspace: workspace, configuration: configuration, loop: loop)
    let engine = queries.engine()
    let client = try queries.client(engine)
    let scan = InputScanner(
      root: workspace.root, layers: workspace.definitions(configuration),
      classifier: try workspace.classifier(configuration)
    ).scanEverything()
    let contents = layers.compactMap { layer in
      scan.fingerprints[layer].map { (layer: layer, reference: names.content(layer, $0)) }
    }
    var versions: [String] = []
    for (layer, reference) in contents {
      for tag in tags(of: layer, origin, built) {
        let name = "\(names.repository):\(tag)"
        let result = try queries.run(engine, client, client.tag(image: reference, as: name))
        guard result.succeeded else { throw .work(firstLine(of: result.errorText)) }
        versions.append(name)
      }
    }
    if !versions.isEmpty { context.output.report(.tagged(tags: versions)) }
    guard pushes else { return }
    let transfer = RegistryTransfer(
      engine: engine, client: client, configuration: configuration.registry, loop: loop,
      output: context.output)
    // The tags that move come last and from below, so that whoever reads them meanwhile finds what
    // they stand on.
    let stable = movesStable(origin) ? layers.compactMap { names.stable($0) } : []
    for reference in contents.map(\.reference) + versions + stable {
      if let failure = try transfer.push(reference) {
        throw .work(
          "\(reference) was not pushed: \(failure.message); \(failure.kind.nextStep)")
      }
    }
  }

  private func tags(
    of layer: LayerName, _ origin: TreeOrigin?, _ built: Set<LayerName>
  ) -> [String] {
    VersionTags.tags(
      of: layer, isTop: configuration.tree.children(of: layer).isEmpty,
      version: named.isEmpty || named.contains(layer) ? version : nil,
      origin: origin, wasBuilt: built.contains(layer),
      at: wallClockNanoseconds() / 1_000_000_000)
  }

  /// Whether the registry's stable tags may move to this tree; says why when they may not.
  private func movesStable(_ origin: TreeOrigin?) -> Bool {
    guard let origin else { return true }
    let branches = configuration.registry.stableBranches.map(\.value)
    let reason: String? =
      if let number = origin.pullRequest {
        "this is pull request \(number)"
      } else if !origin.isClean {
        "the tree has edits that are not committed"
      } else if let branch = origin.branch, branches.contains(branch) {
        nil
      } else {
        "\(origin.branch.map { "branch \($0)" } ?? "no branch") is none of "
          + "registry.stable-branch (\(branches.joined(separator: ", ")))"
      }
    guard let reason else { return true }
    context.output.report(.warning(message: "the registry's stable tags stay: \(reason)"))
    return false
  }
}
