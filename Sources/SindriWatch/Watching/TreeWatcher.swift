import Glibc
import LayerPlanner

/// Watches a directory tree with inotify and loses nothing.
///
/// It is driven by the caller's poll(2) loop: poll `descriptors` until `deadline`, call `ready`
/// for each descriptor that has something, and `tick` when the deadline has passed. All of it
/// happens in the caller's thread and nothing blocks, but a directory that is moved in, or a lost
/// queue, is read in one go.
///
/// The principle: an event is only a hint to look at a path again; a directory is first watched,
/// then read; what cannot be known is reported as lost, never dropped.
///
/// Not reported, because the kernel does not tell:
/// - writes through another name of a file with several hard links, in or out of the tree: only
///   the name that was opened is reported;
/// - writes to the upper directory of an overlay behind the merged view;
/// - writes through a memory mapping before the file is closed (the close is reported);
/// - on network file systems, what other machines do: these are polled, see `PollFallback`.
///
/// Directories called `.git`, and the git directory of the repository, are never watched in depth.
final class TreeWatcher {
  /// Which parts of the tree are looked at regularly.
  enum Polling {
    /// Those on file systems that do not report every change.
    case whereSilent
    /// All of it: for a file system that is silent and not known to be.
    case everything
    /// None, as long as there are watches enough.
    case nothing
  }

  /// What may differ between uses.
  struct Options {
    /// How often what inotify cannot see is looked at.
    var pollInterval: Duration = .seconds(2)
    /// Whether the tree is looked at regularly, besides being watched.
    var polling = Polling.whereSilent
    /// The first pause between two rescans of a tree whose event queue keeps overflowing; it
    /// doubles up to five seconds.
    var rescanPause: Duration = .milliseconds(100)
    /// Consulted before each system call that can fail or be late; for tests.
    var injector: FaultInjector?
    /// The time in nanoseconds; for tests.
    var clock: () -> Int64 = monotonicNanoseconds
  }

  /// The watched root: absolute, without symbolic links or a trailing slash.
  let root: [UInt8]
  /// Whether the directory at a path relative to the root is to be watched. Asked before a watch is
  /// added; a refused directory costs nothing and is not reported, nor is anything below it.
  var shouldWatch: (ArraySlice<UInt8>) -> Bool
  let options: Options

  var inotify: Inotify
  var map = DirectoryMap()
  /// Directories that wait to be read; entries whose node is not `pending` any more are stale.
  var unread: [DirectoryMap.Node] = []
  var reader = DirectoryReader()
  /// What has been seen and not been handed over yet.
  var outbox: [WatchEvent] = []
  /// Whether nothing is handed over for now: the tree is being read anew.
  var holdsBack = true
  var guardian: RootGuard
  var git: GitState
  var fallback: PollFallback
  /// Directories that may not be read, to be tried again when their permissions change.
  var unreadable: Set<RepositoryPath> = []
  var rescan = RescanSchedule()
  /// How often the kernel's queue has overflowed.
  var overflows = 0

  /// Watches the tree at `root` (an absolute path). Returns when every directory is watched: any
  /// change of the disk from then on is reported. What is on the disk must be read after that.
  init(
    root: [UInt8], options: Options = Options(),
    shouldWatch: @escaping (ArraySlice<UInt8>) -> Bool
  ) throws(WatchError) {
    let canonical = try Self.canonical(root)
    self.root = canonical
    self.options = options
    self.shouldWatch = shouldWatch
    inotify = try Self.newInstance()
    guardian = RootGuard(root: canonical)
    git = GitState(root: canonical)
    fallback = PollFallback(interval: options.pollInterval.nanoseconds)
    start()
    if case .gone(let error) = guardian.state { throw .root(error) }
    do { try settle { _ in } } catch { throw .system(error) }
    if unreadable.contains(.root) {
      let subject = String(decoding: canonical, as: UTF8.self)
      throw .root(SystemError(call: "inotify_add_watch", subject: subject, number: EACCES))
    }
    dropChanges()
    holdsBack = false
    unread = []
    map.trim()
    releaseStartUpCode()
  }

