import LayerPlanner

/// One random schedule: a session, a tree, an engine, a git and a clock, all fake but the session.
///
/// The order that `Session.Input` promises is kept: pending notifications are delivered before
/// the end of a scan or a build is. Everything else happens whenever chance wants it.
struct Schedule {
  struct ScanJob {
    let id: Int
    let scope: Session.Scope
    let readsAt: Int64
    let endsAt: Int64
    var hasRead = false
  }

  struct MoveJob {
    let moves: [TagMove]
    let parents: [Int]
    let endsAt: Int64
  }

  struct ContainerJob {
    let image: Int
    let endsAt: Int64
    var isSuperseded = false
  }

  enum Notification {
    case change(file: Int, Change.Kind)
    case overflow
    case git(String?)
  }

  var random: SeededRandom
  var table: FingerprintTable
  var session: Session
  var now: Int64 = 1_000_000_000_000

  // The tree and what a scan has seen of it.
  var configuration: FakeConfiguration
  var salt = 0
  var files = [FakeFile](repeating: FakeFile(), count: 5)
  var index = [FakeFile](repeating: FakeFile(), count: 5)
  var isOpen = [false, false, false, false, false]
  /// Content changes that the session knows of and has not had scanned yet; those being scanned.
  var isDelivered = [false, false, false, false, false]
  var isScanned = [false, false, false, false, false]
  var isToggled = [false, false, false, false, false]
  var pending: [Notification] = []
  var isLocked = false

  // The engine and what it is doing.
  var engine = FakeEngine()
  var scanJob: ScanJob?
  /// A scan that a newer one has replaced, still to be answered from what it read long ago.
  var oldScan: (job: ScanJob, index: [FakeFile])?
  /// A query and what it has read, early or at its end.
  var queryEndsAt: Int64?
  var earlyInventory: Inventory?
  var buildJob: FakeEngine.BuildJob?
  var moveJob: MoveJob?
  var containerJob: ContainerJob?
  var isFlaky: Bool
  var isPaused = false
  var restart: Int?
  /// The file that a hook writes after every build, if there is one.
  var hook: Int?
  /// For each layer whether its builds are too dear to be done between two edits.
  var isDear = [false, false, false, false]
  /// Layers that a person has asked for since their last build.
  var isConfirmed = [false, false, false, false]
  var lastDelivery: Int64 = 0
  var policy = Session.Settings()

  // What the checks need to remember.
  var violation: String?
  var planned: [Cause?] = [nil, nil, nil, nil]
  var isForced = [false, false, false, false]
  /// What the session was last told that the tree wants; numbers.
  var latestScan = 0
  var answered = [-1, -1, -1, -1]
  var lastWasIdle = false
  /// An image did not get its tag, so what names the tag may not be done until the engine has been
  /// asked again.
  var isTagMissing = false
  /// Images were removed behind the session's back.
  var wasRobbed = false
  var hadContainerFailure = false
  var hadFailure = false
  var builds = 0
  var reasonsToBuild = 8
  /// How often the session went through what is worth reaching.
  var reached = [Int](repeating: 0, count: Reached.allCases.count)
  var trace: [String]?

  enum Reached: String, CaseIterable {
    case built, tainted, reused, cutOff, cancelled, failed, lost, moved, moveFailed, restarted,
      superseded, stale, held
  }

  init(seed: UInt64, table: FingerprintTable, isTraced: Bool) {
    random = SeededRandom(seed: seed)
    self.table = table
    self.table.trim()
    configuration = FakeConfiguration.all[random.below(FakeConfiguration.all.count)]
    isFlaky = random.once(in: 3)
    restart = random.once(in: 2) ? configuration.order.last : nil
    let name = restart.map { FakeConfiguration.names[$0] }
    session = Session(tree: configuration.tree, settings: Session.Settings(restart: name))
    if random.once(in: 3) { choosePolicy() }
    session = Session(tree: configuration.tree, settings: settings(restart: name))
    if isTraced { trace = [] }
  }

  /// Runs the schedule; nil when nothing was wrong.
  mutating func run() -> String? {
    if random.once(in: 2) { prepareImages() }
    let catchesUp = !random.once(in: 4)
    note { "start, catch-up \(catchesUp), parents \($0.configuration.parents)" }
    feed(.started(catchUp: catchesUp))
    feed(.costs(costs))
    for _ in 0..<(12 + random.below(30)) {
      guard violation == nil else { return violation }
      disturb()
      if !random.once(in: 4) { drain() }
      pass(random.once(in: 40))
    }
    comeToRest(catchesUp)
    return violation
  }

  mutating func note(_ text: (Schedule) -> String) {
    guard trace != nil else { return }
    let line = "\(now / 1000 % 1_000_000_000) \(text(self))"
    trace?.append(line)
  }

  mutating func fail(_ message: String) {
    note { _ in "VIOLATION \(message)" }
    if violation == nil { violation = message }
  }

  // MARK: The clock

  /// Lets some time pass: none, a moment or long; `jumps` when the machine slept meanwhile.
  private mutating func pass(_ jumps: Bool) {
    let span: Int64
    switch random.below(8) {
    case 0: span = 0
    case 1, 2: span = random.nanoseconds(upTo: 4)
    case 3, 4: span = random.nanoseconds(upTo: 30)
    case 5: span = random.nanoseconds(upTo: 300)
    case 6: span = random.nanoseconds(upTo: 1500)
    default: span = random.nanoseconds(upTo: 9000)
    }
    advance(to: now + span, jumps: jumps)
  }

