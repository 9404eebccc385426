import Foundation
import Testing

extension EngineSuite {
  /// An engine that goes away, or has no room.
  @Suite(.enabled(if: PrivateEngine.canRun, "SKIPPED: needs root and dockerd"))
  struct EngineOutageTests {
    @Test(.timeLimit(.minutes(8)))
    func anEngineThatStopsInTheMiddleIsWaitedFor() throws {
      let engine = try PrivateEngine()
      try engine.load(try #require(Setup.osImage))
      let repository = try TestRepository.tiny(container: false)
      try repository.write(
        ".sindri-watch.local.conf",
        "[engine]\n  host = \(engine.host)\n[build]\n  network = none\n")
      let dockerfile = try repository.read("base/Dockerfile")
      try repository.write("base/Dockerfile", dockerfile + "RUN sleep 4\n")
      let watcher = try repository.watch()
      let mark = watcher.mark
      try repository.write("base/file", "two\n")
      try watcher.wait(for: "build-started")
      usleep(1_000_000)
      try engine.stop()
      let warning = try watcher.wait(for: "warning")
      #expect(!warning.text("message").isEmpty)
      // Saved while there is no engine.
      try repository.write("app/src/file", "two\n")
      try engine.start()
      try watcher.wait(for: "idle", seconds: 40)
      let results = watcher.results(since: mark)
      #expect(results.suffix(2) == ["base built", "application built"])
      let status = try repository.sindri("status", "--check")
      #expect(status.status == 0, "\(status.output)")
    }

    @Test(.timeLimit(.minutes(5)))
    func aFullDiskIsNamedAndRecoveredFrom() throws {
      let engine = try PrivateEngine(megabytes: 96)
      let repository = try TestRepository.tiny(container: false)
      try repository.write("base/Dockerfile", "FROM scratch\nCOPY base/file /base/file\n")
      try repository.write(
        ".sindri-watch.local.conf", "[engine]\n  host = \(engine.host)\n")
      let watcher = try repository.watch()
      let big = try run(
        ["dd", "if=/dev/urandom", "of=app/src/big", "bs=1M", "count=120"], in: repository.url)
      #expect(big.status == 0)
      try watcher.wait(for: "build-finished", seconds: 30) { $0.result == "application failed" }
      #expect(watcher.errors.contains("no space left on device"))
      #expect(watcher.errors.contains("make space"))
      try repository.remove("app/src/big")
      try watcher.wait(for: "idle")
      // The engine gives the room back in its own time; a save after that is built.
      for attempt in 0..<40 {
        try engine.docker("builder", "prune", "-af")
        try repository.write("app/src/file", "\(attempt)\n")
        let finished = try watcher.wait(for: "build-finished")
        if finished.result == "application built" { break }
        usleep(250_000)
      }
      try watcher.wait(for: "idle")
      #expect(try repository.sindri("status", "--check").status == 0)
    }
  }
}
