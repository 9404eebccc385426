import LayerPlanner

/// Live sync: carries what changes on the host into the running container. What is to be sent is
/// decided by `LiveSync`; here it is read, sent, and the answers are taken in.
final class SyncWork: LoopParticipant {
  /// What the configuration says, and what is told to whom.
  struct Setup {
    var rules: SyncRules
    /// The container's name.
    var container: String
    /// How long the container may take to end when it is restarted, in whole seconds.
    var stopTimeout: Int
    /// Whether a container that runs another image than the tree's is replaced.
    var isReplacing: Bool
    /// What the label of a container of ours says.
    var owner: String
    let report: (Event) -> Void
    /// Takes a line that a hook printed.
    let hookOutput: (String) -> Void
    /// Something could not be copied.
    let failed: () -> Void
  }

  /// How things stand between the watcher and the container.
  enum Connection {
    /// Nothing is done until `connect`.
    case idle
    /// The engine is asked for the container.
    case asking
    /// A session is being opened.
    case opening(pid: Int32, until: Int64)
    /// Batches can be sent.
    case open(pid: Int32, hasArchiver: Bool)
    /// By another way than a session; every batch is a command of its own.
    case batches(SyncWay)
    /// There is no container to send to; it is looked for again at this time.
    case waiting(until: Int64)
  }

  /// A group of parcels that was sent and not answered.
  struct Flight {
    let number: Int
    let parcels: [SyncParcel]
    let since: Instant
  }

  var setup: Setup
  let engine: Engine
  let tree: HostTree
  let journalFile: JournalFile
  var live: LiveSync
  var connection = Connection.idle
  /// The container that the connection is with, or was.
  var container: SyncContainer?
  /// The program of the last session, and the run of the container that it was in.
  var remote: (program: SyncProgram.Process, container: SyncContainer, run: String)?
  var flights: [Flight] = []
  private var nextGroup = 1
  /// In a burst, when the next batch may be sent.
  private var burstUntil: Int64 = 0
  /// What was copied since the container last had everything, for the event.
  private var copied: (paths: [RepositoryPath], since: Instant)?
  /// For each section what was copied since its hook last ran.
  var touched: [Int: [RepositoryPath]] = [:]
  var hook: RunningHook?
  var isRestarting = false
  /// What was said last of a thing that goes on failing.
  var said: Set<String> = []
  /// An incomplete line of the session's output.
  var partialLine: [UInt8] = []
  var retries = 0
  var eventsPID: Int32?
  var isStopped = false
  /// Whether the container's image was compared with the tree since there is a connection with it.
  var isCompared = false

  /// The most parcels of a batch, the most bytes, and the most groups without an answer.
  private static let batchParcels = 1000
  private static let batchBytes = 4 << 20
  private static let mostFlights = 64
  /// So many parcels are the middle of a burst; then nothing is sent for this long, in nanoseconds,
  /// unless a batch is full.
  private static let burstParcels = 20
  private static let burstPause: Int64 = 80_000_000

  init(setup: Setup, engine: Engine, root: [UInt8], journalFile: JournalFile) {
    self.setup = setup
    self.engine = engine
    tree = HostTree(root: root)
    self.journalFile = journalFile
    live = LiveSync(journal: journalFile.read())
    ignoreLeaseBreaks()
  }

  var roots: [RepositoryPath] { setup.rules.sections.map(\.path) }

  /// Takes in what is on the host; the watches are in place. Then looks for the container.
  func start() {
    var entries: [(path: RepositoryPath, entry: HostEntry)] = []
    for section in setup.rules.sections {
      entries += tree.walk(section.path) { path, isDirectory in
        !self.setup.rules.sections(covering: path, isDirectory: isDirectory).isEmpty
      }
    }
    live.begin(entries)
    connect()
  }

  /// Ends the session for good.
  func stop() {
    isStopped = true
    for pid in [sessionPID, eventsPID, hook?.pid] {
      if let pid { engine.terminate(pid) }
    }
  }

  private var sessionPID: Int32? {
    switch connection {
    case .opening(let pid, _), .open(let pid, _): pid
    case .idle, .asking, .batches, .waiting: nil
    }
  }

  /// Takes edited rules over: everything is looked at again.
  func replace(_ setup: Setup) {
    self.setup = setup
    live.sendEverything(roots, at: now)
    flush()
  }

  var now: Instant { Instant(nanoseconds: monotonicNanoseconds()) }

  // MARK: Changes

