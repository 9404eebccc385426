import LayerPlanner

// What the fake engine does with the session's actions, and what must be true of them.
extension Schedule {
  mutating func perform(_ action: Session.Action) {
    switch action {
    case .queryImages, .build, .moveTags, .recreateContainer:
      if isPaused { fail("started in spite of the pause: \(action)") }
    case .scan, .cancel, .adopt, .supersedeContainer, .report: break
    }
    switch action {
    case .scan(let id, let scope):
      if id <= latestScan { fail("the id of a scan comes again") }
      latestScan = id
      if let job = scanJob, oldScan == nil { oldScan = (job, index) }
      for file in files.indices where isDelivered[file] { isScanned[file] = true }
      isDelivered = [false, false, false, false, false]
      let readsAt = now + random.nanoseconds(upTo: 3)
      let endsAt = readsAt + random.nanoseconds(upTo: 3)
      scanJob = ScanJob(id: id, scope: scope, readsAt: readsAt, endsAt: endsAt)
    case .queryImages:
      if queryEndsAt != nil { fail("a query while another is under way") }
      if buildJob != nil || moveJob != nil || containerJob != nil {
        fail("a query while the engine is changing")
      }
      earlyInventory = random.once(in: 2) ? engine.inventory(table) : nil
      queryEndsAt = now + random.nanoseconds(upTo: 60)
    case .build(let build): begin(build)
    case .cancel(let name):
      guard let job = buildJob, job.build.layer == name else {
        return fail("cancelled what does not run")
      }
      // It may end by itself first.
      guard !random.once(in: 2) else { return }
      buildJob?.outcome = .cancelled
      buildJob?.endsAt = min(job.endsAt, now + random.nanoseconds(upTo: 40))
    case .adopt(let name, let fingerprint, let image):
      adopt(name, fingerprint, Int(image) ?? -1)
    case .moveTags(let moves):
      if moveJob != nil { fail("two moves at a time") }
      if moves.isEmpty { fail("a move of nothing") }
      moveJob = MoveJob(
        moves: moves, parents: configuration.parents, endsAt: now + random.nanoseconds(upTo: 60))
    case .recreateContainer(let name, let fingerprint, let image):
      if containerJob != nil { fail("two containers at a time") }
      let endsAt = now + random.nanoseconds(upTo: random.once(in: 3) ? 6000 : 400)
      let wanted = Int(image) ?? -1
      if engine.container == wanted, !hadContainerFailure {
        fail("recreated a container that runs the same")
      }
      let tagged = engine.tags[number(of: name)][table.number(fingerprint)]
      if tagged != wanted, !wasRobbed { fail("the container's tag is not its image's") }
      containerJob = ContainerJob(image: wanted, endsAt: endsAt)
    case .supersedeContainer:
      guard let job = containerJob, !job.isSuperseded else {
        return fail("superseded what is not being replaced")
      }
      let soon = min(job.endsAt, now + random.nanoseconds(upTo: 40))
      containerJob = ContainerJob(image: job.image, endsAt: soon, isSuperseded: true)
    case .report(let event): check(event)
    }
    if case .report(.idle) = action { lastWasIdle = true } else { lastWasIdle = false }
  }

  func number(of name: LayerName) -> Int { FakeConfiguration.names.firstIndex(of: name) ?? -1 }

