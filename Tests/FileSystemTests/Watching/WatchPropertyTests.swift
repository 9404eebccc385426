import Foundation
import Glibc
import LayerPlanner
import Synchronization
import Testing

@testable import SindriWatch

/// The proof that nothing is lost: random mutators against a consumer that looks only at what is
/// reported, with faults and delays at every system call.
///
/// `SINDRI_WATCH_SEEDS` sets how many seeds run, from `SINDRI_WATCH_FIRST_SEED` on;
/// `SINDRI_WATCH_SEED` runs one alone. A seed fixes
/// what is done, not how the threads meet, so a failure may need several runs of its seed.
@Suite(.serialized) struct WatchPropertyTests {
  @Test func theModelEqualsTheDisk() throws {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["SINDRI_WATCH_SEED"].flatMap(UInt64.init) {
      try run(seed: seed)
      return
    }
    let count = environment["SINDRI_WATCH_SEEDS"].flatMap(UInt64.init) ?? 500
    let first = environment["SINDRI_WATCH_FIRST_SEED"].flatMap(UInt64.init) ?? 1
    var losses = 0
    for seed in first..<(first + count) { losses += try run(seed: seed) }
    #expect(losses > 0 || count < 100, "no seed made the queue overflow")
  }

  @discardableResult
  private func run(seed: UInt64) throws -> Int {
    var random = SeededGenerator(seed: seed)
    let tree = try ScratchTree()
    let beside = tree.outside + "/beside"
    try FileManager.default.createDirectory(atPath: beside, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      atPath: beside + "-pool", withIntermediateDirectories: true)
    for name in 0..<3 {
      try Data("pool\(name)".utf8).write(to: URL(fileURLWithPath: beside + "-pool/\(name)"))
    }
    let mutator = Mutator(root: tree.root, outside: beside)
    mutator.run(seed: random.next(), operations: 30, pausing: false)

    let faults = Faults(seed: random.next(), isHarsh: random.below(3) == 0)
    var options = TreeWatcher.Options()
    options.pollInterval = .milliseconds(1)
    options.rescanPause = .milliseconds(1)
    options.injector = { call, _ in faults.next(call) }

    // Half of the runs start to watch while the tree is changing.
    let mutators = 2 + random.below(3)
    let operations = 20 + random.below(60)
    let early = random.below(2) == 0
    var running = early ? start(mutator, mutators, operations, &random) : []
    let queue = random.below(3) == 0 ? 16 + random.below(64) : 0
    let watcher = try QueueLimit.with(queue) {
      try tree.watch(options) { path in
        path.split(separator: UInt8(ascii: "/")).last?.elementsEqual(Mutator.ignored.utf8) == false
      }
    }
    let consumer = FakeConsumer(root: tree.root, ignoring: Mutator.ignored)
    let stopper = Stopper(seed: random.next())
    if !early { running = start(mutator, mutators, operations, &random) }

    while running.contains(where: { !$0.isFinished }) {
      if random.below(8) == 0 { usleep(UInt32(random.below(5_000))) }
      wait(watcher, milliseconds: 1, consumer)
    }
    faults.end()
    stopper.end()
    let settled = settle(watcher, consumer, tree.root)

    func explain(_ text: String) -> Comment {
      "seed \(seed) (SINDRI_WATCH_SEED): \(text)\n\(consumer.history.joined(separator: "\n"))"
    }
    let state = """
      did not settle: deadline \(String(describing: watcher.deadline)), \(watcher.rescan), \
      \(watcher.fallback.parts), \(watcher.guardian.state), \(watcher.overflows) overflows
      """
    #expect(settled, explain(state))
    let batches = consumer.batches
    wait(watcher, milliseconds: 2, consumer)
    #expect(consumer.batches == batches, explain("reports without a change"))
    #expect(batches <= 40 + 4 * mutators * operations, explain("\(batches) deliveries"))
    let disk = Disk.scan(tree.root, ignoring: Mutator.ignored)
    if consumer.model != disk {
      let paths = Set(disk.keys).union(consumer.model.keys).sorted()
      let wrong = paths.filter { disk[$0] != consumer.model[$0] }.map {
        "\($0): disk \(String(describing: disk[$0])), model \(String(describing: consumer.model[$0]))"
      }
      Issue.record(explain("the model is wrong:\n" + wrong.joined(separator: "\n")))
    }
    expectWatchesOfDisk(watcher, tree.root, disk, explain)
    return consumer.losses
  }

  /// What the kernel watches is exactly the directories of the disk, each under its own path.
  private func expectWatchesOfDisk(
    _ watcher: TreeWatcher, _ root: String, _ disk: [String: DiskEntry],
    _ explain: (String) -> Comment
  ) {
    var kernel = Disk.watches(of: watcher.descriptors[0].fd)
    for watch in watcher.guardian.ancestorWatches { kernel[watch] = nil }
    let directories = [root] + disk.filter { $0.value == .directory }.map { root + "/" + $0.key }
    let expected = Set(directories.compactMap(Disk.identity))
    #expect(Set(kernel.values) == expected, explain("the kernel watches something else"))
    #expect(watcher.map.count == directories.count, explain("the map has other directories"))
    for (node, watch) in watcher.map.watches {
      let path = String(decoding: watcher.path(of: node).bytes.dropLast(), as: UTF8.self)
      let identity = Disk.identity(of: path)
      #expect(identity != nil && kernel[watch] == identity, explain("watch \(watch), \(path)"))
    }
  }

