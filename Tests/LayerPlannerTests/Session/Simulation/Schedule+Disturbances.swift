import LayerPlanner

// What the world does to the session.
extension Schedule {
  /// Does one random thing.
  mutating func disturb() {
    let file = random.below(files.count)
    switch random.below(36) {
    case 0..<8: save(file, random.below(random.once(in: 4) ? 4 : 3))
    case 8, 9: save(file, files[file].content)
    case 10: touch(file)
    case 11: toggle(file)
    case 12..<15: write(file)
    case 15..<17: close(file)
    case 17: link(file)
    case 18..<21: saveAndRevert()
    case 21: lock()
    case 22, 23: unlock()
    case 24: overflow()
    case 25: breakEngine()
    case 26, 27: repairEngine()
    case 28: if random.once(in: 3) { removeImage() }
    case 29: if random.once(in: 3) { request() }
    case 30: if random.once(in: 3) { reconfigure() }
    case 31: removeDockerfile(random.below(4))
    case 32: restoreDockerfile(random.below(4))
    case 33: pause(true)
    case 34: pause(false)
    default: break
    }
  }

  mutating func notify(_ file: Int, _ kind: Change.Kind) {
    if kind != .attributes { reasonsToBuild += 1 }
    pending.append(.change(file: file, kind))
  }

  /// One complete save, as an editor that renames does it.
  mutating func save(_ file: Int, _ content: Int) {
    note { _ in "save \(FakeConfiguration.paths[file]) = \(content)" }
    files[file].content = content
    notify(file, .final)
  }

  private mutating func touch(_ file: Int) {
    note { _ in "touch \(FakeConfiguration.paths[file])" }
    notify(file, .attributes)
  }

  /// A change of the exec bit; not twice while work is under way, for to and fro within one
  /// build's read cannot be told from a touch.
  private mutating func toggle(_ file: Int) {
    guard file != FakeConfiguration.sharedFile else { return }
    if session.isSettled, pending.isEmpty { isToggled[file] = false }
    guard !isToggled[file] else { return }
    isToggled[file] = true
    note { _ in "chmod \(FakeConfiguration.paths[file])" }
    files[file].isExecutable.toggle()
    reasonsToBuild += 1
    notify(file, .attributes)
  }

  /// A write in place that pauses half way.
  private mutating func write(_ file: Int) {
    note { _ in "write \(FakeConfiguration.paths[file])" }
    isOpen[file] = true
    files[file].content = random.below(4)
    notify(file, .provisional)
  }

  mutating func close(_ file: Int) {
    guard isOpen[file] else { return }
    note { _ in "close \(FakeConfiguration.paths[file])" }
    isOpen[file] = false
    files[file].content = random.below(3)
    notify(file, .provisional)
    notify(file, .final)
  }

  /// A hard link: the file is there at once, and no close ever comes.
  private mutating func link(_ file: Int) {
    note { _ in "link \(FakeConfiguration.paths[file])" }
    files[file].content = random.below(3)
    notify(file, .provisional)
  }

  /// Another content and back again, often just around the moment when a build reads the file.
  private mutating func saveAndRevert() {
    var file = random.below(files.count)
    var span = random.nanoseconds(upTo: random.once(in: 2) ? 3 : 200)
    if let job = buildJob, job.seen[0] == nil, !random.once(in: 3) {
      file = job.layer
      span = max(0, job.readsAt[0] - now)
    }
    let before = files[file].content
    save(file, (before + 1 + random.below(2)) % 3)
    if random.once(in: 2) { drain() }
    advance(to: now + span)
    save(file, before)
  }

  private mutating func lock() {
    guard !isLocked else { return }
    isLocked = true
    note { _ in "git begins" }
    pending.append(.git(".git/index.lock"))
  }

  mutating func unlock() {
    guard isLocked else { return }
    isLocked = false
    note { _ in "git ends" }
    pending.append(.git(nil))
  }

  /// The kernel's queue is full: what waits is lost but for the marker (and git's lock is read
  /// again).
  private mutating func overflow() {
    note { _ in "overflow" }
    save(random.below(files.count), random.below(3))
    pending = [.git(isLocked ? ".git/index.lock" : nil), .overflow]
    reasonsToBuild += 1
  }

  private mutating func breakEngine() {
    guard !engine.isDown else { return }
    note { _ in "engine down" }
    engine.isDown = true
    reasonsToBuild += 1
    guard buildJob != nil else { return }
    buildJob?.outcome = .lost
    buildJob?.endsAt = now + random.nanoseconds(upTo: 20)
  }

  mutating func repairEngine() {
    guard engine.isDown else { return }
    note { _ in "engine up" }
    engine.isDown = false
  }

  /// Somebody removes an image, at times with its stable tag.
  private mutating func removeImage() {
    let layer = random.below(4)
    // By age, for the numbers of fingerprints depend on the schedules before.
    guard let (number, image) = engine.tags[layer].min(by: { $0.value < $1.value }) else { return }
    engine.tags[layer][number] = nil
    if image == engine.stable[layer], random.once(in: 2) { engine.stable[layer] = -1 }
    note { _ in "rmi of layer \(layer), image \(image)" }
    wasRobbed = true
    reasonsToBuild += 4
  }

  private mutating func pause(_ isPaused: Bool) {
    if self.isPaused, !isPaused, !session.isSettled { reach(.held) }
    self.isPaused = isPaused
    feed(.paused(isPaused))
  }

