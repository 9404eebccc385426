/// Decides what has to be copied into the container: changes of the host in, paths to look at and
/// things to send out.
///
/// It has no clock and reads nothing. What changed waits in a queue until it is looked at; what is
/// found is compared with what the container is thought to hold, and what differs is sent. A path
/// that is being written waits until its writer has closed it. What was sent and got no answer, or
/// a bad one, is doubted and comes into the queue again.
public struct LiveSync: Sendable {
  /// A path that has to be looked at.
  public struct Job: Hashable, Sendable {
    /// The path.
    public let path: RepositoryPath
    /// When it was first noted that it changed.
    public var since: Instant
    /// Whether it is sent although it looks like what the container is thought to hold.
    var isForced = false
    /// Whether only attributes changed.
    var isAttributes = false
    /// Whether everything below it is looked at, too.
    var isDeep = false
    /// Whether nothing changed: it is only sent again, to another container or another run of it.
    public internal(set) var isReplay = false
    /// The number of the change, which counts up.
    var change = 0
  }

  /// A path that is being written, or may be.
  private struct Writing: Sendable {
    var job: Job
    var wait: Duration
    var due: Instant
    var latest: Instant
  }

  /// The first wait for a writer that was not seen to close its file; doubled each time.
  static let firstWait: Duration = .milliseconds(10)
  static let longestWait: Duration = .milliseconds(320)
  /// A file that somebody keeps open is sent when it has not changed for this long.
  static let patience: Duration = .seconds(2)

  /// What is known of the container's content.
  public private(set) var journal: SyncJournal
  private var shown = ShownTree()
  private var queue: [RepositoryPath] = []
  private var next = 0
  private var jobs: [RepositoryPath: Job] = [:]
  private var writing: [RepositoryPath: Writing] = [:]
  /// What could not be sent; it is tried again with the next save.
  private var failed: Set<RepositoryPath> = []
  /// How many changes have been noted.
  private var changes = 0
  /// The fingerprints of the container's layer that were computed, each with the number of the last
  /// change that it has seen.
  private var scans: [Fingerprint: Int] = [:]
  private var scanning = 0
  /// The last change that an image was trusted to hold: older images lack some of it.
  private var settled = 0

  /// Live sync that goes on from what was written down.
  public init(journal: SyncJournal) { self.journal = journal }

  // MARK: Changes

  /// Takes in that `path` may have changed. A directory that came, went or was replaced voids what
  /// is known below it.
  public mutating func note(
    _ path: RepositoryPath, _ kind: Change.Kind, isDirectory: Bool, at now: Instant
  ) {
    changes += 1
    var job = Job(path: path, since: now, change: changes)
    job.isAttributes = kind == .attributes
    // Two saves of the same size may have the same time: a file that was written is never compared.
    job.isForced = kind != .attributes && !isDirectory
    if kind == .final { retryFailed(at: now) }
    if isDirectory, kind != .attributes {
      add(job)
      noteShown(below: path, at: now)
    } else if kind == .provisional, !isDirectory {
      wait(for: taken(path) ?? job, at: now)
    } else if kind == .attributes, writing[path] != nil {
      return
    } else {
      if let known = writing.removeValue(forKey: path) { job.since = known.job.since }
      add(job)
    }
  }

  /// Takes in that anything below `roots` may have changed.
  public mutating func noteEverything(_ roots: [RepositoryPath], at now: Instant) {
    noteEverything(roots, isReplay: false, at: now)
  }

  private mutating func noteEverything(
    _ roots: [RepositoryPath], isReplay: Bool, at now: Instant
  ) {
    changes += 1
    for root in roots {
      add(Job(path: root, since: now, isDeep: true, isReplay: isReplay, change: changes))
      noteShown(below: root, isReplay: isReplay, at: now)
    }
  }

  private mutating func noteShown(
    below path: RepositoryPath, isReplay: Bool = false, at now: Instant
  ) {
    var stack = Array(shown.children(of: path))
    while let next = stack.popLast() {
      stack += shown.children(of: next)
      guard writing[next] == nil else { continue }
      add(Job(path: next, since: now, isReplay: isReplay, change: changes))
    }
  }

