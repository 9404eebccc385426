import Glibc

/// What a finished child left behind.
struct CommandResult: Sendable {
  /// How it ended.
  let ending: ChildProcess.Ending
  /// Its output; at most the last `ChildTable.captureLimit` bytes of each stream.
  let output: [UInt8]
  let errors: [UInt8]

  /// Whether it exited with status 0.
  var succeeded: Bool { ending == .exited(0) }
  /// Standard output as text, without the final line end.
  var text: String { Self.trimmed(output) }
  /// Standard error as text, without the final line end.
  var errorText: String { Self.trimmed(errors) }

  private static func trimmed(_ bytes: [UInt8]) -> String {
    var end = bytes.count
    while end > 0, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }
}

/// The running children of this process: their output is collected and their end reported by the
/// loop that owns the table. Nothing here waits.
final class ChildTable {
  /// How much of each stream is kept.
  static let captureLimit = 1 << 20
  /// How long after SIGTERM a group is killed, in nanoseconds.
  static let grace: Int64 = 3_000_000_000

  private struct Entry {
    let process: ChildProcess
    let observe: (([UInt8]) -> Void)?
    let observeErrors: (([UInt8]) -> Void)?
    let completion: (CommandResult) -> Void
    var output: [UInt8] = []
    var errors: [UInt8] = []
    var outputOpen = true
    var errorsOpen = true
    var killAt: Int64?
  }

  private var entries: [Int32: Entry] = [:]

  /// What waits to be written to a child's standard input.
  private struct Pending {
    let writer: PipeWriter
    var bytes: [UInt8] = []
    var offset = 0
    var isClosing = false
  }

  private var inputs: [Int32: Pending] = [:]

  /// What a descriptor in `streams` belongs to.
  struct Stream: Hashable {
    enum Kind { case output, errors, end }
    let pid: Int32
    let kind: Kind
  }

  /// Whether no child is running.
  var isEmpty: Bool { entries.isEmpty }

  /// When the next group has to be killed, in monotonic nanoseconds.
  var deadline: Int64? { entries.values.compactMap(\.killAt).min() }

  /// Starts a child.
  ///
  /// - Parameters:
  ///   - takesInput: whether `send` may be used.
  ///   - observe: called with each piece of output as it comes, of either stream.
  ///   - observeErrors: called instead with the pieces of standard error.
  ///   - completion: called once, after the child has ended and its output was read.
  /// - Returns: the process ID, for `terminate`.
  @discardableResult
  func start(
    _ arguments: [[UInt8]], in directory: [UInt8], environment: ProcessEnvironment,
    takesInput: Bool = false, observe: (([UInt8]) -> Void)? = nil,
    observeErrors: (([UInt8]) -> Void)? = nil, completion: @escaping (CommandResult) -> Void
  ) throws(SystemError) -> Int32 {
    let process = try ChildProcess.start(
      arguments, in: directory, environment: environment, takesInput: takesInput)
    if let writer = process.takeInput() { inputs[process.pid] = Pending(writer: writer) }
    entries[process.pid] = Entry(
      process: process, observe: observe, observeErrors: observeErrors ?? observe,
      completion: completion)
    return process.pid
  }

  // MARK: Standard input

  /// The descriptors to poll for room to write.
  var waitingInputs: [(descriptor: Int32, pid: Int32)] {
    inputs.compactMap { pid, pending in
      pending.offset < pending.bytes.count ? (pending.writer.descriptor.number, pid) : nil
    }
  }

  /// Writes to a child's standard input, at once as far as there is room.
  func send(_ pid: Int32, _ bytes: [UInt8]) {
    guard var pending = inputs[pid] else { return }
    if pending.offset == pending.bytes.count {
      pending.bytes = bytes
      pending.offset = 0
    } else {
      pending.bytes += bytes
    }
    inputs[pid] = pending
    write(to: pid)
  }

  /// Ends a child's standard input when all of it is written.
  func endInput(_ pid: Int32) {
    inputs[pid]?.isClosing = true
    write(to: pid)
  }

