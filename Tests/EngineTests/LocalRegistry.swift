import Foundation
import Glibc
import Testing

/// A real registry on loopback, with a directory of its own.
final class LocalRegistry {
  private let directory: URL
  private let network: [String]
  private var process: Process?
  let host: String

  /// Why there can be none here; nil when there can.
  static let obstacle: String? = {
    let reason: String? =
      ["docker-registry", "skopeo", "ip", "nsenter"].first {
        (try? run(["which", $0]))?.status != 0
      }.map { "\($0) is not installed; `make setup` installs it" }
    if let reason { print("SKIPPED: tests with a registry, because \(reason)") }
    return reason
  }()
  static let canRun = PrivateEngine.canRun && obstacle == nil

  /// - Parameter network: the words before a command that make it run in another network.
  init(port: Int = 5000, network: [String] = []) throws {
    directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("sindri-registry-\(UUID().uuidString)")
    self.network = network
    host = "127.0.0.1:\(port)"
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let configuration = """
      version: 0.1
      storage:
        filesystem:
          rootdirectory: \(directory.path)/data
        delete:
          enabled: true
      http:
        addr: \(host)
      """
    let file = directory.appendingPathComponent("config.yml")
    try configuration.write(to: file, atomically: true, encoding: .utf8)
    try start()
  }

  deinit {
    stop()
    try? FileManager.default.removeItem(at: directory)
  }

  func start() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      network + [
        "docker-registry", "serve", directory.appendingPathComponent("config.yml").path,
      ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    self.process = process
    for _ in 0..<200 {
      let check = ["skopeo", "list-tags", "--tls-verify=false", "docker://\(host)/none"]
      // The repository is unknown, but the registry has said so.
      if try run(network + check).errors.contains("404") { return }
      usleep(50_000)
    }
    Issue.record("the registry does not start")
  }

  /// Ends it at once, in the middle of whatever it does.
  func stop() {
    guard let process, process.isRunning else { return }
    kill(process.processIdentifier, SIGCONT)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// The process, to be killed from elsewhere.
  var identifier: Int32 { process?.processIdentifier ?? 0 }

  /// Takes tags away and leaves their images, which no registry does by itself.
  func forget(tags: [String], of repository: String) throws {
    let name = repository.dropFirst(host.utf8.count + 1)
    let directory = self.directory.appendingPathComponent(
      "data/docker/registry/v2/repositories/\(name)/_manifests/tags")
    for tag in tags {
      try FileManager.default.removeItem(at: directory.appendingPathComponent(tag))
    }
  }

  /// Lets every request wait, without an answer.
  func freeze() { if let process { kill(process.processIdentifier, SIGSTOP) } }

  func thaw() { if let process { kill(process.processIdentifier, SIGCONT) } }
}
