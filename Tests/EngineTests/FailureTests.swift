import Foundation
import Glibc
import Testing

extension EngineSuite {
  /// What goes wrong, and that the next good state is reached without starting anew.
  @Suite struct FailureTests {
    @Test(.timeLimit(.minutes(5)))
    func aFailedStepMovesNoTagAndItsFixDoes() throws {
      let repository = try TestRepository.tiny()
      let watcher = try repository.watch()
      let before = try repository.image("latest")
      let dockerfile = try repository.read("app/Dockerfile")
      try repository.write("app/Dockerfile", dockerfile + "RUN echo because; exit 3\n")
      try watcher.wait(for: "build-finished") { $0.result == "application failed" }
      #expect(try repository.image("latest") == before)
      #expect(watcher.errors.contains("| because"))
      try repository.write("app/Dockerfile", dockerfile + "RUN echo fixed\n")
      try watcher.wait(for: "build-finished") { $0.result == "application built" }
      try watcher.wait(for: "idle")
      #expect(try repository.image("latest") != before)
    }

    @Test(.timeLimit(.minutes(5)))
    func aMissingDockerfileIsWaitedFor() throws {
      let repository = try TestRepository.tiny()
      let watcher = try repository.watch()
      let dockerfile = try repository.read("app/Dockerfile")
      try repository.remove("app/Dockerfile")
      let warning = try watcher.wait(for: "warning")
      #expect(warning.text("message").contains("app/Dockerfile is missing"))
      try repository.write("app/Dockerfile", dockerfile + "RUN true\n")
      try watcher.wait(for: "build-finished") { $0.result == "application built" }
      try watcher.wait(for: "idle")
    }

    @Test(.timeLimit(.minutes(5)))
    func aBadConfigurationChangesNothing() throws {
      let repository = try TestRepository.tiny()
      let watcher = try repository.watch()
      let good = try repository.read(".sindri-watch.conf")
      try repository.write(".sindri-watch.conf", good + "[layre \"x\"]\n  path = y\n")
      let warning = try watcher.wait(for: "warning")
      let line = good.split(separator: "\n", omittingEmptySubsequences: false).count + 1
      #expect(
        warning.text("message").hasPrefix(
          ".sindri-watch.conf:\(line): unknown section \"layre\"; did you mean \"layer\"?"))
      #expect(
        try watcher.results { try repository.write("app/src/file", "two\n") }
          == ["application built"])
      // A good edit is taken over: from now on README.md is an input.
      try repository.write(
        ".sindri-watch.conf", good + "[layer \"application\"]\n  path = README.md\n")
      try watcher.wait(for: "idle")
      #expect(
        try watcher.results { try repository.write("README.md", "new\n") } == ["application built"])
    }

    @Test(.timeLimit(.minutes(5)))
    func aSignalEndsItWithEverythingThatItStarted() throws {
      let repository = try TestRepository.tiny(container: false)
      let dockerfile = try repository.read("app/Dockerfile")
      let watcher = try repository.watch()
      try repository.write("app/Dockerfile", dockerfile + "RUN sleep 60\n")
      try watcher.wait(for: "build-started")
      usleep(500_000)
      let pid = watcher.process.processIdentifier
      let children = try run(["pgrep", "-P", "\(pid)"]).output.split(separator: "\n")
      #expect(!children.isEmpty)
      let ending = watcher.end(SIGINT)
      #expect(ending.reason == .uncaughtSignal && ending.status == SIGINT)
      for child in children {
        #expect(kill(try #require(Int32(child)), 0) == -1, "process \(child) is still there")
      }
      // Interrupted is not failed: the next run builds it.
      try repository.write("app/Dockerfile", dockerfile + "RUN true\n")
      #expect(try repository.sindri("watch", "--once").status == 0)
      #expect(try repository.sindri("status", "--check").status == 0)
    }

    @Test(.timeLimit(.minutes(5)))
    func aKilledWatcherIsNoObstacle() throws {
      let repository = try TestRepository.tiny(container: false)
      let watcher = try repository.watch()
      try repository.write("base/file", "two\n")
      try watcher.wait(for: "build-started")
      _ = watcher.end(SIGKILL)
      let next = try repository.watch()
      #expect(try repository.sindri("status", "--check").status == 0)
      #expect(next.end().status == SIGINT)
    }

    @Test(.timeLimit(.minutes(5)))
    func aSecondWatcherSaysWhoHasTheRepository() throws {
      let repository = try TestRepository.tiny(container: false)
      let watcher = try repository.watch()
      let second = try repository.sindri("watch", "--once")
      #expect(second.status == 1)
      #expect(second.errors.contains("process \(watcher.process.processIdentifier) is watching"))
      #expect(
        try repository.sindri("status").output.contains(
          "process \(watcher.process.processIdentifier)"))
    }

    @Test(.timeLimit(.minutes(5)))
    func aContainerOfSomebodyElseIsNotTouched() throws {
      let repository = try TestRepository.tiny()
      let os = try #require(Setup.osImage)
      let foreign = try run(
        ["docker", "run", "-d", "--name", repository.name, os, "sleep", "1000"]
      ).output.trimmingCharacters(in: .whitespacesAndNewlines)
      let watcher = try repository.watch(untilIdle: false)
      let warning = try watcher.wait(for: "warning")
      #expect(warning.text("message").contains("was not made for this repository"))
      let there = try run([
        "docker", "inspect", "-f", "{{.Id}} {{.State.Running}}", repository.name,
      ])
      #expect(there.output.hasPrefix("\(foreign) true"))
    }

    @Test(.timeLimit(.minutes(5)))
    func anImageThatSomebodyRemovedIsBuiltAgain() throws {
      let repository = try TestRepository.tiny(container: false)
      let watcher = try repository.watch()
      let tags = try run([
        "docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}", repository.name,
      ])
      let base = tags.output.split(separator: "\n").filter { $0.contains(":base-") }.map(
        String.init)
      try run(["docker", "rmi", "-f"] + base)
      try repository.write("app/src/file", "two\n")
      try watcher.wait(for: "build-finished") { $0.result == "base built" }
      try watcher.wait(for: "build-finished") { $0.result == "application built" }
      try watcher.wait(for: "idle")
    }
  }
}
