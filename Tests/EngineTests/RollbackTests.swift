import Foundation
import Glibc
import Testing

extension EngineSuite {
  /// New containers that are no good: the old one serves again, and the message says why.
  @Suite struct RollbackTests {
    /// The old container serves and nothing stands beside it.
    private func expectOld(
      _ repository: TestRepository, _ name: String = "one",
      location: SourceLocation = #_sourceLocation
    ) throws {
      #expect(
        try repository.settledContainers() == ["\(repository.name) running"],
        sourceLocation: location)
      let program = try repository.inContainer("cat", "/src/serve")
      #expect(program.hasPrefix("echo this is \(name)\n"), sourceLocation: location)
      let label = try run([
        "docker", "inspect", "-f", "{{index .Config.Labels \"sindri.container\"}}", repository.name,
      ])
      #expect(label.output.contains(repository.url.lastPathComponent), sourceLocation: location)
    }

    private func rollBack(
      _ watcher: Watcher, within seconds: Double, after edit: () throws -> Void
    ) throws -> String {
      try edit()
      try watcher.wait(for: "build-finished") { $0.text("result") == "built" }
      let built = Date()
      let event = try watcher.wait(for: "rolled-back")
      let time = Date().timeIntervalSince(built)
      #expect(time < seconds, "took \(time) s")
      print("note: rolled back after \(time) s: \(event.text("reason"))")
      try watcher.wait(for: "idle")
      return event.text("reason")
    }

    @Test(.timeLimit(.minutes(5)))
    func oneThatExitsAtOnce() throws {
      let repository = try TestRepository.serving()
      let watcher = try repository.watch()
      let reason = try rollBack(watcher, within: 8) {
        try repository.serve("two", "echo broken because of this\nexit 3")
      }
      #expect(reason.hasPrefix("the new container ended with status 3, "))
      #expect(reason.contains("save a fix"))
      #expect(watcher.errors.contains("| this is two\n  | broken because of this\n"))
      try expectOld(repository)
      // The session goes on.
      try repository.serve("three", "touch /healthy")
      try watcher.wait(for: "restarted")
      try watcher.wait(for: "idle")
      try expectOld(repository, "three")
    }

    @Test(.timeLimit(.minutes(5)))
    func oneThatExitsAtOnceWithoutAHealthCheck() throws {
      let repository = try TestRepository.serving("stay-up = 700ms")
      let dockerfile = try repository.read("app/Dockerfile")
      let plain = dockerfile.split(separator: "\n").filter { !$0.hasPrefix("HEALTHCHECK") }
      try repository.write("app/Dockerfile", plain.joined(separator: "\n") + "\n")
      let watcher = try repository.watch()
      let reason = try rollBack(watcher, within: 8) { try repository.serve("two", "exit 3") }
      #expect(reason.hasPrefix("the new container ended with status 3, "))
      try expectOld(repository)
    }

    @Test(.timeLimit(.minutes(5)))
    func oneThatNeverBecomesHealthy() throws {
      let repository = try TestRepository.serving()
      let watcher = try repository.watch()
      let reason = try rollBack(watcher, within: 10) { try repository.serve("two", "echo waiting") }
      #expect(reason.hasPrefix("the new container was not healthy within 3.0 s"))
      #expect(reason.contains("container.health-timeout"))
      #expect(watcher.errors.contains("| waiting\n"))
      try expectOld(repository)
    }

    @Test(.timeLimit(.minutes(5)))
    func aHealthCheckThatHangs() throws {
      let repository = try TestRepository.serving()
      let dockerfile = try repository.read("app/Dockerfile")
      let watcher = try repository.watch()
      let reason = try rollBack(watcher, within: 12) {
        try repository.write(
          "app/Dockerfile",
          dockerfile.replacingOccurrences(of: "\"test\", \"-e\"", with: "\"tail\", \"-f\""))
      }
      #expect(reason.contains("its check says: it took too long"))
      try expectOld(repository)
    }

