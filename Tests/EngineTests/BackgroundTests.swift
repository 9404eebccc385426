import Foundation
import Glibc
import Testing

extension EngineSuite {
  /// A watcher without a terminal, and the commands that ask it.
  @Suite struct BackgroundTests {
    @Test(.timeLimit(.minutes(5)))
    func itIsAskedWhileItWatches() throws {
      let repository = try TestRepository.tiny(container: false)
      let watcher = try BackgroundWatcher(repository)
      try watcher.waitUntil("idle")
      let second = try repository.sindri("watch", "--detach")
      #expect(second.status == 1)
      #expect(second.errors.contains("process \(watcher.pid) is watching"))

      // What is saved during a pause is built after it.
      #expect(try repository.sindri("pause").status == 0)
      try watcher.waitUntil("paused")
      let before = try repository.image("latest")
      try repository.write("app/src/file", "two\n")
      usleep(800_000)
      #expect(try repository.image("latest") == before)
      let refused = try repository.sindri("build")
      #expect(refused.status == 1)
      #expect(refused.errors.contains("paused"))
      #expect(try repository.sindri("resume").status == 0)
      try watcher.waitUntil("idle")
      #expect(try repository.image("latest") != before)

      // `build` and `sync` let it do the work, and print what it does.
      let built = try repository.sindri("build", "application", "--force", "--format", "json")
      #expect(built.status == 0, "\(built.errors)")
      #expect(built.output.contains(#""layer":"application""#))
      #expect(built.output.contains(#""result":"built""#))
      #expect(try repository.sindri("sync").status == 0)
      let only = try repository.sindri("build", "base", "--only")
      #expect(only.status == 1)
      #expect(only.errors.contains("--only"))
      let dockerfile = try repository.read("app/Dockerfile")
      try repository.write("app/Dockerfile", dockerfile + "RUN echo because; exit 3\n")
      let failed = try repository.sindri("build")
      #expect(failed.status == 1)
      #expect(failed.output.contains("| because"))
      #expect(failed.errors.contains("not built: application"))
      #expect(try watcher.state() == "failed")
      #expect(try repository.sindri("status").output.contains("failed for "))

      let stopped = try repository.sindri("stop")
      #expect(stopped.status == 0, "\(stopped.errors)")
      #expect(try repository.sindri("status").output.contains("watcher    not running"))
      #expect(try repository.sindri("stop").output.contains("no watcher is running"))
      let log = try repository.sindri("logs").output
      #expect(log.contains("  paused     ") && log.contains("| because"))
      #expect(!log.contains("\u{1B}"))
    }

    @Test(.timeLimit(.minutes(5)))
    func stopEndsABuildWithinSeconds() throws {
      let repository = try TestRepository.tiny(container: false)
      let watcher = try BackgroundWatcher(repository)
      try watcher.waitUntil("idle")
      let follower = Process()
      follower.executableURL = Setup.binary
      follower.arguments = ["logs", "--follow"]
      follower.currentDirectoryURL = repository.url
      let file = repository.url.appendingPathComponent(".git/followed")
      try Data().write(to: file)
      follower.standardOutput = try FileHandle(forWritingTo: file)
      try follower.run()
      let dockerfile = try repository.read("app/Dockerfile")
      try repository.write("app/Dockerfile", dockerfile + "RUN sleep 60\n")
      try watcher.waitUntil("building")
      #expect(!watcher.session.isEmpty)
      let begun = Date()
      #expect(try repository.sindri("stop").status == 0)
      #expect(Date().timeIntervalSince(begun) < 6)
      #expect(watcher.session.isEmpty, "left: \(watcher.session)")
      // Who follows the log is told of the end, and ends.
      follower.waitUntilExit()
      #expect(follower.terminationStatus == 0)
      let followed = try repository.read(".git/followed")
      #expect(followed.contains("cancelled") && followed.hasSuffix("ended\n"))
    }

    @Test(.timeLimit(.minutes(5)))
    func whatAKilledWatcherLeftIsNoObstacle() throws {
      let repository = try TestRepository.tiny(container: false)
      let killed = try BackgroundWatcher(repository)
      try killed.waitUntil("idle")
      kill(killed.pid, SIGKILL)
      try killed.waitForEnd()
      #expect(try repository.sindri("status").output.contains("watcher    died; it was last seen"))
      let object = try killed.status()
      #expect(object["died"] as? String != nil)
      #expect(try repository.sindri("pause").status == 1)
      #expect(try repository.sindri("stop").status == 0)
      let next = try BackgroundWatcher(repository)
      try next.waitUntil("idle")
      // One that does not answer is ended by a signal.
      try FileManager.default.removeItem(atPath: next.socket)
      #expect(try repository.sindri("stop").status == 0)
      #expect(next.session.isEmpty, "left: \(next.session)")
      #expect(try repository.sindri("status").output.contains("watcher    not running"))
    }

    @Test(.timeLimit(.minutes(5)))
    func whyItCannotStartIsSaid() throws {
      let repository = try TestRepository.tiny(container: false)
      try repository.append(".sindri-watch.conf", "[layre \"x\"]\n  path = y\n")
      let refused = try repository.sindri("watch", "--detach")
      #expect(refused.status == 2)
      #expect(refused.errors.contains("unknown section \"layre\""))
      #expect(try repository.sindri("watch", "--detach", "--once").status == 2)
      #expect(try repository.sindri("stop", "--timeout", "soon").status == 2)
    }

