import LayerPlanner

/// `prune`: take away the images that retention does not keep, here or in the registry.
struct PruneCommand {
  let context: CommandContext
  private let configuration: Configuration
  private let names: ImageNames
  private let loop: EventLoop
  private let queries: EngineQueries
  private let policy: RetentionPolicy
  private let now = wallClockNanoseconds() / 1_000_000_000

  /// How many references one command removes.
  private static let most = 50

  init(context: CommandContext) throws(CommandFailure) {
    self.context = context
    let workspace = try context.workspace()
    configuration = try workspace.configuration()
    try requireLayers(configuration)
    names = configuration.imageNames(repository: configuration.repository?.value ?? "")
    var policy = configuration.retentionPolicy
    if let merged = context.invocation.text("merged") {
      guard let number = Int(merged), number > 0 else {
        throw .usage("--merged needs the number of a pull request, not \(quoted(merged.utf8))")
      }
      policy.merged = [number]
    }
    self.policy = policy
    loop = try context.eventLoop()
    queries = EngineQueries(workspace: workspace, configuration: configuration, loop: loop)
  }

  func run() throws(CommandFailure) -> Int32 {
    let engine = queries.engine()
    if context.invocation.has("registry") { return try pruneRegistry(engine) }
    let client = try queries.client(engine)
    let plan = try localPlan(engine, client)
    if context.invocation.has("dry-run") {
      show(plan, isDone: false)
      return 0
    }
    var rest = (plan.removed.map { "\(names.repository):\($0.item.tag)" } + plan.untagged)[...]
    while !rest.isEmpty {
      let result = try queries.run(
        engine, client, client.removeImages(Array(rest.prefix(Self.most))))
      // What somebody else has removed is as gone as it should be.
      guard result.succeeded || Self.isGone(result.errorText) else {
        throw .work("not everything was removed: \(firstLine(of: result.errorText))")
      }
      rest = rest.dropFirst(Self.most)
    }
    show(plan, isDone: true)
    return 0
  }

  /// Whether the only complaints are of images that are not there.
  private static func isGone(_ errors: String) -> Bool {
    errors.split(separator: "\n" as Character).allSatisfy {
      $0.lowercased().contains("no such image")
    }
  }

  private func show(_ plan: RetentionPlan, isDone: Bool) {
    switch context.output.options.format {
    case .json: context.output.line(plan.json)
    case .text, .github:
      context.output.bytes(Array(plan.text(isDone: isDone, now: now).utf8))
    }
  }

  private func kind(_ tag: String) -> TagKind {
    TagKind(tag, layers: configuration.tree.order, stableTags: names.stableTags)
  }

  // MARK: Here

  private func localPlan(
    _ engine: Engine, _ client: EngineClient
  ) throws(CommandFailure) -> RetentionPlan {
    let listed = try lines(engine, client, client.listImages(repository: names.repository))
    let list = ImageList(output: listed.joined(separator: "\n"), names: names)
    let untagged = try lines(engine, client, client.listUntagged()).map(ImageFacts.normalised)
    let facts = try queries.facts(engine, client, list.rows.map(\.imageID) + untagged)
    let containers = try lines(engine, client, client.listContainers())
    let used =
      containers.isEmpty
      ? [] : try lines(engine, client, client.imagesOfContainers(containers))
    let items = list.rows.map { row in
      RetentionPlan.Item(
        tag: row.tag, kind: kind(row.tag), image: row.imageID,
        created: facts[row.imageID]?.created)
    }
    return RetentionPlan(
      items, untagged: untagged.map { ($0, facts[$0]?.created) },
      policy: policy, removal: .tag, now: now,
      used: Set(used.map(ImageFacts.normalised)),
      foreign: Set(list.rows.map(\.imageID).filter { facts[$0]?.layer == nil }),
      stands: { image, below in
        guard let image = facts[image], let below = facts[below] else { return false }
        return image.stands(on: below)
      })
  }

  private func lines(
    _ engine: Engine, _ client: EngineClient, _ command: [String]
  ) throws(CommandFailure) -> [String] {
    let result = try queries.run(engine, client, command)
    guard result.succeeded else { throw .engine(firstLine(of: result.errorText)) }
    return result.text.split(separator: "\n" as Character).map(String.init)
  }

  // MARK: In the registry

  private func pruneRegistry(_ engine: Engine) throws(CommandFailure) -> Int32 {
    guard names.hasRegistry else {
      throw .usage("\(names.repository) names no registry; set image.repository")
    }
    // Skopeo does the work; no engine is needed.
    let client = EngineClient(
      kind: .docker, program: "skopeo", globalArguments: [], buildMode: .buildx)
    let transfer = RegistryTransfer(
      engine: engine, client: client, configuration: configuration.registry, loop: loop,
      output: context.output)
    let plan = try remotePlan(transfer)
    if context.invocation.has("dry-run") {
      show(plan, isDone: false)
      return 0
    }
    // All tags of one digest go together.
    var deleted: Set<String> = []
    for decision in plan.removed where deleted.insert(decision.item.image).inserted {
      if let failure = try transfer.delete(decision.item.tag, of: names.repository),
        failure.kind != .notFound
      {
        throw .work(
          "\(decision.item.tag) was not deleted: \(failure.message); a registry allows deletion "
            + "only when it is configured to")
      }
    }
    show(plan, isDone: true)
    return 0
  }

  private func remotePlan(_ transfer: RegistryTransfer) throws(CommandFailure) -> RetentionPlan {
    let tags: Set<String>
    switch try transfer.tags(of: names.repository) {
    case .success(let found): tags = found
    case .failure(let failure):
      throw .work("the registry does not answer: \(failure.message)")
    }
    let images: [String: RemoteImage]
    switch try transfer.images(tags.sorted(), of: names.repository) {
    case .success(let found): images = found
    case .failure(let failure):
      throw .work("the registry does not answer: \(failure.message)")
    }
    let items = images.sorted { $0.key < $1.key }.map { tag, image in
      RetentionPlan.Item(tag: tag, kind: kind(tag), image: image.digest, created: image.created)
    }
    return RetentionPlan(
      items, policy: policy, removal: .image, now: now,
      foreign: Set(images.values.filter { !$0.isOurs }.map(\.digest)))
  }
}
