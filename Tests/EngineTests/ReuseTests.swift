import Foundation
import Glibc
import Testing

extension EngineSuite {
  /// What was built before is not built again, wherever it was built.
  @Suite struct ReuseTests {
    /// Seconds from the edit to the moved tags; printed, since a machine may be slow.
    private func retag(
      _ watcher: Watcher, _ what: String, _ edit: () throws -> Void
    ) throws -> [String] {
      let mark = watcher.mark
      let start = Date()
      try edit()
      try watcher.wait(for: "tagged")
      let seconds = Date().timeIntervalSince(start)
      try watcher.wait(for: "idle")
      print("note: \(what): \(String(format: "%.3f", seconds)) s to the moved tags")
      return watcher.results(since: mark)
    }

    @Test(.timeLimit(.minutes(5)))
    func anUndoMovesTheTagsBack() throws {
      let repository = try TestRepository.chain()
      let watcher = try repository.watch()
      let first = try repository.stableImages()
      #expect(
        try watcher.results { try repository.write("base/file", "two\n") }
          == ["base built", "tooling built", "application built"])
      #expect(try repository.stableImages() != first)
      let results = try retag(watcher, "undo") { try repository.write("base/file", "one\n") }
      #expect(results == ["base reused", "tooling reused", "application reused"])
      #expect(try repository.stableImages() == first)
    }

    @Test(.timeLimit(.minutes(5)))
    func aSwitchBetweenBuiltBranchesIsARetag() throws {
      let repository = try TestRepository.chain()
      let watcher = try repository.watch()
      let first = try repository.stableImages()
      try repository.git("checkout", "-q", "-b", "other")
      _ = try watcher.results {
        try repository.write("tooling/file", "two\n")
        try repository.write("app/src/file", "two\n")
      }
      try repository.commit()
      let second = try repository.stableImages()
      let back = try retag(watcher, "branch switch") {
        try repository.git("checkout", "-q", "main")
      }
      #expect(back == ["tooling reused", "application reused"])
      #expect(try repository.stableImages() == first)
      let forth = try retag(watcher, "branch switch") {
        try repository.git("checkout", "-q", "other")
      }
      #expect(forth == ["tooling reused", "application reused"])
      #expect(try repository.stableImages() == second)
    }

    /// The three real layers: what a comment in the lowest Dockerfile costs.
    @Test(.timeLimit(.minutes(10)))
    func aCommentInTheBaseCutsOffTheRest() throws {
      let repository = try TestRepository.sindri()
      let watcher = try repository.watch()
      let tooling = try repository.image("tooling-stable")
      let application = try repository.image("latest")
      let results = try watcher.results {
        try repository.append("Dockerfile.base", "# A remark.\n")
      }
      #expect(results == ["base built", "tooling cut-off", "application cut-off"])
      #expect(try repository.image("tooling-stable") == tooling)
      #expect(try repository.image("latest") == application)
      #expect(try repository.sindri("status", "--check").status == 0)
      // The next one, and after a restart.
      #expect(watcher.end().reason == .uncaughtSignal)
      try repository.append("Dockerfile.base", "# Another.\n")
      let again = try repository.watch()
      #expect(again.results(since: 0) == ["base built", "tooling cut-off", "application cut-off"])
    }

    @Test(.timeLimit(.minutes(5)))
    func aSecondCloneReusesEverything() throws {
      let repository = try TestRepository.chain()
      #expect(try repository.sindri("watch", "--once").status == 0)
      let images = try repository.stableImages()
      let clone = repository.url.path + "-clone"
      defer { try? FileManager.default.removeItem(atPath: clone) }
      try run(["git", "clone", "-q", repository.url.path, clone])
      for tag in ["base-stable", "tooling-stable", "latest"] {
        try run(["docker", "rmi", "--no-prune", "\(repository.name):\(tag)"])
      }
      let once = try run(
        [Setup.binary.path, "watch", "--once", "--format", "json"],
        in: URL(fileURLWithPath: clone))
      let events = once.output.split(separator: "\n").compactMap(WatchEvent.init(line:))
      let results = events.filter { $0.name == "build-finished" }.map(\.result)
      #expect(results == ["base reused", "tooling reused", "application reused"])
      #expect(try repository.stableImages() == images)
    }

    /// An image of the base that is built anew is another one: what stood on the old is not true.
    @Test(.timeLimit(.minutes(5)))
    func aBaseThatIsBuiltAgainTakesItsChildrenAlong() throws {
      let repository = try TestRepository.chain(baseStep: "RUN date +%s%N >/built")
      #expect(try repository.sindri("watch", "--once").status == 0)
      let application = try repository.image("latest")
      let tags = try run(["docker", "image", "ls", "--format", "{{.Tag}}", repository.name])
      for tag in tags.output.split(separator: "\n") where tag.hasPrefix("base-") {
        try run(["docker", "rmi", "-f", "\(repository.name):\(tag)"])
      }
      // Without this the builder would give the same image again.
      let build = try repository.sindri("build", "--no-cache", "--format", "json")
      let events = build.output.split(separator: "\n").compactMap(WatchEvent.init(line:))
      let results = events.filter { $0.name == "build-finished" }.map(\.result)
      #expect(results == ["base built", "tooling built", "application built"])
      #expect(try repository.image("latest") != application)
      try repository.expectTrueLineage()
    }

    /// The watcher is killed without warning, at any moment of a plan of three layers, half of the
    /// times just when the tags move. `SINDRI_WATCH_KILLS` says how often.
    @Test(.timeLimit(.minutes(20)))
    func aKilledWatcherLeavesNoMixedSetOfTags() throws {
      let repository = try TestRepository.chain()
      #expect(try repository.sindri("watch", "--once").status == 0)
      let kills = ProcessInfo.processInfo.environment["SINDRI_WATCH_KILLS"].flatMap(Int.init) ?? 200
      // The name in its path tells the processes of this test from those of others.
      let state = repository.url.appendingPathComponent(".git/\(repository.name)").path
      var sets: Set<[String]> = [try repository.stableImages()]
      for number in 1...kills {
        try repository.write("base/file", "\(number)\n")
        let watcher = try Watcher(
          in: repository.url, [], environment: ["XDG_STATE_HOME": state])
        if number.isMultiple(of: 2) {
          try watcher.wait(for: "build-finished") { $0.text("layer") == "application" }
          usleep(UInt32.random(in: 0..<60_000))
        } else {
          usleep(UInt32.random(in: 0..<900_000))
        }
        _ = watcher.end(SIGKILL)
        // What it had started goes on without it, for a moment.
        let started = "(--move-tags|image tag) .*\(repository.name)"
        while try run(["pgrep", "-f", "--", started]).status == 0 { usleep(5_000) }
        let set = try repository.stableImages()
        try repository.expectTrueLineage("after kill \(number)")
        sets.insert(set)
      }
      print("note: \(kills) kills, \(sets.count) sets of stable tags seen, none mixed")
      #expect(try repository.sindri("watch", "--once").status == 0)
      #expect(try repository.sindri("status", "--check").status == 0)
    }
  }
}
