import Glibc
import LayerPlanner

/// Tells the service manager that started this process how it is doing (sd_notify(3)): ready, what
/// is going on, still alive, ending.
final class ServiceNotifier: LoopParticipant {
  private let socket: LocalSocket
  private static let variables = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]
  /// How often it wants to hear that this process is alive, in nanoseconds; nil for never.
  private let interval: Int64?
  private var due: Int64?
  /// What is going on, in a line.
  var status: () -> String = { "" }

  /// Nil when no service manager wants to hear.
  init?(_ environment: ProcessEnvironment) {
    guard var name = environment.bytes(of: "NOTIFY_SOCKET"), name.count > 1,
      name[0] == 0x2F || name[0] == 0x40
    else { return nil }
    // `@name` stands for an abstract socket, whose name starts with NUL.
    if name[0] == 0x40 { name[0] = 0 }
    guard let socket = try? LocalSocket.datagrams(to: name) else { return nil }
    self.socket = socket
    let isForUs = environment["WATCHDOG_PID"].map { Int32($0) == getpid() } ?? true
    let time = environment["WATCHDOG_USEC"].flatMap(Int64.init) ?? 0
    interval = isForUs && time > 0 && time < .max / 1000 ? max(time * 1000 / 2, 1_000_000) : nil
  }

  /// The environment for children: what is between this process and its manager is not theirs.
  static func forChildren(_ environment: ProcessEnvironment) -> ProcessEnvironment {
    var environment = environment
    for name in variables { environment.remove(name) }
    return environment
  }

  func ready() {
    send("READY=1\nSTATUS=\(status())\n")
    due = interval.map { monotonicNanoseconds() + $0 }
  }

  func stopping() { send("STOPPING=1\n") }

  private func send(_ text: String) {
    // A manager that does not listen at the moment is told the next time.
    _ = writeAvailable(socket.descriptor.number, Array(text.utf8)[...])
  }

  // MARK: The loop

  var descriptors: [(number: Int32, events: Int32)] { [] }
  var deadline: Int64? { due }
  func drain() {}

  func tick(now: Int64) {
    guard let interval else { return }
    send("WATCHDOG=1\n")
    due = now + interval
  }
}

extension ServiceNotifier: OutputFollower {
  func report(_ event: Event) {
    switch event {
    case .idle, .paused, .resumed, .buildStarted, .warning, .buildFinished(_, _, _, .failed):
      send("STATUS=\(status())\n")
    default: break
    }
  }
  func buildStarted(_ layer: LayerName) {}
  func buildOutput(_ layer: LayerName, _ bytes: [UInt8]) {}
  func buildEnded(_ layer: LayerName, failed: Bool) -> BuildProgress? { nil }
}
