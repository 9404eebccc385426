// What is to be done, given what is known.
extension Session {
  /// Does everything that what is known calls for, and says when to look again.
  mutating func advance(at now: Instant) {
    guard isStarted else { return }
    judgeRunningBuild()
    scanSettledChanges(at: now)
    askEngine(at: now)
    noteSyncedContainer()
    let isWaitingForTags = work(at: now)
    let isAtRest =
      settling.isEmpty && !scan.isWaiting && isEngineFree && !isHeldByGate && !isHeldByPause
      && !isHeldByWaits && !isWaitingForTags
    if case .known = knowledge {
      isSettled = isAtRest
    } else {
      isSettled = isAtRest && !isComparing
    }
    reportIdle()
    deadline = nextDeadline(isWaitingForTags: isWaitingForTags, at: now)
  }

  /// Nothing of ours runs in the engine, so that what it holds stands still.
  private var isEngineFree: Bool { running == nil && moving == nil && recreating == nil }

  // MARK: Looking at the tree and at the engine

  private mutating func scanSettledChanges(at now: Instant) {
    guard !scan.isWaiting, let due = settling.due, now >= due, passGate(at: now) else { return }
    let batch = settling.take()
    let isFirst = !isComparing
    if isFirst { doubtEverything() }
    var retried: Set<LayerName> = []
    for index in layers.indices {
      layers[index].isScanning = layers[index].isScanning || layers[index].isInDoubt
      layers[index].isInDoubt = false
      if layers[index].isRetried { retried.insert(layers[index].name) }
      layers[index].isRetried = false
    }
    if !retried.isEmpty { forgiveFailures(of: retried) }
    if batch.isSaturated {
      let reason = "more than \(settings.mostPaths) files changed at once"
      actions.append(.report(.rescan(reason: reason)))
    } else if !batch.paths.isEmpty {
      actions.append(.report(.changed(paths: batch.paths)))
    }
    scan = (scan.id + 1, true)
    let scope = batch.isEverything || isFirst ? Scope.everything : .paths(batch.paths)
    actions.append(.scan(id: scan.id, scope: scope))
    isIdle = false
  }

  /// A save is a wish to try again, even when it saved what was there.
  private mutating func forgiveFailures(of retried: Set<LayerName>) {
    hasEdits = true
    repairs = 0
    failedContainer = nil
    waitingContainer = nil
    for index in layers.indices where layers[index].failed != nil {
      var here: Int? = index
      while let layer = here {
        if retried.contains(layers[layer].name) { layers[index].failed = nil }
        here = layers[layer].parent
      }
    }
  }

  private mutating func askEngine(at now: Instant) {
    guard case .unknown = knowledge, isComparing, isEngineFree, !isPaused,
      engineBackOff.allows(now)
    else { return }
    knowledge = .asked(outdated: false)
    actions.append(.queryImages)
  }

  private mutating func passGate(at now: Instant) -> Bool {
    var stale: String?
    let isOpen = gate.pass(at: now, latestChange: settling.latest, stale: &stale)
    if let stale {
      let message =
        "\(stale) seems to be left over from a git that died: going on in spite of it;"
        + " remove it if no git is running"
      actions.append(.report(.warning(message: message)))
    }
    return isOpen
  }

  // MARK: Work

  /// Starts every build, tag move and container that can be started; true when there are tags
  /// to move that wait for the back-off to end.
  private mutating func work(at now: Instant) -> Bool {
    isHeldByGate = false
    isHeldByPause = false
    isHeldByWaits = false
    guard case .known = knowledge else { return false }
    if !isPaused { cutOff() }
    if hasEdits, nextBuild(at: now) != nil {
      hasEdits = false
      for index in layers.indices { layers[index].failed = nil }
    }
    let next = nextBuild(at: now)
    isHeldByWaits = !waits(at: now).isEmpty
    reportCosts(at: now)
    let moves = moving == nil ? nextMoves : []
    let mayMove = tagsBackOff.allows(now)
    let container = nextContainer(moves)
    guard next != nil || !moves.isEmpty || container != nil else { return false }
    guard !isPaused else {
      isHeldByPause = true
      return false
    }
    guard passGate(at: now) else {
      isHeldByGate = true
      return false
    }
    reportReused()
    if mayMove, !moves.isEmpty { move(moves) }
    if mayMove || moves.isEmpty, let container { recreate(container) }
    if let next {
      if layers[next].planned == nil { plan() }
      start(next, at: now)
    }
    return !mayMove && !moves.isEmpty
  }

