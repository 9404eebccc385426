import Foundation
import Testing

extension EngineSuite {
  /// What keeps a watcher from running in circles, from building dear layers between two edits, and
  /// what it does when the kernel gives it no watches.
  @Suite struct PolicyTests {
    @Test(.timeLimit(.minutes(5)))
    func aFileThatAHookWritesAfterEveryBuildIsHeldBack() throws {
      let repository = try TestRepository.tiny(container: false)
      let watcher = try repository.watch()
      try repository.write("app/src/file", "a person's edit\n")
      var builds = 0
      while builds < 20 {
        try watcher.wait(for: "build-finished")
        builds += 1
        try repository.write("app/src/gen", "\(builds)\n")
        usleep(100_000)
        let held = watcher.warnings.first { $0.contains("is held back") }
        if let held {
          #expect(held.hasPrefix("app/src/gen has changed just after each of the last 5 builds"))
          #expect(held.contains("10.0 s"))
          break
        }
      }
      #expect(builds == 5)
      // The last build that was answered is tagged; then nothing is built.
      usleep(2_000_000)
      let since = Date()
      // Watching goes on: another edit is built at once, with what is held back.
      #expect(
        try watcher.results { try repository.write("app/src/other", "x\n") }
          .filter { $0 != "application cut-off" } == ["application built"])
      #expect(Date().timeIntervalSince(since) < 6)
      let content = try run([
        "docker", "run", "--rm", "\(repository.name):latest", "cat", "/src/gen", "/src/other",
      ])
      #expect(content.output == "5\nx\n")
      // Held back again, and twice as long; nothing is lost: it is built in the end.
      try repository.write("app/src/gen", "the last\n")
      let answered = Date()
      try watcher.wait(for: "warning") { $0.text("message").contains("is held back") }
      try watcher.wait(for: "build-finished") { $0.result == "application built" }
      #expect(Date().timeIntervalSince(answered) > 19)
      try watcher.wait(for: "idle")
      #expect(try repository.sindri("status", "--check").status == 0)
    }

    @Test(.timeLimit(.minutes(5)))
    func aDearLayerWaitsAndCheaperWorkGoesOn() throws {
      let repository = try TestRepository.tiny(container: false)
      // Not to be found in the engine's cache.
      try repository.append("base/Dockerfile", "RUN sleep 3; : \(UUID().uuidString)\n")
      let os = try #require(Setup.osImage)
      try repository.write("extra/Dockerfile", "FROM \(os)\nCOPY extra/file /\n")
      try repository.write("extra/file", "one\n")
      try repository.append(
        ".sindri-watch.conf",
        """
        [layer "extra"]
          dockerfile = extra/Dockerfile
          stable = extra-stable
          path = extra/**
        [watch]
          confirm-above = 2500ms
          confirm-idle = 5s

        """)
      let state = ["XDG_STATE_HOME": repository.url.appendingPathComponent(".git/s").path]
      // What was never built has no price.
      let watcher = try repository.watch(environment: state)
      #expect(!watcher.warnings.contains { $0.contains("usually takes") })
      try repository.write("base/file", "two\n")
      try watcher.wait(for: "warning") {
        $0.text("message").hasPrefix("base usually takes ")
      }
      let mark = watcher.mark
      try repository.write("extra/file", "two\n")
      let edited = Date()
      try watcher.wait(for: "build-finished") { $0.result == "extra built" }
      #expect(Date().timeIntervalSince(edited) < 4)
      try watcher.wait(for: "build-started") { $0.text("layer") == "base" }
      #expect(Date().timeIntervalSince(edited) > 4.9)
      try watcher.wait(for: "idle")
      #expect(
        watcher.results(since: mark) == ["extra built", "base built", "application built"])
    }

    @Test(
      .timeLimit(.minutes(5)),
      .enabled(if: Self.canLimitWatches))
    func whatHasNoWatchIsLookedAtAndTheRemedyIsNamed() throws {
      let repository = try TestRepository.tiny(container: false)
      for name in ["a", "b", "c", "d", "e", "f"] {
        try repository.write("app/src/\(name)/file", "one\n")
      }
      let limited = Self.limited(to: 8)
      let doctor = try repository.sindri("doctor", after: limited)
      #expect(doctor.status == 1)
      let line = try #require(
        doctor.output.split(separator: "\n").first { $0.contains("inotify") })
      #expect(line.hasPrefix("problem"))
      #expect(line.contains(" watches needed, "))
      #expect(line.contains("of 8 available (user.max_inotify_watches)"))
      #expect(doctor.output.contains("-> sudo sysctl user.max_inotify_watches=524288"))

      let watcher = try repository.watch(after: limited)
      let warning = try #require(watcher.warnings.first)
      #expect(warning.hasPrefix("no inotify watch is left (user.max_inotify_watches = 8, shared"))
      #expect(warning.hasSuffix("To watch all: sudo sysctl user.max_inotify_watches=524288"))
      // What is watched and what is polled are both built.
      for path in ["app/src/f/file", "base/file"] {
        #expect(
          try watcher.results { try repository.write(path, "two\n") }.contains { result in
            result == "application built"
          })
      }
      #expect(try repository.sindri("status", "--check").status == 0)
    }

    /// Who holds the watches is said by the name of the program.
    @Test(.timeLimit(.minutes(5)))
    func whoHoldsWatchesIsNamed() throws {
      let repository = try TestRepository.tiny(container: false)
      let watcher = try repository.watch()
      let line = try #require(
        repository.sindri("doctor").output.split(separator: "\n").first {
          $0.contains("inotify")
        })
      #expect(line.contains("held by "))
      #expect(line.contains("sindri-watch "))
      _ = watcher.end()
    }

    /// Runs a program in a user namespace with so few watches.
    static func limited(to watches: Int) -> [String] {
      let script = "echo \(watches) > /proc/sys/user/max_inotify_watches && exec \"$@\""
      return ["unshare", "--user", "--map-root-user", "sh", "-c", script, "sh"]
    }

    static let canLimitWatches: Bool = {
      let isPossible = (try? run(limited(to: 8) + ["docker", "version"]))?.status == 0
      if !isPossible { print("SKIPPED: few inotify watches, because unshare --user fails here") }
      return isPossible
    }()
  }
}