    /// Somebody who connects and says nothing, or nonsense, or does not read, is in nobody's way.
    @Test(.timeLimit(.minutes(5)))
    func silentAskersAreInNobodysWay() throws {
      let repository = try TestRepository.tiny(container: false)
      let watcher = try BackgroundWatcher(repository)
      try watcher.waitUntil("idle")
      let nonsense = ["", "x", "nonsense\n", "sindri-watch\t9\tpause\n", "\u{0}\t\n"]
      let long = String(repeating: "x", count: 200_000)
      let deaf = String(repeating: "sindri-watch\t1\tstatus\tjson\n", count: 3)
      let askers = try (nonsense + [long, deaf]).map { try Asker(watcher.socket, saying: $0) }
      try repository.write("app/src/file", "two\n")
      usleep(100_000)
      try watcher.waitUntil("idle")
      #expect(try repository.sindri("status", "--check").status == 0)
      #expect(askers[3].answer.contains("version 1 of the protocol, not 9"))
      #expect(try repository.sindri("stop").status == 0)
      withExtendedLifetime(askers) {}
    }

    @Test(.timeLimit(.minutes(5)))
    func aServiceManagerIsTold() throws {
      let repository = try TestRepository.tiny(container: false)
      let path = repository.url.appendingPathComponent(".git/notify").path
      let manager = try NotifySocket(path)
      let watcher = try repository.watch(
        environment: ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "400000"])
      // The kernel keeps ten for a manager that does not read.
      var said: [String] = []
      for _ in 0..<20 {
        usleep(50_000)
        said += manager.received()
      }
      let stopped = try repository.sindri("stop")
      #expect(stopped.status == 0, "\(stopped.errors)")
      watcher.process.waitUntilExit()
      #expect(watcher.process.terminationReason == .exit)
      #expect(watcher.process.terminationStatus == 0)
      said += manager.received()
      #expect(said.first?.hasPrefix("READY=1\n") == true, "\(said)")
      #expect(said.contains("STATUS=idle\n"))
      #expect(said.filter { $0 == "WATCHDOG=1\n" }.count >= 3)
      #expect(said.last == "STOPPING=1\n")
    }
  }

  /// A long run in little time: edits, failures, an engine that goes away; `SINDRI_WATCH_SOAK` sets
  /// the seconds, 60 by default.
  @Suite(.enabled(if: PrivateEngine.canRun, "SKIPPED: needs root and dockerd"))
  struct BackgroundSoakTests {
    @Test(.timeLimit(.minutes(30)))
    func afterALongTimeNothingIsLeftOver() throws {
      let seconds =
        ProcessInfo.processInfo.environment["SINDRI_WATCH_SOAK"].flatMap(Int.init) ?? 60
      let edits = max(20, seconds / 3)
      let interval = UInt32(seconds * 1_000_000 / edits)
      let engine = try PrivateEngine()
      try engine.load(try #require(Setup.osImage))
      let repository = try TestRepository.tiny(container: false)
      try repository.write(
        ".sindri-watch.local.conf",
        "[engine]\n  host = \(engine.host)\n[build]\n  network = none\n")
      let watcher = try BackgroundWatcher(repository, inTerminal: true)
      try watcher.waitUntil("idle")
      let inherited = watcher.openFiles.filter { $0.hasSuffix("README.md") || $0.contains("/pts") }
      #expect(inherited.isEmpty)
      // Its terminal is gone; this is what it would have been told.
      kill(watcher.pid, SIGHUP)
      // One of each kind, so that the code and the room which they need are in its memory.
      let good = try repository.read("app/Dockerfile")
      try repository.write("base/file", "warm\n")
      usleep(300_000)
      try watcher.waitUntil("idle")
      try repository.write("app/Dockerfile", good + "RUN exit 3\n")
      try watcher.waitUntil("failed")
      try repository.write("app/Dockerfile", good)
      try watcher.waitUntil("idle")
      let before = try watcher.memory()

      var failures = 0
      for edit in 1...edits {
        switch edit {
        case edits / 4, edits / 2, edits * 3 / 4:
          try repository.write("app/Dockerfile", good + "RUN echo because \(edit); exit 3\n")
          try watcher.waitUntil("failed")
          failures += 1
          try repository.write("app/Dockerfile", good)
        case edits * 5 / 8:
          try engine.stop()
          try repository.write("app/src/file", "\(edit)\n")
          try watcher.waitUntil("waiting")
          try engine.start()
        default:
          try repository.write(edit % 10 == 0 ? "base/file" : "app/src/file", "\(edit)\n")
        }
        usleep(interval)
      }
      try watcher.waitUntil("idle", seconds: 90)
      #expect(failures == 3)
      let check = try repository.sindri("status", "--check")
      #expect(check.status == 0, "\(check.output)")
      for (tag, path) in [("base-stable", "base/file"), ("latest", "src/file")] {
        let file = path == "src/file" ? "app/src/file" : path
        let content = try engine.docker(
          "run", "--rm", "--network", "none", "\(repository.name):\(tag)", "cat", "/\(path)")
        #expect(content.output == (try repository.read(file)), "\(content.errors)")
      }
      let after = try watcher.memory()
      #expect(
        Double(after.resident) <= Double(before.resident) * 1.1, "\(before) kB, then \(after) kB")
      let log = try watcher.logSize()
      #expect(log <= 2 << 20)
      let builds = try repository.sindri("logs").output.split(separator: "\n")
        .filter { $0.contains("  built      ") }.count
      #expect(builds >= edits / 2)
      let begun = Date()
      #expect(try repository.sindri("stop").status == 0)
      let took = Date().timeIntervalSince(begun)
      #expect(watcher.session.isEmpty, "left: \(watcher.session)")
      print(
        "note: \(seconds) s, \(edits) edits, \(failures) failures, \(builds) builds; memory "
          + "\(before) kB before, \(after) kB after; log \(log) bytes; stopped in "
          + "\(Int(took * 1000)) ms")
    }
  }
}
