import Glibc

/// Something with descriptors and deadlines that takes part in the loop.
protocol LoopParticipant: AnyObject {
  /// What to poll: descriptor and events (POLLIN, POLLPRI).
  var descriptors: [(number: Int32, events: Int32)] { get }
  /// When `tick` has something to do, in monotonic nanoseconds; nil when nothing is timed.
  var deadline: Int64? { get }
  /// Takes in everything that is queued now; never blocks.
  func drain()
  /// Does what is due.
  func tick(now: Int64)
}

/// The one loop of the process: signals, children and participants behind one poll(2).
///
/// In each turn, ended children are collected first, then the participants take in what is
/// queued, and only then is the end of those children reported. So whoever hears that a build has
/// finished has heard of every change on disk that happened before.
final class EventLoop {
  let children = ChildTable()
  private let signals: SignalDescriptor
  private var participants: [any LoopParticipant] = []
  /// The signal that asked this process to end, if one did.
  private(set) var endingSignal: Int32?
  /// Whether the program ends: nothing more is started.
  private(set) var isEnding = false

  private enum Token {
    case signals
    case child(ChildTable.Stream)
    case childInput(Int32)
    case participant
  }

  /// - Parameter survivesHangup: whether SIGHUP, the terminal's end, is no reason to end.
  init(survivesHangup: Bool = false) throws(SystemError) {
    ignoreBrokenPipes()
    if survivesHangup { signal(SIGHUP, SIG_IGN) }
    signals = try SignalDescriptor(
      survivesHangup ? [SIGINT, SIGTERM] : [SIGINT, SIGTERM, SIGHUP])
  }

  /// Adds a participant for the rest of the loop's life.
  func add(_ participant: any LoopParticipant) { participants.append(participant) }

  /// Takes a participant out again.
  func remove(_ participant: any LoopParticipant) {
    participants.removeAll { $0 === participant }
  }

  /// Turns until `isDone` says so, or until a signal has asked to end and all children are gone.
  func run(until isDone: () -> Bool) throws(SystemError) {
    while !isDone() {
      if isEnding, children.isEmpty { return }
      try turn()
    }
  }

  /// Runs a command to its end while the participants go on. Nil when a signal came first.
  func run(
    _ arguments: [[UInt8]], in directory: [UInt8], environment: ProcessEnvironment
  ) throws(SystemError) -> CommandResult? {
    var result: CommandResult?
    try children.start(arguments, in: directory, environment: environment) { result = $0 }
    try run { result != nil }
    return isEnding ? nil : result
  }

  private func turn() throws(SystemError) {
    var set = PollSet<Token>()
    set.add(signals.descriptor.number, as: .signals)
    for (descriptor, stream) in children.streams { set.add(descriptor, as: .child(stream)) }
    for (descriptor, pid) in children.waitingInputs {
      set.add(descriptor, POLLOUT, as: .childInput(pid))
    }
    for participant in participants {
      for (number, events) in participant.descriptors {
        set.add(number, events, as: .participant)
      }
    }
    var participantsReady = false
    var childEnded = false
    for token in try set.wait(timeout: timeout()) {
      switch token {
      case .signals: handleSignals()
      case .child(let stream) where stream.kind == .end: childEnded = true
      case .child(let stream): children.read(stream)
      case .childInput(let pid): children.write(to: pid)
      case .participant: participantsReady = true
      }
    }
    let completions = childEnded ? children.reap() : []
    if participantsReady || !completions.isEmpty {
      for participant in participants { participant.drain() }
    }
    for complete in completions { complete() }
    let now = monotonicNanoseconds()
    for participant in participants {
      if let deadline = participant.deadline, deadline <= now { participant.tick(now: now) }
    }
    children.tick(now: now)
  }

  private func timeout() -> Int64? {
    let deadlines = participants.compactMap(\.deadline) + [children.deadline].compactMap { $0 }
    return deadlines.min().map { max(0, $0 - monotonicNanoseconds()) }
  }

  /// Ends the loop as a signal does, of the program's own accord.
  func quit() {
    isEnding = true
    children.terminateAll(now: monotonicNanoseconds())
  }

  private func handleSignals() {
    for signal in signals.drain() {
      if !isEnding {
        endingSignal = signal
        quit()
      } else {
        // Asked twice: no more patience.
        children.killAll()
      }
    }
  }
}