  private mutating func begin(_ build: Build) {
    let layer = number(of: build.layer)
    let number = table.number(build.fingerprint)
    builds += 1
    if buildJob != nil { fail("two builds at a time") }
    if planned[layer] == nil { fail("\(build.layer) is built without a plan") }
    if planned[layer] != build.cause { fail("\(build.layer) is built for a cause never told") }
    planned[layer] = nil
    let idle = now - lastDelivery
    if isDear[layer], !isConfirmed[layer], lastDelivery > 0, idle < policy.confirmIdle.nanoseconds {
      fail("\(build.layer) is dear and is built between two edits")
    }
    isConfirmed[layer] = false
    if case .changed(let path, _) = build.cause {
      let file = FakeConfiguration.paths.firstIndex(of: path) ?? -1
      if !FakeConfiguration.reads(layer, file) { fail("the cause is no input: \(path)") }
    }
    if isSettling(layer) { fail("\(build.layer) is built while its edits are settling") }
    if build.recipe != table.fingerprint(table.recipe(number)) { fail("not the layer's recipe") }
    var base = -1
    var outcome = FakeEngine.BuildJob.Outcome.byContent
    if let parent = build.parent {
      let below = self.number(of: parent.layer)
      if configuration.parents[layer] != below { fail("\(build.layer) stands on the wrong layer") }
      if let image = engine.tags[below][table.number(parent.fingerprint)] {
        base = engine.images[image].effect
        if !isTagMissing, parent.identity != engine.effects.fingerprint(base) {
          fail("not the parent's identity")
        }
      } else {
        outcome = .failure
      }
    } else if configuration.parents[layer] >= 0 {
      fail("\(build.layer) is built without its parent")
    }
    if outcome == .byContent, !isForced[layer],
      engine.equal(layer: layer, recipe: table.recipe(number), base: base) != nil
    {
      fail("\(build.layer) is built although its like is there")
    }
    if isFlaky, random.once(in: 12) { outcome = .failure }
    let seconds = random.once(in: 4) ? 4000 : 120
    var endsAt = now + random.nanoseconds(upTo: seconds)
    if engine.isDown || isTagMissing {
      outcome = .lost
      endsAt = now + random.nanoseconds(upTo: 5)
    }
    let span = Int(endsAt - now) + 1
    let readsAt = [now + Int64(random.below(span)), now + Int64(random.below(span))]
    let isShared = FakeConfiguration.reads(layer, FakeConfiguration.sharedFile)
    buildJob = FakeEngine.BuildJob(
      build: build, layer: layer, number: number, base: base, salt: salt,
      nonce: random.once(in: 3) ? 1 + random.below(2) : 0, isShared: isShared, readsAt: readsAt,
      endsAt: endsAt, outcome: outcome)
  }

  /// Whether a change of the layer, or of one below it, waits to be scanned.
  private func isSettling(_ layer: Int) -> Bool {
    var here = layer
    while here >= 0 {
      for file in files.indices where isDelivered[file] || isScanned[file] {
        if FakeConfiguration.reads(here, file) { return true }
      }
      here = configuration.parents[here]
    }
    return false
  }

  mutating func endBuild() {
    drain()
    guard let job = buildJob, job.endsAt <= now else { return }
    buildJob = nil
    let outcome: Session.BuildOutcome
    let own = job.seen[0] ?? files[job.layer]
    let shared = job.seen[1] ?? files[FakeConfiguration.sharedFile]
    let isBroken =
      own.content == FakeFile.broken || !own.isPresent
      || (job.isShared && shared.content == FakeFile.broken)
    switch job.outcome {
    case .cancelled: outcome = .cancelled
    case .lost:
      // The engine's last words may well look like those of a failed step.
      outcome = random.once(in: 4) ? .failed("EOF") : .engineLost("down")
    case .failure: outcome = .failed("no network")
    case .byContent where isBroken: outcome = .failed("a step failed")
    case .byContent:
      let image = engine.make(
        layer: job.layer, own: Self.own(own, job.isShared ? shared : nil), salt: job.salt,
        base: job.base, nonce: job.nonce, &table)
      outcome = .succeeded(engine.description(image, table))
    }
    if case .engineLost = outcome { reach(.lost) }
    if case .succeeded = outcome, engine.images.last?.recipe != table.recipe(job.number) {
      reach(.tainted)
    }
    if case .failed = outcome {
      hadFailure = true
      reasonsToBuild += 1
    }
    feed(.buildFinished(layer: job.build.layer, outcome: outcome, seconds: 1))
    runHook()
  }

  private mutating func adopt(_ name: LayerName, _ fingerprint: Fingerprint, _ image: Int) {
    let layer = number(of: name)
    let number = table.number(fingerprint)
    guard image >= 0, engine.images[image].recipe == table.recipe(number) else {
      return fail("\(name) is tagged with what it does not hold")
    }
    let parent = configuration.parents[layer]
    if parent >= 0, let below = engine.tags[parent][table.parent(number)],
      engine.images[image].base != engine.images[below].effect, !isTagMissing
    {
      fail("\(name) is tagged and stands on something else")
    }
    if answered[layer] == number { isForced[layer] = false }
    if !engine.isDown {
      engine.tags[layer][number] = image
    } else {
      isTagMissing = true
      wasRobbed = true
    }
  }