  /// Takes in what the watcher saw. `flush` has to follow.
  func note(_ path: RepositoryPath, _ kind: Change.Kind, isDirectory: Bool) {
    for root in roots where root != path && root.isWithin(path) {
      live.noteEverything([root], at: now)
    }
    if roots.contains(path) {
      if kind != .attributes { live.noteEverything([path], at: now) }
    } else if roots.contains(where: { path.isWithin($0) }) {
      live.note(path, kind, isDirectory: isDirectory, at: now)
      if kind == .final { cancelHook(for: path) }
    }
  }

  /// Takes in that anything may have changed.
  func noteEverything() {
    live.noteEverything(roots, at: now)
  }

  // MARK: Sending

  /// Sends what waits, as far as answers are not outstanding.
  func flush() {
    if isStopped { return }
    switch connection {
    case .open(let pid, let hasArchiver):
      guard mayBegin(at: now.nanoseconds) else { return finishRound() }
      let batch = nextBatch()
      guard writeJournal(for: batch.parcels) else { return }
      guard !batch.parcels.isEmpty else { return finishRound() }
      let script = SyncScript(
        batch.parcels, sections: setup.rules.sections, firstGroup: nextGroup,
        hasArchiver: hasArchiver)
      nextGroup += script.groups.count
      for group in script.groups {
        flights.append(
          Flight(
            number: group.number, parcels: group.parcels.map { batch.parcels[$0] },
            since: batch.since))
      }
      if batch.parcels.count >= Self.burstParcels {
        burstUntil = now.nanoseconds + Self.burstPause
      }
      engine.send(pid, script.bytes)
    case .batches(let way):
      guard flights.isEmpty, live.hasJobs else { return finishRound() }
      let batch = nextBatch()
      guard writeJournal(for: batch.parcels) else { return }
      guard !batch.parcels.isEmpty else { return finishRound() }
      flights = [Flight(number: nextGroup, parcels: batch.parcels, since: batch.since)]
      nextGroup += 1
      sendArchive(batch.parcels, way)
    case .idle, .asking, .opening, .waiting: return
    }
  }

  /// Whether another batch may be sent now. In a burst few large ones are sent, not many small ones:
  /// one that is not full waits for the answer to the one before, and a while after a large one.
  private func mayBegin(at time: Int64) -> Bool {
    guard live.hasJobs else { return false }
    if live.jobCount >= Self.batchParcels { return flights.count < Self.mostFlights }
    return flights.isEmpty && time >= burstUntil
  }

  /// Looks at what waits, until there is enough for one batch.
  private func nextBatch() -> (parcels: [SyncParcel], since: Instant) {
    var parcels: [SyncParcel] = []
    var bytes = 0
    var since = now
    while parcels.count < Self.batchParcels, bytes < Self.batchBytes, let job = live.takeJob() {
      let found = look(job)
      if !found.isEmpty { since = min(since, job.since) }
      for parcel in found {
        if case .file(_, _, let contents) = parcel.content { bytes += contents.count }
        parcels.append(parcel)
      }
    }
    return (parcels, since)
  }

  /// What has to be sent for one path, to each of its sections.
  private func look(_ job: LiveSync.Job) -> [SyncParcel] {
    let path = job.path
    if let root = roots.first(where: { $0 == path }) { return lookAtRoot(root, job) }
    guard let top = roots.first(where: { path.isWithin($0) }) else { return [] }
    var entry: HostEntry
    do {
      entry = try tree.look(at: path, below: top)
    } catch {
      warn("\(path) is not copied: \(error.description)")
      return []
    }
    let isDirectory = if case .directory = entry { true } else { false }
    let sections = setup.rules.sections(
      covering: path, isDirectory: isDirectory || entry == .absent)
    guard !sections.isEmpty else { return [] }
    var contents: [UInt8] = []
    if case .file = entry {
      switch readContent(job) {
      case .entry(let found, let bytes): (entry, contents) = (found, bytes)
      case .later: return []
      }
    }
    let names = isDirectory && live.wantsNames(job) ? tree.names(in: path) : []
    guard
      live.found(entry, job, names: names, isInput: setup.rules.isInput(path))
    else { return [] }
    return sections.map { number in
      SyncParcel(
        section: number, path: path, inside: setup.rules.sections[number].inside(path),
        content: Self.content(entry, contents), isReplay: job.isReplay)
    }
  }

  private static func content(_ entry: HostEntry, _ bytes: [UInt8]) -> SyncParcel.Content {
    switch entry {
    case .absent: .nothing
    case .directory(let mode): .directory(mode: mode)
    case .link(let target): .link(target: target)
    case .file(let signature):
      .file(
        mode: signature.mode & 0o7777, time: signature.mtime / 1_000_000_000, bytes: bytes)
    }
  }

