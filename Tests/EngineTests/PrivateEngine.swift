import Foundation
import Glibc
import Testing

/// A Docker engine of its own, which a test may stop, start and fill up.
final class PrivateEngine {
  let directory: URL
  private var process: Process?
  private let isOnTmpfs: Bool

  /// Why there can be none here; nil when there can.
  static let obstacle: String? = {
    let reason: String? =
      if geteuid() != 0 {
        "a private engine needs root"
      } else if (try? run(["dockerd", "--version"]))?.status != 0 {
        "there is no dockerd"
      } else if (try? run(["ip", "-V"]))?.status != 0 {
        "`ip` is not installed; `make setup` installs it"
      } else {
        nil
      }
    if let reason { print("SKIPPED: tests with a private engine, because \(reason)") }
    return reason
  }()
  static let canRun = Setup.canRun && obstacle == nil

  /// - Parameter megabytes: the size of the engine's disk; nil for that of the machine.
  init(megabytes: Int? = nil) throws {
    // Short: the path of a socket has at most 107 bytes.
    directory = URL(fileURLWithPath: "/tmp/sindri-pe-\(UUID().uuidString.prefix(8))")
    isOnTmpfs = megabytes != nil
    let data = directory.appendingPathComponent("data")
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    try run(["ip", "netns", "add", directory.lastPathComponent])
    try run(network + ["ip", "link", "set", "lo", "up"])
    if let megabytes {
      let mounted = try run(
        ["mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", data.path])
      try #require(mounted.status == 0, "\(mounted.errors)")
    }
    try start()
  }

  deinit {
    try? stop()
    _ = try? run(["ip", "netns", "delete", directory.lastPathComponent])
    _ = try? run(["umount", directory.appendingPathComponent("data").path])
    try? FileManager.default.removeItem(at: directory)
  }

  var host: String { "unix://\(directory.path)/docker.sock" }

  func start() throws {
    let log = directory.appendingPathComponent("log")
    try Data().write(to: log)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      network + [
        "dockerd", "--data-root", "\(directory.path)/data", "--exec-root",
        "\(directory.path)/exec",
        "--pidfile", "\(directory.path)/pid", "-H", host, "--bridge=none", "--iptables=false",
        "--ip-masq=false",
      ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: log)
    process.standardError = try FileHandle(forWritingTo: log)
    try process.run()
    self.process = process
    for _ in 0..<600 {
      if try docker("version").status == 0 { return }
      usleep(100_000)
    }
    Issue.record("the engine does not start: \(try String(contentsOf: log, encoding: .utf8))")
  }

  func stop() throws {
    process?.terminate()
    process?.waitUntilExit()
    process = nil
  }

  /// The words before a command that make it run in this engine's network. It is one of its own,
  /// since a second engine takes the first one's bridge away.
  var network: [String] { ["nsenter", "--net=/run/netns/\(directory.lastPathComponent)"] }

  /// Forgets everything: images, layers, caches.
  func wipe() throws {
    try stop()
    try FileManager.default.removeItem(at: directory.appendingPathComponent("data"))
    try FileManager.default.createDirectory(
      at: directory.appendingPathComponent("data"), withIntermediateDirectories: true)
    try start()
  }

  @discardableResult
  func docker(_ arguments: String...) throws -> CommandOutput {
    try run(["docker", "-H", host] + arguments)
  }

  /// Copies an image of the machine's engine into this one.
  func load(_ image: String) throws {
    let file = directory.appendingPathComponent("image.tar").path
    try #require(try run(["docker", "save", "-o", file, image]).status == 0)
    try #require(try docker("load", "-i", file).status == 0)
    try FileManager.default.removeItem(atPath: file)
  }
}
