// How each input changes what is known.
extension Session {
  mutating func take(_ input: Input, at now: Instant) {
    switch input {
    case .started(let catchUp):
      isStarted = true
      if catchUp { compareEverything(at: now) }
    case .changed(let changes):
      for change in changes { note(change, at: now) }
    case .syncFailed:
      syncedContainer = nil
    case .lost(let reason):
      syncedContainer = nil
      actions.append(.report(.rescan(reason: reason)))
      doubtEverything()
      settling.noteEverything(at: now)
      taint()
    case .git(let lock):
      gate.note(lock: lock, at: now)
    case .scanned(let scan):
      take(scan)
    case .images(let images):
      take(images, at: now)
    case .buildFinished(let layer, let outcome, let seconds):
      finish(layer, outcome, seconds, at: now)
    case .tagsMoved(let outcome):
      take(outcome, at: now)
    case .containerRecreated(let outcome, let seconds):
      breaker.noteWork(at: now)
      take(outcome, seconds)
    case .reconfigured(let tree, let settings):
      reconfigure(tree, settings, at: now)
    case .requested(let names, let force):
      if force { syncedContainer = nil }
      let above = tree.above(Set(names))
      for name in above {
        guard let index = index(of: name) else { continue }
        layers[index].isRequested = true
        if force { layers[index].isForced = true }
      }
      // A person who asks wants the engine to be tried now, and to hear if it does not answer.
      unreachable = nil
      engineBackOff.succeeded()
      confirmAll()
      compareEverything(at: now)
    case .costs(let costs):
      for index in layers.indices { layers[index].cost = costs[layers[index].name] }
    case .restart:
      guard settings.container != nil else { break }
      isRestartAsked = true
      failedContainer = nil
      waitingContainer = nil
      compareEverything(at: now)
    case .paused(let isPaused):
      guard isPaused != self.isPaused else { break }
      self.isPaused = isPaused
      if !isPaused { isIdle = false }
      actions.append(.report(isPaused ? .paused : .resumed))
    case .tick: break
    }
  }

  private mutating func note(_ change: Change, at now: Instant) {
    settling.note(change.path, change.kind, at: now)
    let isContent = change.kind != .attributes
    if isContent { noteAnswer(change, at: now) }
    if change.isSynced { hasCopies = true } else { syncedContainer = nil }
    for reader in change.readers {
      guard let index = index(of: reader.layer) else { continue }
      layers[index].note(change.path, reader.pattern, isContent: isContent)
      guard running?.layer == reader.layer else { continue }
      if isContent { taint() } else { running?.isQuestioned = true }
    }
  }

  mutating func doubtEverything() {
    for index in layers.indices {
      layers[index].isInDoubt = true
      layers[index].isRetried = true
      layers[index].hasFreeChange = true
    }
    askAgain()
    isComparing = true
  }

  private mutating func compareEverything(at now: Instant) {
    doubtEverything()
    settling.askForEverything(at: now)
  }

  /// What the engine holds is not known any more.
  mutating func askAgain() {
    if case .asked = knowledge { knowledge = .asked(outdated: true) } else { knowledge = .unknown }
  }

  private mutating func take(_ answer: Scan) {
    guard scan.isWaiting, answer.id == scan.id else { return }
    scan.isWaiting = false
    for index in layers.indices {
      layers[index].isScanning = false
      let name = layers[index].name
      if let content = answer.fingerprints[name] {
        layers[index].wanted = .content(content)
        layers[index].recipe = answer.recipes[name]
        layers[index].warned = nil
        continue
      }
      let problem = answer.problems[name]
      layers[index].wanted = .problem(problem)
      if let problem, layers[index].warned != problem {
        layers[index].warned = problem
        let message = "\(name) cannot be built until this is put right: \(problem)"
        actions.append(.report(.warning(message: message)))
      }
    }
  }

  private mutating func take(_ images: Images, at now: Instant) {
    guard case .asked(let outdated) = knowledge else { return }
    switch images {
    case .unreachable(let reason):
      knowledge = .unknown
      for index in layers.indices where layers[index].isFailureUnsure {
        layers[index].failed = nil
      }
      loseEngine(reason, at: now)
    case .inventory(let inventory):
      knowledge = outdated ? .unknown : .known
      unreachable = nil
      engineBackOff.succeeded()
      for index in layers.indices {
        let name = layers[index].name
        layers[index].available = inventory.available[name] ?? [:]
        layers[index].stable = inventory.stable[name]
        layers[index].isFailureUnsure = false
      }
      container = inventory.container
      forgiveFailuresOnVanishedParents()
    }
  }

  /// A build that failed because somebody removed the image below it is tried again, on a new
  /// one. Not without end: if images keep vanishing, an edit has to come first.
  private mutating func forgiveFailuresOnVanishedParents() {
    for index in layers.indices where layers[index].failed != nil {
      var below = layers[index].parent
      while let parent = below, image(parent) != nil { below = layers[parent].parent }
      guard below != nil, repairs < 3 else { continue }
      repairs += 1
      layers[index].failed = nil
    }
  }

  mutating func loseEngine(_ reason: String, at now: Instant) {
    if unreachable == nil {
      let message = "the engine cannot be reached, trying again: \(reason)"
      actions.append(.report(.warning(message: message)))
    }
    unreachable = reason
    engineBackOff.failed(at: now, settings)
  }

  private mutating func take(_ outcome: TagsOutcome, at now: Instant) {
    guard let moves = moving else { return }
    moving = nil
    switch outcome {
    case .moved(let tags):
      tagsBackOff.succeeded()
      repairs = 0
      for move in moves {
        guard let index = index(of: move.layer) else { continue }
        layers[index].stable = move.image
      }
      if !tags.isEmpty { actions.append(.report(.tagged(tags: tags))) }
    case .failed(let message):
      tagsBackOff.failed(at: now, settings)
      askAgain()
      actions.append(.report(.warning(message: "the stable tags did not move: \(message)")))
    }
  }

  private mutating func take(_ outcome: ContainerOutcome, _ seconds: Double) {
    guard let recreation = recreating else { return }
    recreating = nil
    switch outcome {
    case .running(let name):
      container = .running(recreation.image)
      hasToldOfStop = false
      actions.append(.report(.restarted(container: name, seconds: seconds)))
    case .rolledBack(let name, let reason):
      failedContainer = recreation.image
      hasToldOfStop = false
      actions.append(.report(.rolledBack(container: name, reason: reason)))
    case .failed(let message):
      failedContainer = recreation.image
      container = .other
      actions.append(.report(.warning(message: "the container was not started: \(message)")))
    case .leftAlone(let message):
      waitingContainer = recreation.image
      container = .other
      if !hasToldOfStop { actions.append(.report(.warning(message: message))) }
      hasToldOfStop = true
    case .superseded: break
    }
  }

  private mutating func reconfigure(_ tree: LayerTree, _ settings: Settings, at now: Instant) {
    var states = Self.states(of: tree)
    for index in states.indices {
      states[index].isReconfigured = true
      guard let known = self.index(of: states[index].name) else { continue }
      states[index].inherit(layers[known])
    }
    self.tree = tree
    self.settings = settings
    syncedContainer = nil
    layers = states
    settling.settings = settings
    gate.settings = settings
    breaker.settings = settings
    scan.isWaiting = false
    // Changes of a layer that is not in the tree are not delivered.
    if let build = running, index(of: build.layer) == nil { taint() }
    if isStarted { compareEverything(at: now) }
  }
}