  /// A section's own directory is never copied, only what is in it.
  private func lookAtRoot(_ root: RepositoryPath, _ job: LiveSync.Job) -> [SyncParcel] {
    live.expand(job, names: tree.names(in: root))
    return []
  }

  private enum Reading {
    case entry(HostEntry, [UInt8])
    case later
  }

  private func readContent(_ job: LiveSync.Job) -> Reading {
    do {
      switch try tree.read(job.path, evenIfOpen: false) {
      case .whole(let signature, let bytes): return .entry(.file(signature), bytes)
      case .gone: return .entry(.absent, [])
      case .changed:
        live.again(job)
        return .later
      case .tooLarge(let signature):
        warn(
          "\(job.path) is not copied: it has more than \(HostTree.mostBytes >> 20) MiB; "
            + "it comes with the next image")
        setup.failed()
        live.left(job, .file(signature))
        return .later
      case .beingWritten(let size):
        if live.isBeingWritten(job, size: size, at: now) { return .later }
        guard case .whole(let signature, let bytes) = try tree.read(job.path, evenIfOpen: true)
        else {
          live.again(job)
          return .later
        }
        return .entry(.file(signature), bytes)
      }
    } catch {
      warn("\(job.path) is not copied: \(error.description)")
      return .later
    }
  }

  private func writeJournal(for parcels: [SyncParcel]) -> Bool {
    do {
      try journalFile.append(live.journal.unwritten)
      live.wroteJournal()
      return true
    } catch {
      warn("nothing is copied, since what is copied cannot be noted: \(error.description)")
      live.failed(parcels.map(\.path))
      return false
    }
  }

  // MARK: Answers

  /// Takes in that a group is in the container.
  func done(_ flight: Flight) {
    let paths = flight.parcels.map(\.path)
    for parcel in flight.parcels where !parcel.isReplay {
      touched[parcel.section, default: []].append(parcel.path)
    }
    let since = copied.map { min($0.since, flight.since) } ?? flight.since
    copied = ((copied?.paths ?? []) + paths, since)
    if flights.isEmpty { flush() }
  }

  /// Takes in that a group is not.
  func failed(_ flight: Flight, _ cause: String) {
    let paths = flight.parcels.map(\.path)
    live.failed(paths)
    let first = paths.first.map(\.description) ?? ""
    let rest = paths.count > 1 ? " and \(paths.count - 1) more" : ""
    warn(
      "\(first)\(rest) could not be copied to \(setup.container): \(cause); "
        + "it is tried again with the next save")
    setup.failed()
    if flights.isEmpty { flush() }
  }

  /// Everything that could be sent was, and answered: says so, and does what follows a copy.
  private func finishRound() {
    guard flights.isEmpty, !live.hasJobs else { return }
    if let copied {
      self.copied = nil
      var seen: Set<RepositoryPath> = []
      let paths = copied.paths.filter { seen.insert($0).inserted }
      let milliseconds = Double(now.since(copied.since).nanoseconds) / 1e6
      setup.report(
        .synced(paths: paths, container: setup.container, milliseconds: milliseconds))
      said = []
    }
    startFollowUps()
  }

  /// Says something once, until things go well again.
  func warn(_ message: String) {
    guard said.insert(message).inserted else { return }
    setup.report(.warning(message: message))
  }

  // MARK: The loop

  var descriptors: [(number: Int32, events: Int32)] { [] }

  var deadline: Int64? {
    var due = live.deadline?.nanoseconds
    func consider(_ time: Int64) { due = min(due ?? time, time) }
    if case .waiting(let until) = connection { consider(until) }
    if case .opening(_, let until) = connection { consider(until) }
    if case .open = connection, live.hasJobs {
      if mayBegin(at: .max) { consider(mayBegin(at: burstUntil - 1) ? 0 : burstUntil) }
    }
    if case .batches = connection, live.hasJobs, flights.isEmpty { consider(0) }
    return due
  }

  func drain() {}

  func tick(now time: Int64) {
    live.tick(at: Instant(nanoseconds: time))
    if case .waiting(let until) = connection, until <= time { connect() }
    if case .opening(let pid, let until) = connection, until <= time {
      // A client may wait for ever for a container that died just then.
      connection = .opening(pid: pid, until: .max)
      engine.terminate(pid)
    }
    flush()
  }
}
