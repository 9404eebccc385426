import Glibc
import LayerPlanner

/// A request to the watcher that runs, from the asking command's loop.
final class ControlClient: LoopParticipant {
  /// How it came out.
  enum Ending: Equatable {
    /// The watcher has answered, with an exit status and the reason of a failure.
    case answered(status: Int32, message: String)
    /// It has ended without an answer.
    case hungUp
    /// What it says is not understood.
    case notUnderstood
    /// It did not answer in time.
    case silent
  }

  private let socket: LocalSocket
  private let receive: (ControlFrame) -> Void
  private var reader = ControlFrameReader()
  private let patience: Int64?
  private(set) var ending: Ending?

  /// How long a watcher may take for an answer that is not work, in nanoseconds.
  static let answerTime: Int64 = 5_000_000_000

  /// Asks the watcher that answers at `path`; nil when none does.
  ///
  /// - Parameters:
  ///   - time: how long it may take, in nanoseconds; nil for as long as it lives.
  ///   - receive: is handed each part of the answer but the last.
  init?(
    _ request: ControlRequest, at path: [UInt8], time: Int64?,
    receive: @escaping (ControlFrame) -> Void = { _ in }
  ) throws(SystemError) {
    do {
      socket = try LocalSocket.connected(to: path)
    } catch {
      // Nobody is there, or a watcher that was killed has left its socket behind.
      if error.number == ENOENT || error.number == ECONNREFUSED { return nil }
      throw error
    }
    self.receive = receive
    patience = time.map { monotonicNanoseconds() + $0 }
    ignoreBrokenPipes()
    let line = Array(request.line.utf8)
    if writeAvailable(socket.descriptor.number, line[...]) != line.count { ending = .hungUp }
  }

  /// The process that answers; nil when the kernel does not tell.
  var process: Int32? {
    let found = peer(of: socket.descriptor.number)?.process ?? 0
    return found > 0 ? found : nil
  }

  var descriptors: [(number: Int32, events: Int32)] {
    ending == nil ? [(socket.descriptor.number, POLLIN)] : []
  }

  var deadline: Int64? { ending == nil ? patience : nil }

  func drain() {
    while ending == nil {
      switch readAvailable(socket.descriptor.number) {
      case .nothingNow: return
      case .end: ending = .hungUp
      case .data(let bytes):
        guard let frames = try? reader.feed(bytes) else {
          ending = .notUnderstood
          return
        }
        for frame in frames { take(frame) }
      }
    }
  }

  private func take(_ frame: ControlFrame) {
    guard frame.kind == .end else { return receive(frame) }
    ending =
      frame.ending.map { .answered(status: $0.status, message: $0.message) }
      ?? .notUnderstood
  }

  func tick(now: Int64) {
    if ending == nil, let patience, patience <= now { ending = .silent }
  }
}

extension EventLoop {
  /// Asks the watcher and waits for the end of its answer; nil when a signal came first.
  func run(_ client: ControlClient) throws(SystemError) -> ControlClient.Ending? {
    add(client)
    defer { remove(client) }
    try run { client.ending != nil }
    return client.ending
  }
}
