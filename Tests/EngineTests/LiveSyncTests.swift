import Foundation
import Testing

extension EngineSuite {
  /// What a save does to the running container.
  @Suite struct LiveSyncTests {
    @Test(.timeLimit(.minutes(5)))
    func aSaveIsCopiedAndTheImageFollowsWithoutANewContainer() throws {
      let container = try SyncedContainer()
      defer { container.stop() }
      try container.start(restarts: true)
      let watcher = try #require(container.watcher)
      let before = try run([
        "docker", "inspect", "-f", "{{.Id}}{{.State.StartedAt}}", container.name,
      ])
      let mark = watcher.mark
      try container.repository.write("tree/file", "two\n")
      let synced = try watcher.wait(for: "synced")
      #expect(synced.list("paths") == ["tree/file"])
      #expect(try container.repository.inContainer("cat", "/tree/file") == "two\n")
      try watcher.wait(for: "idle")
      #expect(watcher.results(since: mark) == ["application built"])
      let after = try run([
        "docker", "inspect", "-f", "{{.Id}}{{.State.StartedAt}}", container.name,
      ])
      #expect(before.output == after.output)
      let inImage = try run([
        "docker", "run", "--rm", "\(container.name):latest", "cat", "/tree/file",
      ])
      #expect(inImage.output == "two\n")
      let status = try container.repository.sindri("status")
      #expect(status.output.contains("copied since its image was made: tree/file"))
      // What no section covers takes a new image and a new container.
      let dockerfile = try container.repository.read("Dockerfile")
      try container.repository.write("Dockerfile", dockerfile + "RUN echo x > /x\n")
      try watcher.wait(for: "restarted")
      #expect(try container.repository.inContainer("cat", "/tree/file", "/x") == "two\nx\n")
      try watcher.wait(for: "idle")
      usleep(1_500_000)
      #expect(try !container.repository.sindri("status").output.contains("copied since"))
    }

    @Test(.timeLimit(.minutes(5)))
    func whatChangedWhileNobodyWatchedIsCopiedAtTheStartAndOnlyThen() throws {
      let container = try SyncedContainer()
      defer { container.stop() }
      try container.start()
      container.stop()
      try container.repository.write("tree/new", "new\n")
      try container.repository.remove("tree/file")
      try container.watch()
      #expect(try container.waitForEquality())
      container.stop()
      // The container has it by a copy, and its image has not: everything is sent once more.
      try container.watch()
      #expect(try container.waitForEquality())
      container.stop()
      // A container of the newest image has all of it: nothing is sent.
      try run(["docker", "rm", "-f", container.name])
      try container.start()
      usleep(1_500_000)
      container.watcher?.read()
      #expect(container.watcher?.events.contains { $0.name == "synced" } == false)
      #expect(try container.waitForEquality())
    }

    @Test(.timeLimit(.minutes(5)))
    func aBurstOfFilesIsOneStream() throws {
      let container = try SyncedContainer()
      defer { container.stop() }
      try container.start()
      let content = [UInt8](repeating: 0x61, count: 2048)
      container.host.makeDirectory(Array("many".utf8))
      let began = Date()
      for number in 0..<3000 { container.host.write(Array("many/f\(number)".utf8), content) }
      #expect(try container.waitForEquality())
      print("note: 3,000 files of 2 KB in \(Int(Date().timeIntervalSince(began) * 1000)) ms")
      container.host.remove(Array("many".utf8))
      #expect(try container.waitForEquality())
    }

    @Test(.timeLimit(.minutes(5)))
    func ownersAreKeptOrAsConfigured() throws {
      let container = try SyncedContainer()
      defer { container.stop() }
      try container.start()
      try run(["docker", "exec", container.name, "chown", "1000:1001", "/tree", "/tree/file"])
      try container.repository.write("tree/file", "two\n")
      try container.repository.write("tree/new", "two\n")
      for number in 0..<20 { try container.repository.write("tree/many\(number)", "x\n") }
      #expect(try container.waitForEquality())
      let owners = try container.repository.inContainer(
        "stat", "-c", "%u:%g", "/tree/file", "/tree/new", "/tree/many1", "/tree/many19")
      #expect(owners == "1000:1001\n1000:1001\n1000:1001\n1000:1001\n")
      container.stop()
      try container.watch(arguments: ["-c", "sync.tree.owner=7:8"])
      try container.repository.write("tree/file", "three\n")
      #expect(try container.waitForEquality())
      #expect(try container.repository.inContainer("stat", "-c", "%u:%g", "/tree/file") == "7:8\n")
    }

