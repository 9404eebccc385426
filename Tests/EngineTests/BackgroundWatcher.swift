import Foundation
import Glibc
import Testing

/// A watcher that was started by `watch --detach`.
final class BackgroundWatcher {
  let pid: Int32
  private let repository: TestRepository

  /// - Parameter inTerminal: whether it is started from a terminal that is closed then, by a shell
  ///   in which README.md is open.
  init(_ repository: TestRepository, inTerminal: Bool = false) throws {
    self.repository = repository
    if inTerminal {
      let command = "exec 9<README.md; '\(Setup.binary.path)' watch --detach"
      let started = try run(["script", "-qec", command, "/dev/null"], in: repository.url)
      try #require(started.status == 0, "\(started.output)\(started.errors)")
    } else {
      let started = try repository.sindri("watch", "--detach")
      try #require(started.status == 0, "\(started.errors)")
    }
    let status = try repository.sindri("status", "--format", "json")
    let object = try JSONSerialization.jsonObject(with: Data(status.output.utf8))
    pid = Int32(try #require((object as? [String: Any])?["watcher"] as? Int))
  }

  deinit { kill(pid, SIGKILL) }

  // MARK: What it says

  func status() throws -> [String: Any] {
    let status = try repository.sindri("status", "--format", "json")
    let object = try? JSONSerialization.jsonObject(with: Data(status.output.utf8))
    return object as? [String: Any] ?? [:]
  }

  /// Asked without the engine, which may be gone.
  func state() throws -> String {
    let asker = try Asker(socket, saying: "sindri-watch\t1\tstatus\tjson\n")
    let answer = asker.answer
    guard let start = answer.firstIndex(of: "{"), let end = answer.lastIndex(of: "}"),
      let object = try? JSONSerialization.jsonObject(with: Data(answer[start...end].utf8))
    else { return "no answer: \(answer)" }
    return (object as? [String: Any])?["state"] as? String ?? ""
  }

  /// Waits until it is in this state and stays there for a moment.
  func waitUntil(
    _ wanted: String, seconds: Double = 60, location: SourceLocation = #_sourceLocation
  ) throws {
    let end = Date().addingTimeInterval(seconds)
    var count = 0
    var found = ""
    while count < 3 {
      found = try state()
      count = found == wanted ? count + 1 : 0
      if Date() > end {
        let log = try repository.sindri("logs").output
        Issue.record(
          "not \(wanted) in \(seconds) s, but \(found); said:\n\(log)", sourceLocation: location)
        throw Watcher.WaitFailure()
      }
      usleep(50_000)
    }
  }

  func waitForEnd() throws {
    for _ in 0..<200 where kill(pid, 0) == 0 && !isZombie { usleep(10_000) }
  }

  private var isZombie: Bool {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
    return text.contains(") Z ")
  }

  // MARK: What it uses

  /// Its memory in kilobytes: all that is resident, and what of it is its own and not the page
  /// cache's.
  func memory() throws -> (resident: Int, own: Int) {
    let text = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    func value(_ name: String) throws -> Int {
      let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name) })
      return try #require(Int(line.split(whereSeparator: \.isWhitespace)[1]))
    }
    return (try value("VmRSS:"), try value("RssAnon:"))
  }

  /// The processes of its session that are alive, itself included.
  var session: [String] {
    let list = (try? run(["ps", "-o", "pid=,stat=,args=", "-s", "\(pid)"]))?.output ?? ""
    return list.split(separator: "\n").map(String.init).filter { line in
      !line.split(whereSeparator: \.isWhitespace)[1].hasPrefix("Z")
    }
  }

  /// The files that it has open.
  var openFiles: [String] {
    let directory = "/proc/\(pid)/fd"
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return numbers.compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "\(directory)/\($0)")
    }
  }

  /// The directory in which it keeps its socket and its log.
  private var directory: String {
    let open =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/1")) ?? ""
    return (open as NSString).deletingLastPathComponent
  }
  private(set) lazy var socket = directory + "/control"

  /// The bytes of its log, both files.
  func logSize() throws -> Int {
    try ["log", "log.1"].map { name in
      let path = "\(directory)/\(name)"
      guard FileManager.default.fileExists(atPath: path) else { return 0 }
      return try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }.reduce(0, +)
  }
}

/// A socket in the file system, as the C library wants its name.
private func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32)
  -> Int32
{
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
  return unsafe withUnsafePointer(to: &address) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
}

private func read(_ descriptor: Int32) -> String? {
  var buffer = [UInt8](repeating: 0, count: 65_536)
  let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
  return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
}

/// Somebody who connects to a watcher and says something once.
final class Asker {
  private let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)

  init(_ path: String, saying text: String) throws {
    let descriptor = descriptor
    let result = unsafe withAddress(path) { unsafe connect(descriptor, $0, $1) }
    try #require(result == 0, "\(path): \(errno)")
    var time = timeval(tv_sec: 5, tv_usec: 0)
    unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    let bytes = Array(text.utf8)
    // The watcher may hang up before it has heard everything.
    _ = unsafe send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  deinit { close(descriptor) }

  /// Everything that is answered.
  var answer: String {
    var text = ""
    while let more = read(descriptor) { text += more }
    return text
  }
}

/// A service manager's end of the notification protocol.
final class NotifySocket {
  private let descriptor = socket(
    AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)

  init(_ path: String) throws {
    let descriptor = descriptor
    try #require(unsafe withAddress(path) { unsafe bind(descriptor, $0, $1) } == 0)
  }

  deinit { close(descriptor) }

  /// The datagrams that came.
  func received() -> [String] {
    var all: [String] = []
    while let datagram = read(descriptor) { all.append(datagram) }
    return all
  }
}