  /// Whether no build of this layer can succeed as things are.
  private func isBlocked(_ index: Int) -> Bool {
    var here: Int? = index
    while let position = here {
      if layers[position].content == nil || hasFailed(position) { return true }
      here = layers[position].parent
    }
    return false
  }

  func isNeeded(_ index: Int) -> Bool {
    image(index) == nil && !isBlocked(index)
  }

  /// The lowest layer that has to be built, if it can be started now: while edits to it or to
  /// a layer below are settling, its turn waits for them. Layers that wait, with all above them, are
  /// passed over.
  private func nextBuild(at now: Instant) -> Int? {
    guard running == nil else { return nil }
    let next = layers.indices.first { index in
      guard isNeeded(index), wait(of: index, at: now) == nil else { return false }
      return layers[index].parent.map { image($0) != nil } ?? true
    }
    return next.flatMap { isCurrent($0) ? $0 : nil }
  }

  /// Reports what is to be built now and why.
  private mutating func plan() {
    var planned: [PlannedLayer] = []
    for index in layers.indices {
      layers[index].planned = nil
      guard isNeeded(index) else { continue }
      let cause = cause(of: index)
      layers[index].planned = cause
      planned.append(PlannedLayer(layer: layers[index].name, cause: cause))
    }
    actions.append(.report(.planned(planned)))
  }

  private func cause(of index: Int) -> Cause {
    let layer = layers[index]
    if let parent = layer.parent, layers[parent].planned != nil {
      return .parent(layers[parent].name)
    }
    if let change = layer.change { return .changed(path: change.path, pattern: change.pattern) }
    if layer.isRequested { return .requested }
    if layer.isReconfigured { return .configuration }
    if layer.isUnfinished { return .unfinished }
    return layer.available.isEmpty ? .missing : .stale
  }

  private mutating func start(_ index: Int, at now: Instant) {
    let layer = layers[index]
    guard let content = layer.content else { return }
    var parent: Build.Parent?
    if let below = layer.parent, let standsOn = layers[below].content {
      parent = Build.Parent(
        layer: layers[below].name, fingerprint: standsOn, identity: image(below)?.identity)
    }
    let build = Build(
      layer: layer.name, fingerprint: content, recipe: layer.recipe, parent: parent,
      cause: layer.planned ?? .stale)
    actions += [.report(.buildStarted(layer: layer.name)), .build(build)]
    running = Running(layer: layer.name, content: content)
    layers[index].forgetCauses()
    layers[index].builds += 1
    breaker.noteWork(at: now)
  }

  /// Early cutoff: a layer below was built anew and is to its children what it was before. What was
  /// made on that from the same inputs is what a build would give.
  private mutating func cutOff() {
    for index in layers.indices where image(index) == nil && isCurrent(index) {
      let layer = layers[index]
      guard let content = layer.content, let recipe = layer.recipe, !layer.isForced,
        let below = layer.parent.flatMap(image), below.identity != nil
      else { continue }
      let equals = layer.available.values.filter {
        $0.recipe == recipe && $0.base == below.identity
      }
      let stable = equals.first { $0.id == layer.stable }
      guard let found = stable ?? equals.min(by: { $0.id < $1.id }) else { continue }
      layers[index].available[content] = found
      actions.append(.adopt(layer: layer.name, fingerprint: content, image: found.id))
      reportNotBuilt(index, found, found.id == layer.stable ? .cutOff : .reused)
    }
  }

  /// Says of layers that will only be tagged, or were to be built and need not be, that nothing had
  /// to be built.
  private mutating func reportReused() {
    for index in layers.indices where isCurrent(index) {
      guard let image = image(index) else { continue }
      let wasPlanned = layers[index].planned != nil
      let isNew = !isTagged(index) && layers[index].reported != layers[index].content
      if wasPlanned || isNew { reportNotBuilt(index, image, wasPlanned ? .cutOff : .reused) }
      layers[index].forgetCauses()
      layers[index].isUnfinished = false
    }
  }

