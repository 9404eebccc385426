import Foundation
import Testing

/// This project's three images, built as they are, and a container of the topmost that a key of the
/// test's own opens.
final class DevelopmentContainer {
  /// Whether this machine has what it takes to log in.
  static let canLogIn: Bool = {
    let isThere = ["ssh", "ssh-keygen"].allSatisfy { (try? run(["which", $0]))?.status == 0 }
    if !isThere { print("SKIPPED: tests of a container, because there is no ssh or ssh-keygen") }
    return isThere
  }()

  let repository: TestRepository
  private let directory: URL
  private(set) var port = ""

  init() throws {
    repository = try TestRepository.sindri()
    directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("sindri-ssh-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let made = try run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key])
    try #require(made.status == 0, "\(made.errors)")
    let built = try repository.sindri("build")
    try #require(built.status == 0, "\(built.output)\(built.errors)")
  }

  deinit {
    _ = try? run(["docker", "rm", "-f", "-v", name])
    _ = try? run(["docker", "volume", "rm", "-f", volume])
    try? FileManager.default.removeItem(at: directory)
  }

  var name: String { repository.name }
  var volume: String { "\(name)-workspace" }
  var key: String { directory.appendingPathComponent("key").path }

  /// Starts a new container, its workspace on the volume, and waits until its check succeeds.
  func start() throws {
    try run(["docker", "rm", "-f", name])
    let keys = try String(contentsOfFile: key + ".pub", encoding: .utf8)
    let started = try run([
      "docker", "run", "-d", "--name", name, "-p", "127.0.0.1::22", "-v", "\(volume):/workspace",
      "-e", "AUTHORIZED_KEYS=\(keys)", "\(name):latest",
    ])
    try #require(started.status == 0, "\(started.errors)")
    let published = try run(["docker", "port", name, "22/tcp"]).output
    port =
      published.split(whereSeparator: \.isWhitespace).first?
      .split(separator: ":").last.map(String.init) ?? ""
    try #require(!port.isEmpty, "no port is published: \(published)")
    let ready = try eventually(seconds: 20) {
      try exec("/docker/scripts/health-check.sh").status == 0
    }
    let log = try run(["docker", "logs", name])
    try #require(ready, "the container is not fit for work: \(log.output)\(log.errors)")
  }

  /// Runs a command inside, as root or as another user.
  @discardableResult
  func exec(_ command: String..., user: String = "root", input: String = "") throws
    -> CommandOutput
  {
    try run(["docker", "exec", "-i", "-u", user, name] + command, input: input)
  }

  /// Logs in with the test's key, or with a password and nothing else.
  func ssh(
    _ command: String, as user: String = "developer", password: String? = nil
  ) throws -> CommandOutput {
    var options = [
      "-F", "/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
      "-o", "IdentitiesOnly=yes", "-o", "ConnectTimeout=10", "-o", "LogLevel=ERROR", "-p", port,
    ]
    var environment: [String: String] = [:]
    if let password {
      let asker = directory.appendingPathComponent("ask")
      try "#!/bin/sh\necho '\(password)'\n".write(to: asker, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o700], ofItemAtPath: asker.path)
      environment = ["SSH_ASKPASS": asker.path, "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"]
      options += ["-o", "PubkeyAuthentication=no", "-o", "NumberOfPasswordPrompts=1"]
    } else {
      options += ["-o", "BatchMode=yes", "-i", key]
    }
    return try run(["ssh"] + options + ["\(user)@127.0.0.1", command], environment: environment)
  }

  /// Whether the condition comes to hold in time.
  func eventually(seconds: Int, _ condition: () throws -> Bool) throws -> Bool {
    let deadline = ContinuousClock.now.advanced(by: .seconds(seconds))
    while ContinuousClock.now < deadline {
      if try condition() { return true }
      usleep(100_000)
    }
    return false
  }
}
