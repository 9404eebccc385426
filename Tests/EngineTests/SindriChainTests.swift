import Foundation
import Testing

extension EngineSuite {
  /// This project's own three images.
  struct SindriChainTests {
    @Test(.timeLimit(.minutes(20)))
    func everySaveRebuildsItsLayerAndThoseAbove() throws {
      let repository = try TestRepository.sindri()
      let watcher = try repository.watch("--restart")
      let finished = watcher.results(since: 0).map { $0.split(separator: " ")[0] }
      #expect(finished == ["base", "tooling", "application"])
      let base = try #require(try repository.image("base-stable"))
      let tooling = try #require(try repository.image("tooling-stable"))

      let line = "# \(UUID().uuidString)"
      let script = "docker/lib/extensions.d/nodejs/nodejs.extension"
      #expect(
        try watcher.results { try repository.append(script, line + "\n") }
          == ["application built"])
      #expect(try repository.image("base-stable") == base)
      #expect(try repository.image("tooling-stable") == tooling)
      let inside = try repository.inContainer(
        "cat", "/docker/lib/extensions.d/nodejs/nodejs.extension")
      #expect(inside.contains(line))

      #expect(
        try watcher.results { try repository.append("docker/scripts/install-mise.sh", "# x\n") }
          == ["tooling built", "application built"])
      #expect(try repository.image("base-stable") == base)
      #expect(try repository.image("tooling-stable") != tooling)

      // README.md builds nothing: the next thing that is said is about the edit after it.
      let mark = watcher.mark
      try repository.append("README.md", "more\n")
      try repository.append(script, "# again\n")
      let changed = try watcher.wait(for: "changed")
      #expect(changed.list("paths") == [script])
      try watcher.wait(for: "idle")
      #expect(watcher.results(since: mark) == ["application built"])

      #expect(
        try watcher.results(
          of: { try repository.append("docker/scripts/install-packages.sh", "# x\n") },
          seconds: 600)
          == ["base built", "tooling built", "application built"])
      #expect(try repository.image("base-stable") != base)
      #expect(watcher.end().reason == .uncaughtSignal)
      #expect(try repository.sindri("status", "--check").status == 0)
    }
  }
}

/// Everything that needs a container engine; one test at a time, since they share it.
@Suite(
  .serialized,
  .enabled(if: Setup.canRun, "SKIPPED: needs a container engine, an OS image and the binary"))
struct EngineSuite {}
