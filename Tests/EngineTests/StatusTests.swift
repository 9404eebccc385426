import Foundation
import Testing

extension EngineSuite {
  /// `status --check` names what is not true, and has nothing to say after `sync`.
  @Suite struct StatusTests {
    /// Checks, and gives the line of the table that says `words`.
    private func expectCulprit(
      _ repository: TestRepository, _ start: String, _ words: String,
      location: SourceLocation = #_sourceLocation
    ) throws {
      let status = try repository.sindri("status", "--check")
      #expect(status.status == 1, sourceLocation: location)
      let lines = status.output.split(separator: "\n")
      #expect(
        lines.contains { $0.hasPrefix(start) && $0.contains(words) }, "\(status.output)",
        sourceLocation: location)
    }

    private func expectTrue(
      _ repository: TestRepository, location: SourceLocation = #_sourceLocation
    ) throws {
      let sync = try repository.sindri("sync")
      #expect(sync.status == 0, "\(sync.output)\(sync.errors)", sourceLocation: location)
      let status = try repository.sindri("status", "--check")
      #expect(status.status == 0, "\(status.output)", sourceLocation: location)
    }

    @Test(.timeLimit(.minutes(5)))
    func theCulpritIsNamed() throws {
      let repository = try TestRepository.chain()
      try expectCulprit(repository, "base", "missing: run 'sindri-watch sync'")
      try expectTrue(repository)

      try repository.write("base/file", "two\n")
      try expectCulprit(repository, "base", "stale: base/file")
      try expectCulprit(repository, "tooling", "stale: base, which it stands on, is not current")
      // The base alone: what stands on it does so on another now.
      #expect(try repository.sindri("build", "base", "--only").status == 0)
      try expectCulprit(repository, "tooling", "stands on an older base")
      try expectTrue(repository)

      try run(["docker", "rmi", "--no-prune", "\(repository.name):latest"])
      try expectCulprit(repository, "application", "missing")
      try expectTrue(repository)

      // Built by hand, on what is right and on what is not.
      let file = repository.url.appendingPathComponent("app/Dockerfile").path
      func build(_ base: String) throws {
        let result = try run([
          "docker", "build", "-q", "-t", "\(repository.name):latest", "--build-arg",
          "BASE=\(base)", "-f", file, repository.url.path,
        ])
        #expect(result.status == 0, "\(result.errors)")
      }
      try build("\(repository.name):tooling-stable")
      try expectCulprit(repository, "application", "unknown: not built by sindri-watch")
      try build(try #require(Setup.osImage))
      try expectCulprit(repository, "application", "stands on an older tooling")
      try expectTrue(repository)
    }

    @Test(.timeLimit(.minutes(5)))
    func aContainerOnAnOldImageIsNamed() throws {
      let repository = try TestRepository.tiny()
      #expect(try repository.sindri("watch", "--once").status == 0)
      #expect(try repository.sindri("status", "--check").status == 0)
      try repository.write("app/src/file", "two\n")
      // `build` leaves the container alone.
      #expect(try repository.sindri("build").status == 0)
      try expectCulprit(repository, "container", "running, on another image than latest")
      #expect(try repository.sindri("watch", "--once").status == 0)
      #expect(try repository.sindri("status", "--check").status == 0)
      #expect(try repository.inContainer("cat", "/src/file") == "two\n")
      try repository.write("app/src/file", "three\n")
      try expectTrue(repository)
      #expect(try repository.inContainer("cat", "/src/file") == "three\n")
    }

    @Test(.timeLimit(.minutes(5)))
    func buildsAreRecorded() throws {
      let repository = try TestRepository.tiny(container: false)
      let state = ["XDG_STATE_HOME": repository.url.appendingPathComponent(".git/state").path]
      let none = try repository.sindri("stats", environment: state)
      #expect(none.output.hasPrefix("no build is recorded yet"))
      #expect(try repository.sindri("build", environment: state).status == 0)
      try repository.write("app/src/file", "two\n")
      #expect(try repository.sindri("build", environment: state).status == 0)
      try repository.write("app/Dockerfile", "ARG BASE\nFROM ${BASE}\nRUN false\n")
      #expect(try repository.sindri("build", environment: state).status == 1)
      let json = try repository.sindri("stats", "--format", "json", environment: state)
      let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
      let layers = (object as? [String: Any])?["layers"] as? [[String: Any]] ?? []
      #expect(layers.map { $0["builds"] as? Int } == [1, 2])
      #expect(layers.map { $0["failures"] as? Int } == [0, 1])
      let svg = repository.url.appendingPathComponent("builds.svg").path
      #expect(try repository.sindri("stats", "--svg", svg, environment: state).status == 0)
      #expect(try repository.read("builds.svg").hasPrefix("<svg "))
    }
  }
}
