import LayerPlanner

// What the fake engine does with the session's actions, and what must be true of them.
extension Schedule {
  mutating func perform(_ action: Session.Action) {
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
    case .adopt(let name, let fingerprint, _): adopt(name, fingerprint)
    case .moveTags(let moves):
      if moveJob != nil { fail("two moves at a time") }
      if moves.isEmpty { fail("a move of nothing") }
      moveJob = MoveJob(
        moves: moves, parents: configuration.parents, endsAt: now + random.nanoseconds(upTo: 60))
    case .recreateContainer(let name, let fingerprint):
      if containerJob != nil { fail("two containers at a time") }
      let endsAt = now + random.nanoseconds(upTo: 400)
      let wanted = table.number(fingerprint)
      if engine.container == wanted, !hadContainerFailure, !wasRobbed, reasonsForSameContainer == 0
      {
        fail("recreated a container that runs the same")
      }
      containerJob = ContainerJob(layer: number(of: name), number: wanted, endsAt: endsAt)
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
    if engine.tags[layer][number] != nil, !isForced[layer] {
      fail("\(build.layer) is built although its image is there")
    }
    if case .changed(let path, _) = build.cause {
      let file = FakeConfiguration.paths.firstIndex(of: path) ?? -1
      if !FakeConfiguration.reads(layer, file) { fail("the cause is no input: \(path)") }
    }
    if isSettling(layer) { fail("\(build.layer) is built while its edits are settling") }
    var parentTruth = -1
    var outcome = FakeEngine.BuildJob.Outcome.byContent
    if let parent = build.parent {
      let below = self.number(of: parent.layer)
      if configuration.parents[layer] != below { fail("\(build.layer) stands on the wrong layer") }
      if let image = engine.tags[below][table.number(parent.fingerprint)] {
        parentTruth = engine.images[image].truth
      } else {
        outcome = .failure
      }
    } else if configuration.parents[layer] >= 0 {
      fail("\(build.layer) is built without its parent")
    }
    if isFlaky, random.once(in: 12) { outcome = .failure }
    let seconds = random.once(in: 4) ? 4000 : 120
    var endsAt = now + random.nanoseconds(upTo: seconds)
    if engine.isDown {
      outcome = .lost
      endsAt = now + random.nanoseconds(upTo: 5)
    }
    let span = Int(endsAt - now) + 1
    let readsAt = [now + Int64(random.below(span)), now + Int64(random.below(span))]
    let isShared = FakeConfiguration.reads(layer, FakeConfiguration.sharedFile)
    buildJob = FakeEngine.BuildJob(
      build: build, layer: layer, number: number, parentTruth: parentTruth, salt: salt,
      isShared: isShared, readsAt: readsAt, endsAt: endsAt, outcome: outcome)
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
      outcome = .succeeded(image: "\(engine.images.count)")
      let truth = table.number(
        layer: job.layer, own: Self.own(own, job.isShared ? shared : nil), salt: job.salt,
        parent: job.parentTruth)
      engine.images.append(FakeEngine.Image(truth: truth, parentTruth: job.parentTruth))
    }
    if case .engineLost = outcome { reach(.lost) }
    if case .succeeded = outcome, engine.images.last?.truth != job.number { reach(.tainted) }
    if case .failed = outcome {
      hadFailure = true
      reasonsToBuild += 1
    }
    feed(.buildFinished(layer: job.build.layer, outcome: outcome, seconds: 1))
  }

  private mutating func adopt(_ name: LayerName, _ fingerprint: Fingerprint) {
    let layer = number(of: name)
    let number = table.number(fingerprint)
    let image = engine.images.count - 1
    guard image >= 0, engine.images[image].truth == number else {
      return fail("\(name) is tagged with what it does not hold")
    }
    if answered[layer] == number { isForced[layer] = false }
    if !engine.isDown { engine.tags[layer][number] = image } else { wasRobbed = true }
  }

  mutating func endMove(_ job: MoveJob) {
    moveJob = nil
    let images = job.moves.map { move in
      engine.tags[number(of: move.layer)][table.number(move.fingerprint)] ?? -1
    }
    guard !engine.isDown, !images.contains(-1), !(isFlaky && random.once(in: 10)) else {
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
      } else if engine.images[image].parentTruth != engine.images[below].truth {
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
    let isThere = engine.tags[job.layer][job.number] != nil
    guard !engine.isDown, isThere, !(isFlaky && random.once(in: 6)) else {
      hadContainerFailure = true
      let isRolledBack = random.once(in: 2)
      let outcome = Session.ContainerOutcome.rolledBack(container: "c", reason: "unhealthy")
      return feed(.containerRecreated(isRolledBack ? outcome : .failed("no"), seconds: 1))
    }
    engine.container = job.number
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
      case .cutOff: break
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
      guard image >= 0, numbers[layer] >= 0, engine.images[image].truth == numbers[layer] else {
        return fail("the stable tag of layer \(layer) is not that of the tree")
      }
    }
    guard let restart, configuration.parents[restart] != -2, !hadContainerFailure else { return }
    if engine.container != numbers[restart] { fail("the container is not that of the tree") }
  }
}