  private mutating func reportNotBuilt(_ index: Int, _ image: Image, _ result: BuildResult) {
    layers[index].forgetCauses()
    layers[index].isUnfinished = false
    layers[index].reported = layers[index].content
    let event = Event.buildFinished(
      layer: layers[index].name, image: image.id, seconds: 0, result: result)
    actions.append(.report(event))
  }

  /// Whether every layer that shares this root has the image that the tree wants.
  private func isComplete(root: Int) -> Bool {
    layers.indices.allSatisfy { index in
      layers[index].root != root || (image(index) != nil && isCurrent(index))
    }
  }

  /// The tags of every complete chain that point elsewhere.
  private var nextMoves: [TagMove] {
    var moves: [TagMove] = []
    for root in layers.indices where layers[root].root == root && isComplete(root: root) {
      for index in layers.indices where layers[index].root == root && !isTagged(index) {
        guard let image = image(index) else { continue }
        moves.append(
          TagMove(layer: layers[index].name, image: image.id, previous: layers[index].stable))
      }
    }
    return moves
  }

  private mutating func move(_ moves: [TagMove]) {
    moving = moves
    actions.append(.moveTags(moves))
  }

  /// The layer whose image the container has to be replaced by, once its chain is true: at the
  /// same time as the last tags move, not before. While a replacement by another image is under
  /// way, that one has to make room first.
  private func nextContainer(_ moves: [TagMove]) -> Int? {
    guard let name = settings.restart ?? askedContainer, let index = index(of: name),
      let image = image(index), failedContainer != image.id, waitingContainer != image.id,
      isRestartAsked || recreating != nil
        || (container != .running(image.id) && !isContainerSynced)
    else { return nil }
    if let recreating, recreating.isSuperseded || recreating.image == image.id { return nil }
    let root = layers[index].root
    guard isComplete(root: root) else { return nil }
    for index in layers.indices where layers[index].root == root && !isTagged(index) {
      guard moves.contains(where: { $0.layer == layers[index].name }) else { return nil }
    }
    return index
  }

  /// The layer of the container that a person wants replaced, if one does.
  private var askedContainer: LayerName? { isRestartAsked ? settings.container : nil }

  /// From an image that is the tree's on, what is copied into the container keeps it so.
  private mutating func noteSyncedContainer() {
    guard case .known = knowledge, let name = settings.restart, let index = index(of: name),
      isCurrent(index), let image = image(index), container == .running(image.id)
    else { return }
    syncedContainer = image.id
    hasCopies = false
  }

  /// Whether the container has everything by copies that a new one would have by its image.
  private var isContainerSynced: Bool {
    guard hasCopies, let syncedContainer else { return false }
    return container == .running(syncedContainer)
  }

  private mutating func recreate(_ index: Int) {
    guard let content = layers[index].content, let image = image(index) else { return }
    guard recreating == nil else {
      recreating?.isSuperseded = true
      actions.append(.supersedeContainer)
      return
    }
    isRestartAsked = false
    recreating = Recreation(layer: layers[index].name, image: image.id)
    actions.append(
      .recreateContainer(layer: layers[index].name, fingerprint: content, image: image.id))
  }

  // MARK: Rest

  private mutating func reportIdle() {
    let isTrue = layers.indices.allSatisfy(isTagged)
    guard isSettled, isComparing, isTrue else {
      isIdle = false
      return
    }
    for index in layers.indices { layers[index].forgetCauses() }
    guard !isIdle else { return }
    isIdle = true
    actions.append(.report(.idle))
  }

  private func nextDeadline(isWaitingForTags: Bool, at now: Instant) -> Instant? {
    var next: Instant?
    func consider(_ time: Instant?) {
      guard let time else { return }
      next = next.map { min($0, time) } ?? time
    }
    let gateOpens = gate.opens(latestChange: settling.latest)
    if !scan.isWaiting, let due = settling.due {
      consider(gateOpens.map { max($0, due) } ?? due)
    }
    if isHeldByGate { consider(gateOpens) }
    if isHeldByWaits, running == nil {
      for wait in waits(at: now) { consider(wait.until) }
    }
    if case .unknown = knowledge, isComparing, isEngineFree, !isPaused {
      consider(engineBackOff.notBefore)
    }
    if isWaitingForTags { consider(tagsBackOff.notBefore) }
    return next
  }
}