  private mutating func retryFailed(at now: Instant) {
    guard !failed.isEmpty else { return }
    let paths = failed
    failed = []
    for path in paths { add(Job(path: path, since: now, isForced: true, change: changes)) }
  }

  private mutating func add(_ job: Job) {
    guard var known = jobs[job.path] else {
      jobs[job.path] = job
      queue.append(job.path)
      return
    }
    known.isForced = known.isForced || job.isForced
    known.isDeep = known.isDeep || job.isDeep
    known.isReplay = known.isReplay && job.isReplay
    known.isAttributes = known.isAttributes && job.isAttributes
    known.change = max(known.change, job.change)
    jobs[job.path] = known
  }

  private mutating func taken(_ path: RepositoryPath) -> Job? {
    jobs.removeValue(forKey: path) ?? writing[path]?.job
  }

  private mutating func wait(for job: Job, at now: Instant) {
    var job = job
    job.change = changes
    writing[job.path] = Writing(
      job: job, wait: Self.firstWait, due: now.advanced(by: Self.firstWait), latest: now)
  }

  // MARK: Looking

  /// Whether there is something to look at now.
  public var hasJobs: Bool { !jobs.isEmpty }

  /// How many paths wait to be looked at.
  public var jobCount: Int { jobs.count }

  /// When a file that is being written has to be looked at again; nil when there is none.
  public var deadline: Instant? { writing.values.map(\.due).min() }

  /// Moves the files whose wait is over into the queue.
  public mutating func tick(at now: Instant) {
    for (path, entry) in writing where entry.due <= now {
      add(entry.job)
      // It stays known as being written until it was looked at.
      writing[path]?.due = Instant(nanoseconds: .max)
    }
  }

  /// The next path to look at; nil when there is none.
  public mutating func takeJob() -> Job? {
    while next < queue.count {
      let path = queue[next]
      next += 1
      if next == queue.count {
        queue = []
        next = 0
      }
      if let job = jobs.removeValue(forKey: path) { return job }
    }
    return nil
  }

  /// Takes in that the file of `job` is open for writing. False when it was waited for long enough,
  /// and it is to be sent as it is.
  public mutating func isBeingWritten(_ job: Job, size: Int64, at now: Instant) -> Bool {
    let known = writing[job.path]
    let latest = known?.latest ?? now
    // An empty file was most likely cut for what comes now.
    if size > 0, now.since(latest) >= Self.patience {
      writing[job.path] = nil
      return false
    }
    let wait = min((known?.wait ?? Self.firstWait) * 2, Self.longestWait)
    writing[job.path] = Writing(
      job: job, wait: wait, due: now.advanced(by: wait), latest: latest)
    return true
  }

  /// Takes in that `path` changed while it was read.
  public mutating func again(_ job: Job) { add(job) }

  /// What is found at the path of a job. True when it differs from what the container holds and is
  /// to be sent; the journal has a note of it then.
  ///
  /// - Parameters:
  ///   - names: for a directory, what it holds when everything below is to be looked at.
  ///   - isInput: whether an image of the container is built from it.
  public mutating func found(
    _ entry: HostEntry, _ job: Job, names: [[UInt8]] = [], isInput: Bool
  ) -> Bool {
    let path = job.path
    writing[path] = nil
    let before = shown[path]
    for name in names { add(child(name, of: job)) }
    if case .absent = entry {
      // What was deleted may be in the image of a container that came after.
      guard
        before != nil || !shown.children(of: path).isEmpty || journal.known.contains(path)
          || journal.sent[path] != nil
      else { return false }
    } else if !job.isForced, before == .entry(entry) {
      return false
    } else if job.isAttributes, !job.isForced, Self.differ(before, entry) == false {
      shown.set(path, .entry(entry))
      return false
    }
    if case .directory = entry {} else if case .entry(.directory) = before { shown.remove(path) }
    shown.set(path, .entry(entry))
    journal.note(
      path, change: job.change, isPlain: isInput && !job.isAttributes && Self.isPlain(entry))
    return true
  }

  /// Looks at everything in a directory that is not copied itself.
  public mutating func expand(_ job: Job, names: [[UInt8]]) {
    guard job.isDeep else { return }
    for name in names { add(child(name, of: job)) }
  }

