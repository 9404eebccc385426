import Foundation
import Glibc
import Testing

extension EngineSuite {
  /// What a restart leaves alone, survives and shows.
  @Suite struct RestartTests {
    private func save(
      _ watcher: Watcher, _ repository: TestRepository, _ name: String,
      _ start: String = "touch /healthy"
    ) throws -> WatchEvent {
      try repository.serve(name, start)
      let event = try watcher.wait(for: "restarted")
      try watcher.wait(for: "idle")
      return event
    }

    private func runs(_ repository: TestRepository) throws -> String {
      let program = try repository.inContainer("cat", "/src/serve")
      let word = program.split(separator: "\n").first?.split(separator: " ").last
      return word.map(String.init) ?? ""
    }

    @Test(.timeLimit(.minutes(5)))
    func theCheckIsNotWaitedForAWholeInterval() throws {
      let repository = try TestRepository.serving()
      let watcher = try repository.watch()
      let event = try save(watcher, repository, "two")
      let seconds = try #require(event.fields["seconds"] as? Double)
      #expect(seconds < 5)
      #expect(try runs(repository) == "two")
    }

    @Test(.timeLimit(.minutes(5)))
    func oneStoppedByHandStaysStopped() throws {
      let repository = try TestRepository.serving()
      let watcher = try repository.watch()
      try run(["docker", "stop", "-t", "0", repository.name])
      try repository.serve("two", "touch /healthy")
      let warning = try watcher.wait(for: "warning")
      #expect(warning.text("message").contains("was stopped by hand and stays so"))
      #expect(warning.text("message").contains("docker start \(repository.name)"))
      try watcher.wait(for: "idle")
      #expect(try repository.containers() == ["\(repository.name) exited"])
      // Started again by hand, it is replaced by the next build.
      try run(["docker", "start", repository.name])
      _ = try save(watcher, repository, "three")
      #expect(try runs(repository) == "three")
      // A new run of the watcher counts as asking for it.
      try run(["docker", "kill", repository.name])
      #expect(watcher.end().status == SIGINT)
      #expect(try repository.sindri("watch", "--once").status == 0)
      #expect(try runs(repository) == "three")
    }

    @Test(.timeLimit(.minutes(5)))
    func oneThatEndedByItselfIsReplaced() throws {
      let repository = try TestRepository.serving()
      let watcher = try repository.watch()
      try run(["docker", "exec", repository.name, "touch", "/end"])
      try run(["docker", "wait", repository.name])
      _ = try save(watcher, repository, "two")
      #expect(try runs(repository) == "two")
    }

    @Test(.timeLimit(.minutes(5)))
    func withoutRestartNothingIsTouched() throws {
      let repository = try TestRepository.serving()
      #expect(try repository.sindri("watch", "--once").status == 0)
      try repository.serve("two", "touch /healthy")
      let off = ["-c", "container.restart=false"]
      let result = try run([Setup.binary.path] + off + ["watch", "--once"], in: repository.url)
      #expect(result.status == 0)
      #expect(try runs(repository) == "one")
      #expect(try repository.containers() == ["\(repository.name) running"])
    }