  /// What the loop polls, with the events to poll for.
  var descriptors: [pollfd] {
    var polled = [pollfd(fd: inotify.descriptor.number, events: Int16(POLLIN), revents: 0)]
    if let mounts = guardian.mounts {
      polled.append(pollfd(fd: mounts.descriptor, events: Int16(POLLPRI), revents: 0))
    }
    return polled
  }

  /// When `tick` wants to be called, in nanoseconds of the monotonic clock; nil for never.
  var deadline: Int64? {
    // Something is left to hand over: any time will do.
    if !outbox.isEmpty { return 0 }
    return [rescan.due, fallback.due].compactMap { $0 }.min()
  }

  /// Handles everything that is queued on `descriptor`, one of `descriptors` that poll(2) reported.
  func ready(_ descriptor: Int32, into sink: (WatchEvent) -> Void) {
    if descriptor == guardian.mounts?.descriptor { checkMounts() }
    drain(into: sink)
  }

  /// Reads everything that is queued and hands over what it means.
  func drain(into sink: (WatchEvent) -> Void) {
    deliver(to: sink)
    do {
      try settle(sink)
    } catch {
      outbox.append(.warning("\(error); the tree is read again"))
      rescan.plan(now: options.clock(), pause: options.rescanPause.nanoseconds)
    }
    deliver(to: sink)
  }

  /// Does what is due: the poll of what inotify cannot see, and a rescan that was put off.
  func tick(_ now: Int64, into sink: (WatchEvent) -> Void) {
    if let due = rescan.due, due <= now { restart() }
    if let due = fallback.due, due <= now { pollUnwatched(now) }
    drain(into: sink)
  }

  /// Starts over with new watches, as after a change of what is to be ignored. `lost` is reported
  /// with `reason` when the watches are in place.
  func restart(reason: String, into sink: (WatchEvent) -> Void) {
    rescan.reason = reason
    restart()
    drain(into: sink)
  }

  /// Whether git is rewriting the tree right now, read from the disk.
  func readGitState() -> Bool { git.readBusy() }

  // MARK: - Inside

  func deliver(to sink: (WatchEvent) -> Void) {
    guard !outbox.isEmpty, !holdsBack else { return }
    let events = outbox
    outbox = []
    for event in events { sink(event) }
  }

  /// Forgets changes that whoever reads the whole tree from now on sees anyway. They must not come
  /// after that: they make void what was found then and was not reported.
  func dropChanges() {
    outbox.removeAll { if case .changed = $0 { true } else { false } }
  }

  /// Handles queued records and unread directories until there are none.
  private func settle(_ sink: (WatchEvent) -> Void) throws(SystemError) {
    while true {
      try readQueue(sink)
      if readSomeDirectories(sink) { continue }
      if let due = rescan.due, due <= options.clock() {
        restart()
        continue
      }
      git.refresh(&outbox)
      startPolling()
      let orphans = map.takeOrphans()
      if orphans.isEmpty { return }
      // Ending a watch queues a record, so a large number is ended in parts.
      for (index, watch) in orphans.enumerated() where map.owner(of: watch) == nil {
        inotify.remove(watch)
        if index % 1_024 == 1_023 { try readQueue(sink) }
      }
    }
  }

  static func newInstance() throws(WatchError) -> Inotify {
    do {
      return try Inotify()
    } catch {
      guard error.number == EMFILE else { throw .system(error) }
      throw .tooManyInstances(limit: kernelSetting("fs/inotify/max_user_instances"))
    }
  }

  private static func canonical(_ path: [UInt8]) throws(WatchError) -> [UInt8] {
    do {
      let resolved = try resolvedPath(path)
      // The file system's root is empty, so that every path below starts with a slash.
      return resolved == [UInt8(ascii: "/")] ? [] : resolved
    } catch {
      throw .root(error)
    }
  }
}

/// A system call that a test can let fail or delay.
enum WatchCall: Hashable, Sendable {
  /// inotify_add_watch(2).
  case addWatch
  /// Opening a directory to read it.
  case openDirectory
  /// Reading the link count of a directory.
  case status
}

/// Returns the error number to fail with, or 0 to go on. It may wait before it returns.
typealias FaultInjector = (WatchCall, PathBuffer) -> Int32