  /// Does everything that falls due until `end`; after a jump all of it at once, late.
  mutating func advance(to end: Int64, jumps: Bool = false) {
    if jumps { now = end }
    var count = 0
    while violation == nil, let next = nextTime, next <= end {
      now = max(now, next)
      performDue()
      count += 1
      if count > 5000 { fail("busy: \(count) steps in one span") }
    }
    now = max(now, end)
  }

  /// When something happens by itself next.
  var nextTime: Int64? {
    var next = session.deadline?.nanoseconds ?? .max
    if let job = scanJob { next = min(next, job.hasRead ? job.endsAt : job.readsAt) }
    if let old = oldScan { next = min(next, old.job.endsAt) }
    if let time = queryEndsAt { next = min(next, time) }
    if let job = buildJob {
      next = min(next, job.endsAt)
      for part in 0..<2 where job.seen[part] == nil { next = min(next, job.readsAt[part]) }
    }
    if let job = moveJob { next = min(next, job.endsAt) }
    if let job = containerJob { next = min(next, job.endsAt) }
    return next == .max ? nil : next
  }

  private mutating func performDue() {
    for part in 0..<2 {
      guard let job = buildJob, job.seen[part] == nil, job.readsAt[part] <= now else { continue }
      buildJob?.seen[part] = files[part == 0 ? job.layer : FakeConfiguration.sharedFile]
    }
    if let job = scanJob, !job.hasRead, job.readsAt <= now { read(job.scope) }
    if let job = scanJob, job.endsAt <= now {
      drain()
      // A newer scan may have taken its place while the notifications were delivered.
      guard scanJob?.id == job.id else { return answer(job, index) }
      scanJob = nil
      isScanned = [false, false, false, false, false]
      answer(job, index)
    }
    if let old = oldScan, old.job.endsAt <= now {
      oldScan = nil
      answer(old.job, old.index)
    }
    if let time = queryEndsAt, time <= now {
      queryEndsAt = nil
      let reply = earlyInventory ?? engine.inventory(table)
      if !engine.isDown { isTagMissing = false }
      feed(.images(engine.isDown ? .unreachable("down") : .inventory(reply)))
    }
    if let job = buildJob, job.endsAt <= now { endBuild() }
    if let job = moveJob, job.endsAt <= now { endMove(job) }
    if let job = containerJob, job.endsAt <= now { endContainer(job) }
    if let deadline = session.deadline?.nanoseconds, deadline <= now {
      feed(.tick)
      if let later = session.deadline?.nanoseconds, later <= now {
        fail("the deadline has passed and stays")
      }
    }
  }

  // MARK: The session

  mutating func feed(_ input: Session.Input) {
    note { _ in "  <- \(input)" }
    let actions = session.handle(input, at: Instant(nanoseconds: now))
    for action in actions {
      note { _ in "     -> \(action)" }
      perform(action)
    }
  }

  /// Delivers the notifications that wait in the kernel's queue, in order.
  mutating func drain() {
    var changes: [Change] = []
    let waiting = pending
    pending = []
    for notification in waiting {
      switch notification {
      case .change(let file, let kind):
        let readers = configuration.readers[file]
        guard !readers.isEmpty else { continue }
        isDelivered[file] = true
        lastDelivery = now
        let path = FakeConfiguration.paths[file]
        changes.append(Change(path: path, kind: kind, readers: readers))
        guard random.once(in: 3) else { continue }
        feed(.changed(changes))
        changes = []
      case .overflow:
        if !changes.isEmpty { feed(.changed(changes)) }
        changes = []
        feed(.lost(reason: "queue overflow"))
      case .git(let lock):
        if !changes.isEmpty { feed(.changed(changes)) }
        changes = []
        feed(.git(lock: lock))
      }
    }
    if !changes.isEmpty { feed(.changed(changes)) }
  }

  // MARK: Scans

  private mutating func read(_ scope: Session.Scope) {
    scanJob?.hasRead = true
    switch scope {
    case .everything: index = files
    case .paths(let paths):
      for file in files.indices where paths.contains(FakeConfiguration.paths[file]) {
        index[file] = files[file]
      }
    }
  }

  private mutating func answer(_ job: ScanJob, _ index: [FakeFile]) {
    var fingerprints: [LayerName: Fingerprint] = [:]
    var problems: [LayerName: String] = [:]
    var recipes: [LayerName: Fingerprint] = [:]
    let numbers = wanted(index)
    for layer in configuration.order {
      if numbers[layer] >= 0 {
        fingerprints[FakeConfiguration.names[layer]] = table.fingerprint(numbers[layer])
        recipes[FakeConfiguration.names[layer]] =
          table.fingerprint(table.recipe(numbers[layer]))
      } else if !index[layer].isPresent {
        problems[FakeConfiguration.names[layer]] = "no Dockerfile"
      }
    }
    if job.id == latestScan { answered = numbers }
    feed(
      .scanned(
        Scan(id: job.id, fingerprints: fingerprints, problems: problems, recipes: recipes)))
  }

  /// For each layer the number of the build that these files want, -1 when there can be none.
  mutating func wanted(_ files: [FakeFile]) -> [Int] {
    var numbers = [-1, -1, -1, -1]
    for layer in configuration.order {
      let parent = configuration.parents[layer]
      guard files[layer].isPresent, parent < 0 || numbers[parent] >= 0 else { continue }
      let isShared = FakeConfiguration.reads(layer, FakeConfiguration.sharedFile)
      let shared = files[FakeConfiguration.sharedFile]
      numbers[layer] = table.number(
        layer: layer, own: Self.own(files[layer], isShared ? shared : nil), salt: salt,
        parent: parent < 0 ? -1 : numbers[parent])
    }
    return numbers
  }

  static func own(_ file: FakeFile, _ shared: FakeFile?) -> Int {
    file.content | (file.isExecutable ? 4 : 0) | (shared?.content ?? 0) << 3
  }
}