  private func start(
    _ mutator: Mutator, _ count: Int, _ operations: Int, _ random: inout SeededGenerator
  ) -> [Thread] {
    (0..<count).map { _ in
      let seed = random.next()
      let thread = Thread { mutator.run(seed: seed, operations: operations, pausing: true) }
      thread.start()
      return thread
    }
  }

  /// Waits for the event of a file made for that purpose: what came before it has come too.
  private func settle(_ watcher: TreeWatcher, _ consumer: FakeConsumer, _ root: String) -> Bool {
    for attempt in 0..<500 {
      let cookie = "cookie\(attempt)"
      close(unsafe open(root + "/" + cookie, O_CREAT | O_WRONLY | O_CLOEXEC, 0o644))
      for _ in 0..<20 {
        let seen = wait(watcher, milliseconds: 2, consumer)
        if seen.contains(cookie), watcher.deadline == nil { return true }
      }
    }
    return false
  }

  /// One turn of the loop that drives the watcher.
  @discardableResult
  private func wait(
    _ watcher: TreeWatcher, milliseconds: Int32, _ consumer: FakeConsumer
  ) -> Set<String> {
    var polled = watcher.descriptors
    _ = unsafe poll(&polled, nfds_t(polled.count), milliseconds)
    for descriptor in polled where descriptor.revents != 0 {
      watcher.ready(descriptor.fd, into: consumer.take)
    }
    let now = monotonicNanoseconds()
    if let deadline = watcher.deadline, deadline <= now { watcher.tick(now, into: consumer.take) }
    return consumer.look()
  }
}

/// Delays and failures at the system calls of the watcher, from a seed.
final class Faults: Sendable {
  private let random: Mutex<SeededGenerator>
  private let isHarsh: Bool
  private let isOver = Mutex(false)

  init(seed: UInt64, isHarsh: Bool) {
    random = Mutex(SeededGenerator(seed: seed))
    self.isHarsh = isHarsh
  }

  /// No faults from now on.
  func end() { isOver.withLock { $0 = true } }

  func next(_ call: WatchCall) -> Int32 {
    if isOver.withLock({ $0 }) { return 0 }
    let (kind, delay) = random.withLock { ($0.below(400), $0.below(2_000)) }
    switch kind {
    case 0...20: usleep(UInt32(delay))
    case 21...30 where call == .addWatch: return EINTR
    case 31...40 where call == .addWatch && isHarsh: return ENOSPC
    case 41 where isHarsh: return ENOMEM
    default: break
    }
    return 0
  }
}

/// Stops the calling thread now and then, wherever it is, for up to some milliseconds, while the
/// others go on: what SIGSTOP does to a watcher, for one thread of a process. The calls that are
/// interrupted fail with EINTR, as they do after SIGCONT.
final class Stopper: Sendable {
  private let isOver = Atomic(false)
  private let hasEnded = DispatchSemaphore(value: 0)

  init(seed: UInt64) {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { _ in usleep(2_000) }
    unsafe sigaction(SIGUSR2, &action, nil)
    let target = pthread_self()
    Thread {
      var random = SeededGenerator(seed: seed)
      while !self.isOver.load(ordering: .relaxed) {
        usleep(UInt32(500 + random.below(8_000)))
        if !self.isOver.load(ordering: .relaxed) { pthread_kill(target, SIGUSR2) }
      }
      self.hasEnded.signal()
    }.start()
  }

  /// No stops from now on.
  func end() {
    isOver.store(true, ordering: .relaxed)
    hasEnded.wait()
  }
}

/// The kernel's limit of queued events, which an inotify instance takes over when it is created.
enum QueueLimit {
  private static let path = "/proc/sys/fs/inotify/max_queued_events"

  /// Creates something while the limit is `limit`; 0 leaves it. Needs root; without it the limit
  /// stays, which only makes overflows rarer. One at a time, over all processes: a limit that two
  /// restore crosswise would stay low.
  static func with<Result>(_ limit: Int, _ body: () throws -> Result) throws -> Result {
    guard limit > 0, geteuid() == 0, unsafe access(path, W_OK) == 0 else { return try body() }
    let lock = unsafe open("/tmp/sindri-watch-tests.lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    flock(lock, LOCK_EX)
    defer { close(lock) }
    let before = try String(contentsOfFile: path, encoding: .utf8)
    set("\(limit)")
    defer { set(before) }
    return try body()
  }

  private static func set(_ value: String) {
    guard let file = FileHandle(forWritingAtPath: path) else { return }
    try? file.write(contentsOf: Data(value.utf8))
    try? file.close()
  }
}
