import LayerPlanner

/// Shows what the container says, from one container to the next.
///
/// Of a new container everything is shown; of one that was found running, what it says from then on.
/// When the container ends, its log is asked for again until it goes on.
final class LogFollower {
  /// Called with every line.
  var show: ([UInt8]) -> Void = { _ in }

  private let engine: Engine
  /// The container that is followed, and the seams of its two streams.
  private var followed: (id: String, start: String?, output: LogSeam, errors: LogSeam)?
  /// The command that prints the log.
  private var pid: Int32?
  private var isAsking = false
  /// The container to follow when the log of the one before has been read to its end.
  private var next: (id: String, isNew: Bool)?
  /// When to ask again, in monotonic nanoseconds.
  private(set) var deadline: Int64?
  private var pause = LogFollower.shortestPause

  /// How long to wait before the log of a stopped container is asked for again, in nanoseconds.
  private static let shortestPause: Int64 = 250_000_000
  private static let longestPause: Int64 = 4_000_000_000

  init(engine: Engine) { self.engine = engine }

  /// Follows this container from now on, or from some seconds ago; from its beginning when it is new.
  func follow(_ id: String, isNew: Bool, secondsBack: Int64 = 0) {
    next = nil
    if followed?.id == id {
      // It may have been stopped and started.
      if pid == nil { ask() }
      return
    }
    guard pid == nil else { return next = (id, isNew) }
    begin(id, isNew: isNew, secondsBack: secondsBack)
  }

  /// Shows nothing more.
  func stop() {
    next = nil
    followed = nil
    deadline = nil
    if let pid { engine.terminate(pid) }
  }

  func tick(now: Int64) {
    if let deadline, deadline <= now { ask() }
  }

  private func begin(_ id: String, isNew: Bool, secondsBack: Int64 = 0) {
    let start = isNew ? nil : Self.time(secondsBack: secondsBack)
    followed = (id, start, LogSeam(since: start), LogSeam(since: start))
    pause = Self.shortestPause
    ask()
  }

  private func ask() {
    deadline = nil
    guard var followed, pid == nil, !isAsking else { return }
    isAsking = true
    followed.output.begin()
    followed.errors.begin()
    self.followed = followed
    let newest = [followed.output.newest, followed.errors.newest]
    let since = newest.contains(nil) ? followed.start : newest.compactMap { $0 }.min()
    let asked = monotonicNanoseconds()
    engine.withClient { client in
      self.isAsking = false
      guard let client = try? client.get() else { return self.askLater() }
      self.pid = self.engine.run(
        client, client.followLog(of: followed.id, since: since),
        observe: { self.show(self.followed?.output.take($0)) },
        observeErrors: { self.show(self.followed?.errors.take($0)) },
        completion: { _ in
          self.pid = nil
          self.show(self.followed?.output.end())
          self.show(self.followed?.errors.end())
          if monotonicNanoseconds() - asked > Self.longestPause { self.pause = Self.shortestPause }
          guard let next = self.next else { return self.askLater() }
          self.next = nil
          self.begin(next.id, isNew: next.isNew)
        })
    }
  }

  private func askLater() {
    guard followed != nil else { return }
    deadline = monotonicNanoseconds() + pause
    pause = min(pause * 2, Self.longestPause)
  }

  private func show(_ lines: [[UInt8]]?) {
    for line in lines ?? [] { show(line) }
  }

  /// A time as the engine writes it before a line.
  private static func time(secondsBack: Int64) -> String {
    let wall = wallClockNanoseconds() - secondsBack * 1_000_000_000
    let text = Timestamp.rfc3339(
      seconds: wall / 1_000_000_000, nanoseconds: wall % 1_000_000_000)
    return text.dropLast() + "000000Z"
  }
}
