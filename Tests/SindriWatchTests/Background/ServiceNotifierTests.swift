import Glibc
import LayerPlanner
import Testing

@testable import SindriWatch

struct ServiceNotifierTests {
  /// A service manager's end, at a path or at an abstract name that starts with NUL.
  private struct Manager: ~Copyable {
    let descriptor: FileDescriptor

    init(_ name: [UInt8]) throws {
      descriptor = FileDescriptor(
        taking: socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0))
      var address = sockaddr_un()
      let length = unsafe withUnsafeMutableBytes(of: &address) { raw -> Int in
        unsafe raw.storeBytes(of: UInt16(AF_UNIX), as: UInt16.self)
        unsafe raw[2...].copyBytes(from: name)
        return 2 + name.count + (name.first == 0 ? 0 : 1)
      }
      let result = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe bind(descriptor.number, $0, socklen_t(length))
        }
      }
      try #require(result == 0)
    }

    /// The next datagram; nil when none has come.
    func receive() -> String? {
      guard case .data(let bytes) = readAvailable(descriptor.number) else { return nil }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  private func environment(_ values: [(String, String)]) -> ProcessEnvironment {
    ProcessEnvironment(entries: values.map { (Array($0.0.utf8), Array($0.1.utf8)) })
  }

  @Test(arguments: [true, false])
  func theWholeConversation(isAbstract: Bool) throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    let path = directory.file("notify")
    let name = isAbstract ? [0] + Array("sindri-test-\(getpid())".utf8) : path
    let manager = try Manager(name)
    let shown = String(decoding: isAbstract ? [0x40] + name.dropFirst() : name, as: UTF8.self)
    let notifier = try #require(
      ServiceNotifier(
        environment([
          ("NOTIFY_SOCKET", shown), ("WATCHDOG_USEC", "200000"), ("WATCHDOG_PID", "\(getpid())"),
        ])))
    notifier.status = { "idle" }
    #expect(notifier.deadline == nil)
    let before = monotonicNanoseconds()
    notifier.ready()
    #expect(manager.receive() == "READY=1\nSTATUS=idle\n")
    let due = try #require(notifier.deadline)
    // Half of the watchdog's time.
    #expect((100_000_000...200_000_000).contains(due - before))
    notifier.tick(now: due)
    #expect(manager.receive() == "WATCHDOG=1\n")
    #expect(notifier.deadline == due + 100_000_000)
    notifier.status = { "building base" }
    notifier.report(.buildStarted(layer: "base"))
    #expect(manager.receive() == "STATUS=building base\n")
    notifier.stopping()
    #expect(manager.receive() == "STOPPING=1\n")
    #expect(manager.receive() == nil)
  }

  @Test func aWatchdogOfAnotherProcessIsNotFed() throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    let path = directory.file("notify")
    let manager = try Manager(path)
    let notifier = try #require(
      ServiceNotifier(
        environment([
          ("NOTIFY_SOCKET", String(decoding: path, as: UTF8.self)), ("WATCHDOG_USEC", "200000"),
          ("WATCHDOG_PID", "1"),
        ])))
    notifier.ready()
    #expect(notifier.deadline == nil)
    #expect(manager.receive()?.hasPrefix("READY=1\n") == true)
  }

  @Test(arguments: ["", "/", "relative", "/no/such/socket", "@sindri-test-nobody"])
  func withoutAManagerNothingIsTold(name: String) {
    #expect(ServiceNotifier(environment([("NOTIFY_SOCKET", name)])) == nil)
  }

  @Test func childrenHearNothingOfIt() {
    let given = environment([
      ("NOTIFY_SOCKET", "/x"), ("WATCHDOG_USEC", "1"), ("WATCHDOG_PID", "1"), ("PATH", "/bin"),
    ])
    #expect(ServiceNotifier.forChildren(given).assignments == [Array("PATH=/bin".utf8)])
  }
}