  mutating func endMove(_ job: MoveJob) {
    moveJob = nil
    let images = job.moves.map { Int($0.image) ?? -1 }
    guard !engine.isDown, images.allSatisfy(engine.isThere), !(isFlaky && random.once(in: 10))
    else {
      reasonsToBuild += 1
      reach(.moveFailed)
      return feed(.tagsMoved(.failed("no such image")))
    }
    for (move, image) in zip(job.moves, images) { engine.stable[number(of: move.layer)] = image }
    checkLineage(job)
    feed(.tagsMoved(.moved(job.moves.map { "\($0.layer)" })))
  }

  /// A chain's tags are never mixed: each stable image stands on the stable image below it.
  private mutating func checkLineage(_ job: MoveJob) {
    var chains: Set<Int> = []
    for move in job.moves { chains.insert(Self.root(number(of: move.layer), job.parents)) }
    for layer in job.parents.indices where job.parents[layer] != -2 {
      let parent = job.parents[layer]
      guard parent >= 0, chains.contains(Self.root(layer, job.parents)) else { continue }
      let image = engine.stable[layer]
      let below = engine.stable[parent]
      if image < 0 || below < 0 {
        if !wasRobbed { fail("a chain's tags are incomplete") }
      } else if engine.images[image].base != engine.images[below].effect {
        fail("the stable tag of layer \(layer) stands on something else")
      }
    }
  }

  static func root(_ layer: Int, _ parents: [Int]) -> Int {
    var here = layer
    while parents[here] >= 0 { here = parents[here] }
    return here
  }

  mutating func endContainer(_ job: ContainerJob) {
    containerJob = nil
    if job.isSuperseded, random.once(in: 2) {
      reach(.superseded)
      return feed(.containerRecreated(.superseded, seconds: 1))
    }
    guard !engine.isDown, !isTagMissing, engine.isThere(job.image), !(isFlaky && random.once(in: 6))
    else {
      hadContainerFailure = true
      let outcomes: [Session.ContainerOutcome] = [
        .rolledBack(container: "c", reason: "unhealthy"), .failed("no"), .leftAlone("stopped"),
      ]
      return feed(.containerRecreated(outcomes[random.below(3)], seconds: 1))
    }
    engine.container = job.image
    feed(.containerRecreated(.running("c"), seconds: 1))
  }

  private mutating func check(_ event: Event) {
    switch event {
    case .planned(let layers):
      planned = [nil, nil, nil, nil]
      if layers.isEmpty { fail("an empty plan") }
      for layer in layers { planned[number(of: layer.layer)] = layer.cause }
    case .idle:
      if lastWasIdle { fail("idle twice in a row") }
      if pending.isEmpty, !wasRobbed { checkTruth() }
    case .buildFinished(_, _, _, let result):
      switch result {
      case .built: reach(.built)
      case .reused: reach(.reused)
      case .cancelled: reach(.cancelled)
      case .failed: reach(.failed)
      case .cutOff: reach(.cutOff)
      }
    case .tagged: reach(.moved)
    case .restarted: reach(.restarted)
    case .warning(let message) where message.contains("left over"): reach(.stale)
    default: break
    }
  }

  mutating func reach(_ what: Reached) {
    guard let index = Reached.allCases.firstIndex(of: what) else { return }
    reached[index] += 1
  }

  /// The images are those that a clean build of the tree gives.
  mutating func checkTruth() {
    let numbers = wanted(files)
    for layer in configuration.order {
      let image = engine.stable[layer]
      guard image >= 0, numbers[layer] >= 0,
        engine.images[image].recipe == table.recipe(numbers[layer])
      else { return fail("the stable tag of layer \(layer) is not that of the tree") }
      let parent = configuration.parents[layer]
      if parent >= 0, engine.images[image].base != engine.images[engine.stable[parent]].effect {
        return fail("the stable tag of layer \(layer) stands on something else")
      }
    }
    guard let restart, configuration.parents[restart] != -2, !hadContainerFailure else { return }
    if engine.container != engine.stable[restart] { fail("the container is not that of the tree") }
  }
}