    @Test(.timeLimit(.minutes(5)))
    func ignoredPathsStayOut() throws {
      let container = try SyncedContainer(sync: "  ignore = tree/skip/**\n  ignore = **/*.pyc")
      defer { container.stop() }
      try container.start()
      for path in ["tree/skip/a", "tree/x.pyc", "tree/x~", "tree/.x.swp", "tree/ok"] {
        try container.repository.write(path, "x")
      }
      let synced = try #require(container.watcher).wait(for: "synced")
      #expect(synced.list("paths").filter { $0 != "tree/skip" } == ["tree/ok"])
      let seen = try container.repository.inContainer("sh", "-c", "find /tree -type f | sort")
      #expect(seen == "/tree/file\n/tree/ok\n")
    }

    @Test(.timeLimit(.minutes(5)))
    func aFileIsNotCopiedBeforeItsWriterIsDone() throws {
      let container = try SyncedContainer()
      defer { container.stop() }
      try container.start()
      let path = container.repository.url.appendingPathComponent("tree/file")
      let handle = try FileHandle(forWritingTo: path)
      try handle.truncate(atOffset: 0)
      usleep(700_000)
      #expect(try container.repository.inContainer("cat", "/tree/file") == "one\n")
      try handle.write(contentsOf: Data("whole\n".utf8))
      try handle.close()
      #expect(try container.waitForEquality())
    }

    // MARK: Hooks

    @Test(.timeLimit(.minutes(5)))
    func aHookRunsInTheContainerAndItsFailureIsShown() throws {
      let container = try SyncedContainer(
        sync:
          #"  exec = "sh -c 'echo run $0 $@ in $(cat /.dockerenv; hostname); test $0 != bad' {name}""#
      )
      defer { container.stop() }
      try container.start()
      let watcher = try #require(container.watcher)
      let hostname = try container.repository.inContainer("hostname")
      try container.repository.write("tree/good.sh", "x\n")
      try wait { watcher.errors.contains("| run good in \(hostname)") }
      try wait { watcher.errors.contains("done in") }
      try container.repository.write("tree/bad.sh", "x\n")
      let warning = try watcher.wait(for: "warning")
      #expect(warning.text("message").contains("failed, status 1"))
      #expect(try container.waitForEquality())
    }

    @Test(.timeLimit(.minutes(5)))
    func aNewerSaveCancelsTheHook() throws {
      let container = try SyncedContainer(
        sync: #"  exec = "sh -c 'echo begin $0 $*; sleep 5; echo end $0 $*' {name}""#)
      defer { container.stop() }
      try container.start()
      let watcher = try #require(container.watcher)
      try container.repository.write("tree/a.sh", "x\n")
      try wait { watcher.errors.contains("begin a\n") || watcher.errors.contains("begin a ") }
      try container.repository.write("tree/b.sh", "x\n")
      try wait { watcher.errors.contains("begin a b") || watcher.errors.contains("begin b a") }
      let sleeping = try container.repository.inContainer(
        "sh", "-c",
        "for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline; echo; done | grep -cx 'sleep 5 '")
      #expect(sleeping == "1\n")
      #expect(!watcher.errors.contains("| end a"))
    }

    @Test(.timeLimit(.minutes(5)))
    func aSectionMayRestartTheMainProcess() throws {
      let container = try SyncedContainer(sync: "  restart = true")
      defer { container.stop() }
      try container.start()
      let watcher = try #require(container.watcher)
      let before = try run([
        "docker", "inspect", "-f", "{{.Id}} {{.State.StartedAt}}", container.name,
      ])
      .output.split(separator: " ")
      try container.repository.write("tree/file", "two\n")
      try watcher.wait(for: "restarted")
      let after = try run([
        "docker", "inspect", "-f", "{{.Id}} {{.State.StartedAt}}", container.name,
      ])
      .output.split(separator: " ")
      #expect(before.first == after.first)
      #expect(before.last != after.last)
      #expect(try container.waitForEquality())
      // The replay after the restart is no reason for another one.
      usleep(1_500_000)
      watcher.read()
      #expect(watcher.events.count { $0.name == "restarted" } == 1)
    }

    private func wait(_ condition: () -> Bool) throws {
      let end = Date().addingTimeInterval(20)
      while !condition() {
        try #require(Date() < end, "what was waited for did not come")
        usleep(10_000)
      }
    }
  }
}