    @Test(.timeLimit(.minutes(5)))
    func anEntrypointThatIsMissing() throws {
      let repository = try TestRepository.serving()
      let watcher = try repository.watch()
      let dockerfile = try repository.read("app/Dockerfile")
      let reason = try rollBack(watcher, within: 8) {
        try repository.write("app/Dockerfile", dockerfile + "ENTRYPOINT [\"/nowhere\"]\n")
      }
      #expect(reason.contains("/nowhere"))
      #expect(reason.contains("put ENTRYPOINT and CMD, or container.command, right and save"))
      try expectOld(repository)
    }

    @Test(.timeLimit(.minutes(5)))
    func aPortThatSomethingElseHolds() throws {
      let repository = try TestRepository.serving()
      let watcher = try repository.watch()
      let holder = try HeldPort()
      try repository.append(
        ".sindri-watch.conf", "[container]\n  publish = 127.0.0.1:\(holder.number):80\n")
      try watcher.wait(for: "idle")
      let reason = try rollBack(watcher, within: 8) {
        try repository.serve("two", "touch /healthy")
      }
      #expect(reason.contains("end what holds the port, or change container.publish"))
      try expectOld(repository)
      holder.release()
      try repository.serve("three", "touch /healthy")
      try watcher.wait(for: "restarted")
      try watcher.wait(for: "idle")
      try expectOld(repository, "three")
    }

    @Test(.timeLimit(.minutes(5)))
    func theSamePortIsHandedOver() throws {
      let port = try HeldPort()
      port.release()
      let repository = try TestRepository.serving("publish = 127.0.0.1:\(port.number):80")
      let watcher = try repository.watch()
      _ = try rollBack(watcher, within: 8) { try repository.serve("two", "exit 1") }
      try expectOld(repository)
      try repository.serve("three", "touch /healthy")
      try watcher.wait(for: "restarted")
      try watcher.wait(for: "idle")
      try expectOld(repository, "three")
    }

    @Test(.timeLimit(.minutes(5)))
    func anImageThatIsRemovedMeanwhile() throws {
      let repository = try TestRepository.serving()
      let watcher = try repository.watch()
      let tags = try run([
        "docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}", repository.name,
      ]).output.split(separator: "\n").map(String.init)
      let first = tags.filter { $0.contains(":application-") }
      try repository.serve("two", "touch /healthy")
      try watcher.wait(for: "restarted")
      try watcher.wait(for: "idle")
      // The revert would be a retag of the first image, which nobody told the watcher is gone.
      try run(["docker", "rmi", "-f"] + first)
      try repository.serve("one", "touch /healthy")
      let event = try watcher.wait(for: "rolled-back")
      #expect(event.text("reason").contains("o such image"))
      #expect(event.text("reason").contains("the image is built anew"))
      // It is, without another save.
      try watcher.wait(for: "restarted")
      try watcher.wait(for: "idle")
      try expectOld(repository, "one")
    }

    @Test(.timeLimit(.minutes(5)))
    func aNewerSaveIsNotKeptWaiting() throws {
      let repository = try TestRepository.serving("health-timeout = 60s")
      let watcher = try repository.watch()
      try repository.serve("two", "echo never healthy")
      try watcher.wait(for: "tagged")
      usleep(1_000_000)
      let saved = Date()
      try repository.serve("three", "touch /healthy")
      try watcher.wait(for: "restarted")
      let time = Date().timeIntervalSince(saved)
      #expect(time < 10, "took \(time) s")
      try watcher.wait(for: "idle")
      try expectOld(repository, "three")
      #expect(!watcher.events.contains { $0.name == "rolled-back" })
    }
  }
}

/// A port of the loopback address that something listens on.
final class HeldPort {
  let number: Int
  private let descriptor: Int32

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, size) + listen(descriptor, 1)
          + getsockname(descriptor, $0, &size)
      }
    }
    number = Int(UInt16(bigEndian: address.sin_port))
    try #require(status == 0 && number > 0)
  }

  func release() { close(descriptor) }
}