    @Test(.timeLimit(.minutes(5)), arguments: ["", ".previous"])
    func whatIsNotOursIsNotTouched(_ suffix: String) throws {
      let repository = try TestRepository.serving()
      let os = try #require(Setup.osImage)
      if !suffix.isEmpty { #expect(try repository.sindri("watch", "--once").status == 0) }
      let name = repository.name + suffix
      let foreign = try run(["docker", "run", "-d", "--name", name, os, "sleep", "1000"])
      let before = try repository.containers()
      try repository.serve("two", "touch /healthy")
      let result = try repository.sindri("watch", "--once")
      #expect(result.status == 1)
      #expect((result.output + result.errors).contains("a container named \(name) exists that was"))
      #expect(try repository.containers() == before)
      let there = try run(["docker", "inspect", "-f", "{{.Id}}", name])
      #expect(there.output == foreign.output)
      if !suffix.isEmpty { #expect(try runs(repository) == "one") }
    }

    @Test(.timeLimit(.minutes(5)))
    func volumesSurvive() throws {
      let volume = "sindri-test-\(UUID().uuidString.prefix(8).lowercased())"
      defer { _ = try? run(["docker", "volume", "rm", "-f", volume]) }
      let repository = try TestRepository.serving("volume = \(volume):/data")
      let watcher = try repository.watch()
      try run(["docker", "exec", repository.name, "sh", "-c", "echo kept > /data/file"])
      _ = try save(watcher, repository, "two")
      #expect(try repository.inContainer("cat", "/data/file") == "kept\n")
      try repository.serve("three", "echo more >> /data/file; exit 1")
      try watcher.wait(for: "rolled-back")
      #expect(try repository.inContainer("cat", "/data/file") == "kept\nmore\n")
      _ = watcher.end()
      try run(["docker", "rm", "-f", repository.name])
    }

    @Test(.timeLimit(.minutes(10)))
    func aWatcherKilledInTheMiddleIsPutRight() throws {
      let repository = try TestRepository.serving()
      #expect(try repository.sindri("watch", "--once").status == 0)
      var seen: Set<String> = []
      for (turn, delay) in stride(from: 0, through: 720, by: 60).enumerated() {
        let watcher = try repository.watch()
        let name = "turn\(turn)"
        try repository.serve(
          name, turn.isMultiple(of: 3) ? "sleep 1; touch /healthy" : "touch /healthy")
        try watcher.wait(for: "build-finished") { $0.text("result") == "built" }
        usleep(UInt32(delay) * 1000)
        #expect(watcher.end(SIGKILL).status == SIGKILL)
        let left = try repository.containers()
        seen.insert(left.map { $0.replacingOccurrences(of: repository.name, with: "") }.joined())
        let next = try repository.sindri("watch", "--once")
        #expect(next.status == 0, "\(next.output)\(next.errors)")
        #expect(
          try repository.containers() == ["\(repository.name) running"], "\(left): \(next.output)")
        #expect(try runs(repository) == name)
      }
      print("note: killed watchers left \(seen.sorted())")
      #expect(seen.count > 2)
    }

    @Test(.timeLimit(.minutes(5)))
    func aWatcherKilledBesideABadContainerBringsTheOldOneBack() throws {
      let repository = try TestRepository.serving()
      let watcher = try repository.watch()
      try repository.serve("two", "echo never healthy")
      try watcher.wait(for: "build-finished") { $0.text("result") == "built" }
      usleep(1_500_000)
      #expect(watcher.end(SIGKILL).status == SIGKILL)
      #expect(
        try repository.containers() == [
          "\(repository.name) running", "\(repository.name).previous exited",
        ])
      let off = ["-c", "container.restart=false"]
      let aside = try run([Setup.binary.path] + off + ["watch", "--once"], in: repository.url)
      #expect(aside.output.contains("'sindri-watch watch --restart' puts it right"))
      #expect(try repository.containers().count == 2)
      let next = try repository.watch("--restart", untilIdle: false)
      let warning = try next.wait(for: "warning")
      #expect(warning.text("message").contains("a replacement of the container was interrupted"))
      try next.wait(for: "rolled-back")
      try next.wait(for: "idle")
      #expect(try runs(repository) == "one")
      #expect(try repository.containers() == ["\(repository.name) running"])
    }

    @Test(.timeLimit(.minutes(5)))
    func theLogIsFollowedFromOneContainerToTheNext() throws {
      let repository = try TestRepository.serving("follow-logs = true")
      func counting(_ name: String) -> String {
        "touch /healthy; i=0; while :; do i=$((i+1)); echo \(name) $i; "
          + "echo \(name)-errors $i >&2; sleep 0.02; done"
      }
      try repository.serve("one", counting("one"))
      let watcher = try repository.watch()
      usleep(500_000)
      _ = try save(watcher, repository, "two", counting("two"))
      usleep(500_000)
      try repository.serve("three", "exit 1")
      try watcher.wait(for: "rolled-back")
      usleep(1_500_000)
      try run(["docker", "stop", "-t", "0", repository.name])
      usleep(1_500_000)
      let log = try run(["docker", "logs", repository.name])
      _ = watcher.end()
      let lines = watcher.errors.split(separator: "\n").map(String.init)
      func shown(_ name: String) -> [String] {
        let prefix = "\(repository.name) | \(name) "
        return lines.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
      }
      // The first is shown from the start on, since the watcher made it.
      for name in ["one", "one-errors"] {
        let numbers = shown(name)
        #expect(numbers.count > 10)
        #expect(numbers == (0..<numbers.count).map { "\($0 + 1)" })
      }
      // The second ran twice, before and after the third: exactly what the engine kept is shown.
      for (name, kept) in [("two", log.output), ("two-errors", log.errors)] {
        let numbers = kept.split(separator: "\n").filter { $0.hasPrefix("\(name) ") }.map {
          String($0.dropFirst(name.count + 1))
        }
        #expect(numbers.count > 40)
        #expect(numbers.count { $0 == "1" } == 2)
        #expect(shown(name) == numbers)
      }
    }
  }
}