  private mutating func request() {
    let name = FakeConfiguration.names[random.below(4)]
    let force = random.once(in: 2)
    let above = configuration.tree.above([name])
    if force {
      for layer in above { isForced[number(of: layer)] = true }
    }
    reasonsToBuild += above.count
    isConfirmed = [true, true, true, true]
    feed(.requested([name], force: force))
  }

  private mutating func reconfigure() {
    configuration = FakeConfiguration.all[random.below(FakeConfiguration.all.count)]
    salt = random.below(2)
    restart = random.once(in: 2) ? configuration.order.last : nil
    let name = restart.map { FakeConfiguration.names[$0] }
    note { "reconfigure, parents \($0.configuration.parents)" }
    answered = [-1, -1, -1, -1]
    reasonsToBuild += 4
    isConfirmed = [true, true, true, true]
    feed(.reconfigured(configuration.tree, settings(restart: name)))
    feed(.costs(costs))
  }

  private mutating func removeDockerfile(_ layer: Int) {
    guard files[layer].isPresent else { return }
    note { _ in "rm Dockerfile of \(layer)" }
    files[layer].isPresent = false
    notify(layer, .final)
  }

  mutating func restoreDockerfile(_ layer: Int) {
    guard !files[layer].isPresent else { return }
    note { _ in "restore Dockerfile of \(layer)" }
    files[layer].isPresent = true
    notify(layer, .final)
  }

  /// Some images from before, of the tree as it is or as it was. One may stand on another image
  /// than its tag says.
  mutating func prepareImages() {
    for file in files.indices { files[file].content = random.below(3) }
    let numbers = wanted(files)
    let liar = random.once(in: 4) ? random.below(4) : -1
    for layer in configuration.order {
      let parent = configuration.parents[layer]
      var base = parent < 0 ? -1 : engine.images[engine.stable[parent]].effect
      if parent >= 0, layer == liar {
        base = engine.effects.number(layer: parent, own: 0, salt: 5, parent: -1)
        reasonsToBuild += 4
      }
      let isShared = FakeConfiguration.reads(layer, FakeConfiguration.sharedFile)
      let own = Self.own(files[layer], isShared ? files[FakeConfiguration.sharedFile] : nil)
      let image = engine.make(
        layer: layer, own: own, salt: salt, base: base, nonce: 0, &table)
      engine.tags[layer][numbers[layer]] = image
      engine.stable[layer] = image
    }
    guard random.once(in: 2) else { return }
    files[random.below(files.count)].content = random.below(3)
  }

  // MARK: Policies

  /// Files that are held back after few builds, and layers that are too dear.
  mutating func choosePolicy() {
    policy.loopLimit = random.below(4)
    policy.loopQuiet = .milliseconds(200 + random.below(2000))
    policy.confirmAbove = .seconds(60)
    policy.confirmIdle = .milliseconds(100 + random.below(3000))
    for layer in isDear.indices { isDear[layer] = random.once(in: 3) }
    hook = random.once(in: 2) ? random.below(files.count) : nil
  }

  func settings(restart: LayerName?) -> Session.Settings {
    var settings = policy
    settings.restart = restart
    settings.container = restart
    return settings
  }

  var costs: [LayerName: Duration] {
    var costs: [LayerName: Duration] = [:]
    for (layer, name) in FakeConfiguration.names.enumerated() {
      costs[name] = .seconds(isDear[layer] ? 90 : 9)
    }
    return costs
  }

  /// The hook's answer to the end of a build.
  mutating func runHook() {
    guard let hook, files[hook].content != FakeFile.broken else { return }
    save(hook, (files[hook].content + 1) % 3)
  }

  // MARK: The end

  /// Everything stops; the session has to come to rest. Then everything is put right; the images
  /// have to be those of the tree.
  mutating func comeToRest(_ caughtUp: Bool) {
    note { _ in "rest" }
    hook = nil
    for file in files.indices { close(file) }
    if random.once(in: 2) { unlock() }
    repairEngine()
    pause(false)
    settle()
    guard violation == nil else { return }
    if case .upToDate = session.outcome, !lastWasIdle, !hadContainerFailure {
      fail("up to date, but idle was not reported last")
    }
    note { _ in "repair" }
    isFlaky = false
    for layer in 0..<4 { restoreDockerfile(layer) }
    for file in files.indices {
      if files[file].content == FakeFile.broken { save(file, random.below(3)) }
    }
    if wasRobbed {
      // Nobody tells of a removed image; a person says "look again".
      drain()
      feed(.lost(reason: "images were removed"))
      settle()
      wasRobbed = false
    } else if session.outcome != .upToDate || hadContainerFailure || !pending.isEmpty {
      for file in files.indices { save(file, files[file].content) }
    }
    settle()
    guard violation == nil else { return }
    if session.outcome != .upToDate { return fail("not up to date: \(session.outcome)") }
    if !lastWasIdle { fail("idle was not reported last") }
    hadContainerFailure = false
    checkTruth()
    if builds > reasonsToBuild * 4 { fail("\(builds) builds for \(reasonsToBuild) reasons") }
  }

  private mutating func settle() {
    drain()
    var count = 0
    while violation == nil, let next = nextTime {
      advance(to: next)
      count += 1
      if count > 2000 { fail("does not come to rest") }
    }
    guard violation == nil else { return }
    if !session.isSettled { fail("stalled: not settled, and nothing is to come") }
  }
}