  /// Writes what waits, as far as there is room.
  func write(to pid: Int32) {
    guard var pending = inputs[pid] else { return }
    let isOpen = writeAvailable(
      pending.writer.descriptor.number, pending.bytes, from: &pending.offset)
    let isDone = pending.offset == pending.bytes.count
    if isDone {
      pending.bytes = []
      pending.offset = 0
    }
    // A child that reads no more tells by its end.
    inputs[pid] = isOpen && !(isDone && pending.isClosing) ? pending : nil
  }

  // MARK: Output

  /// The descriptors to poll for input.
  var streams: [(descriptor: Int32, stream: Stream)] {
    entries.values.flatMap { entry in
      [
        (entry.outputOpen, entry.process.standardOutput.number, Stream.Kind.output),
        (entry.errorsOpen, entry.process.standardError.number, .errors),
        (true, entry.process.endDescriptor.number, .end),
      ].filter(\.0).map { ($0.1, Stream(pid: entry.process.pid, kind: $0.2)) }
    }
  }

  /// Reads what a stream has to offer; called when poll reports it.
  func read(_ stream: Stream) {
    guard stream.kind != .end, var entry = entries[stream.pid] else { return }
    let isError = stream.kind == .errors
    let descriptor =
      isError ? entry.process.standardError.number : entry.process.standardOutput.number
    while true {
      switch readAvailable(descriptor) {
      case .data(let bytes):
        if isError {
          entry.observeErrors?(bytes)
          Self.append(bytes, to: &entry.errors)
        } else {
          entry.observe?(bytes)
          Self.append(bytes, to: &entry.output)
        }
        continue
      case .nothingNow: break
      case .end:
        if isError { entry.errorsOpen = false } else { entry.outputOpen = false }
      }
      break
    }
    entries[stream.pid] = entry
  }

  /// Collects the children that have ended, and returns what must be called for each. The caller
  /// decides when: it first reads every change that happened before the child's end.
  func reap() -> [() -> Void] {
    var completions: [() -> Void] = []
    for pid in entries.keys.sorted() {
      guard let ending = entries[pid]?.process.reap() else { continue }
      read(Stream(pid: pid, kind: .output))
      read(Stream(pid: pid, kind: .errors))
      guard let entry = entries.removeValue(forKey: pid) else { continue }
      inputs[pid] = nil
      // What the child started and left running would outlive it: the group goes with it.
      entry.process.signalGroup(SIGKILL)
      let result = CommandResult(ending: ending, output: entry.output, errors: entry.errors)
      completions.append { entry.completion(result) }
    }
    return completions
  }

  /// Asks a child's group to end; it is killed when it has not within the grace period.
  func terminate(_ pid: Int32, now: Int64) {
    guard entries[pid] != nil, entries[pid]?.killAt == nil else { return }
    entries[pid]?.killAt = now + Self.grace
    entries[pid]?.process.signalGroup(SIGTERM)
  }

  /// Asks all to end.
  func terminateAll(now: Int64) {
    for pid in entries.keys { terminate(pid, now: now) }
  }

  /// Kills all groups at once.
  func killAll() {
    for entry in entries.values { entry.process.signalGroup(SIGKILL) }
  }

  /// Kills the groups whose grace period is over.
  func tick(now: Int64) {
    for (pid, entry) in entries {
      guard let killAt = entry.killAt, killAt <= now else { continue }
      entry.process.signalGroup(SIGKILL)
      // A process in an uninterruptible wait may outlast a kill: look again later.
      entries[pid]?.killAt = now + Self.grace
    }
  }

  private static func append(_ bytes: [UInt8], to buffer: inout [UInt8]) {
    buffer.append(contentsOf: bytes)
    // Cut in big steps, so that a flood costs little per byte.
    if buffer.count > captureLimit * 2 { buffer.removeFirst(buffer.count - captureLimit) }
  }
}