  /// Takes in that a file is not copied, as it is not meant to be.
  public mutating func left(_ job: Job, _ entry: HostEntry) {
    writing[job.path] = nil
    shown.set(job.path, .entry(entry))
  }

  private func child(_ name: [UInt8], of job: Job) -> Job {
    Job(
      path: job.path.appending(name), since: job.since, isForced: job.isForced, isDeep: true,
      isReplay: job.isReplay, change: job.change)
  }

  /// Whether a listing of the directory is wanted.
  public func wantsNames(_ job: Job) -> Bool { job.isDeep }

  /// Whether permissions or the kind of thing differ.
  private static func differ(_ before: ShownTree.Shown?, _ entry: HostEntry) -> Bool {
    guard case .entry(.file(let old)) = before, case .file(let new) = entry else { return true }
    return old.mode != new.mode
  }

  /// Whether the fingerprint of a layer says all that there is to say of it.
  private static func isPlain(_ entry: HostEntry) -> Bool {
    switch entry {
    case .absent, .link: true
    case .directory: false
    case .file(let signature): [0o644, 0o755].contains(signature.mode & 0o7777)
    }
  }

  // MARK: Answers

  /// Takes in that these could not be copied: they are tried again with the next save.
  public mutating func failed(_ paths: [RepositoryPath]) {
    for path in paths {
      shown.set(path, .unknown)
      failed.insert(path)
    }
  }

  /// Takes in that no answer will come for these: they are sent again.
  public mutating func lost(_ paths: [RepositoryPath], at now: Instant) {
    for path in paths {
      shown.set(path, .unknown)
      add(Job(path: path, since: now, isForced: true, change: changes))
    }
  }

  // MARK: The container

  /// Takes over what is on the host at the start, thought to be in the container as well.
  public mutating func begin(_ entries: [(path: RepositoryPath, entry: HostEntry)]) {
    for (path, entry) in entries { shown.set(path, .entry(entry)) }
    for path in journal.known where shown[path] == nil { shown.set(path, .unknown) }
  }

  /// The inputs are about to be read for a fingerprint.
  public mutating func scanBegan() { scanning = changes }

  /// The scan that began last gave this fingerprint of the container's layer.
  public mutating func scanned(_ fingerprint: Fingerprint) {
    if scans.count > 64 { scans = [:] }
    scans[fingerprint] = scanning
  }

  /// Takes in that there is a session with a container. What was sent to it, or to the one before,
  /// and is not in its image, is sent again, unless the container has gone on running meanwhile.
  ///
  /// - Parameters:
  ///   - container: the container's ID.
  ///   - content: the fingerprint of its image, if it has one of ours.
  ///   - isSameRun: whether it has not been started anew since the last session.
  public mutating func connected(
    to container: String, content: Fingerprint?, isSameRun: Bool, roots: [RepositoryPath],
    at now: Instant
  ) {
    if isSameRun, journal.container == container { return }
    changes += 1
    failed = []
    let wasEverything = journal.isEverything
    if journal.container != container {
      let seen = isKnown(content) ? content.flatMap { scans[$0] } : nil
      settled = max(settled, seen ?? 0)
      journal.begin(container: container, known: shown.paths, seen: seen)
    }
    if wasEverything { return sendEverything(roots, at: now) }
    for (path, sent) in journal.sent.sorted(by: { $0.key < $1.key }) where writing[path] == nil {
      add(
        Job(path: path, since: now, isForced: true, isReplay: true, change: sent.change))
    }
  }

  /// Whether a fingerprint of the container's layer was computed yet.
  public var hasScans: Bool { !scans.isEmpty }

  /// Whether an image with this content holds everything but what the journal says.
  public func isKnown(_ content: Fingerprint?) -> Bool {
    guard let seen = content.flatMap({ scans[$0] }) else { return false }
    return seen >= settled
  }

  /// Takes in that the journal's file has all that the journal has.
  public mutating func wroteJournal() { journal.isWritten() }

  /// Sends everything below `roots`, whatever the container is thought to hold.
  public mutating func sendEverything(_ roots: [RepositoryPath], at now: Instant) {
    shown.doubtEverything()
    noteEverything(roots, isReplay: true, at: now)
  }
}
