import Foundation
import Glibc
import Testing

extension EngineSuite {
  /// `sync` with a real registry, by an engine that can be wiped.
  @Suite(.enabled(if: LocalRegistry.canRun, "SKIPPED: needs an engine of its own and a registry"))
  struct SyncTests {
    let engine: PrivateEngine
    let registry: LocalRegistry
    let repository: TestRepository

    init() throws {
      engine = try PrivateEngine()
      try engine.load(try #require(Setup.osImage))
      registry = try LocalRegistry(network: engine.network)
      repository = try TestRepository.chain(registry: registry.host)
      try repository.append(
        ".sindri-watch.conf", "[registry]\n  tls-verify = false\n  timeout = 20s\n  attempts = 2\n")
    }

    private func sindri(_ arguments: String..., timeout: String = "20s") throws -> CommandOutput {
      // The variadic arguments of one function cannot be handed on to another.
      try run(
        engine.network + [Setup.binary.path, "-c", "registry.timeout=\(timeout)"] + arguments,
        in: repository.url, environment: ["DOCKER_HOST": engine.host])
    }

    private func stable() throws -> [String] {
      try ["base-stable", "tooling-stable", "latest"].map {
        try engine.docker("image", "inspect", "-f", "{{.Id}}", "\(repository.name):\($0)").output
          .trimmingCharacters(in: .whitespacesAndNewlines)
      }
    }

    private func steps(_ output: CommandOutput) throws -> [String] {
      let object = try JSONSerialization.jsonObject(with: Data(output.output.utf8))
      let list = (object as? [String: Any])?["steps"] as? [[String: Any]] ?? []
      return list.map { "\($0["layer"] ?? "") \($0["step"] ?? "")" }
    }

    private func events(_ output: CommandOutput) -> [String] {
      output.output.split(separator: "\n").compactMap(WatchEvent.init(line:)).map(\.name)
    }

    @Test(.timeLimit(.minutes(10)))
    func whatOneEnginePushedAnotherPulls() throws {
      let first = try sindri("sync", "--push")
      #expect(first.status == 0, "\(first.output)\(first.errors)")
      let images = try stable()
      #expect(Set(images).count == 3)
      try engine.wipe()
      let plan = try sindri("sync", "--from", "registry", "--dry-run", "--format", "json")
      #expect(try steps(plan) == ["base pull", "tooling pull", "application pull"])
      #expect(try sindri("sync", "--check").status == 1)
      let pulled = try sindri("sync", "--from", "registry", "--format", "json")
      #expect(pulled.status == 0, "\(pulled.output)\(pulled.errors)")
      #expect(events(pulled).filter { $0 == "pulled" }.count == 3)
      #expect(!events(pulled).contains("build-started"))
      #expect(try stable() == images)
      #expect(try sindri("status", "--check").status == 0)
      #expect(try sindri("sync", "--check").status == 0)
      // Three layers, each with its content tag and its stable tag, and nothing else.
      #expect(try engine.docker("image", "ls", "-q").output.split(separator: "\n").count == 6)
      let again = try sindri("sync", "--from", "registry", "--format", "json")
      #expect(events(again) == ["idle"])
    }

    /// The tags of the registry.
    private func remote() throws -> Set<String> {
      let list = try run(
        engine.network + [
          "skopeo", "list-tags", "--tls-verify=false", "docker://\(repository.name)",
        ])
      let object = try JSONSerialization.jsonObject(with: Data(list.output.utf8))
      return Set((object as? [String: Any])?["Tags"] as? [String] ?? [])
    }

    @Test(.timeLimit(.minutes(10)))
    func imagesGetTheTagsOfTheirCommitBranchAndVersion() throws {
      let stable: Set = ["base-stable", "tooling-stable", "latest"]
      // Edits that are not committed: no commit's name, and the registry's stable tags stay.
      let dirty = try sindri("build", "--push")
      #expect(dirty.status == 0, "\(dirty.output)\(dirty.errors)")
      #expect(dirty.output.contains("no image is tagged as that commit"))
      var tags = try remote()
      #expect(tags.isDisjoint(with: stable))
      #expect(tags.filter { $0.utf8.count > 60 }.count == 3)
      #expect(tags.filter { $0.hasPrefix("base-2") && $0.utf8.count == 20 }.count == 1)
      try repository.commit()
      let commit = try run(["git", "rev-parse", "--short=7", "HEAD"], in: repository.url).output
        .trimmingCharacters(in: .whitespacesAndNewlines)
      #expect(!tags.contains { $0.hasSuffix(commit) })
      try repository.write("tooling/file", "two\n")
      try repository.commit()
      let clean = try sindri("sync", "--push")
      #expect(clean.status == 0, "\(clean.output)\(clean.errors)")
      tags = try remote()
      let second = try run(["git", "rev-parse", "--short=7", "HEAD"], in: repository.url).output
        .trimmingCharacters(in: .whitespacesAndNewlines)
      #expect(tags.isSuperset(of: stable.union(["main-\(second)", "tooling-\(second)"])))
      // The base was not built for this commit.
      #expect(!tags.contains("base-\(second)"))
      let version = try sindri("build", "both", "--version", "v1.0.0", "--push", "--force")
      #expect(version.status == 0, "\(version.output)\(version.errors)")
      tags = try remote()
      #expect(tags.isSuperset(of: ["base-v1.0.0", "tooling-v1.0.0"]))
      #expect(!tags.contains("application-v1.0.0"))
      try repository.git("checkout", "-q", "-b", "feature/x")
      let branch = try sindri("sync", "--push")
      #expect(branch.output.contains("the registry's stable tags stay: branch feature/x"))
      #expect(try remote().contains("feature-x-\(second)"))
      #expect(try sindri("build", "--version", "v 1").status == 2)
    }

    @Test(.timeLimit(.minutes(10)))
    func aRegistryThatIsDownIsAnErrorOrABuild() throws {
      registry.stop()
      let refused = try sindri("sync", "--from", "registry")
      #expect(refused.status == 1)
      #expect(refused.errors.contains("the registry does not answer"), "\(refused.errors)")
      #expect(try engine.docker("image", "ls", "-q", repository.name).output == "")
      let built = try sindri("sync", "--format", "json")
      #expect(built.status == 0, "\(built.errors)")
      #expect(events(built).first == "warning")
      #expect(events(built).contains("tagged"))
      #expect(try sindri("status", "--check").status == 0)
      let unpushed = try sindri("sync", "--push")
      #expect(unpushed.status == 1)
      #expect(unpushed.errors.contains("was not pushed"), "\(unpushed.errors)")
    }

    @Test(.timeLimit(.minutes(10)))
    func aRegistryThatHangsIsGivenUp() throws {
      registry.freeze()
      let late = try sindri("sync", "--from", "registry", timeout: "1s")
      #expect(late.status == 1)
      #expect(late.errors.contains("registry.timeout"), "\(late.errors)")
      let built = try sindri("sync", timeout: "1s")
      #expect(built.status == 0, "\(built.errors)")
      registry.thaw()
      #expect(try sindri("sync", "--push").status == 0)
    }

    @Test(.timeLimit(.minutes(10)))
    func aPullThatIsCutIsTakenUpAgain() throws {
      // Random bytes, so that the transfer takes a while.
      let file = repository.url.appendingPathComponent("base/file").path
      let written = try run(["dd", "if=/dev/urandom", "of=\(file)", "bs=1M", "count=64"])
      #expect(written.status == 0)
      #expect(try sindri("sync", "--push", timeout: "120s").status == 0)
      let images = try stable()
      let tags = try engine.docker(
        "image", "ls", "--format", "{{.Repository}}:{{.Tag}}",
        repository.name
      ).output.split(separator: "\n").map(String.init)
      for tag in tags { try engine.docker("rmi", "-f", tag) }
      try engine.docker("builder", "prune", "-af")
      let identifier = registry.identifier
      let pull = "image pull \(repository.name)"
      Thread {
        while (try? run(["pgrep", "-f", "--", pull]))?.status != 0 { usleep(1_000) }
        usleep(150_000)
        kill(identifier, SIGKILL)
      }.start()
      let failed = try sindri("sync", "--from", "registry", timeout: "5s")
      #expect(failed.status == 1, "\(failed.output)")
      #expect(failed.errors.contains("cannot be pulled"), "\(failed.errors)")
      try registry.start()
      let pulled = try sindri("sync", "--from", "registry", timeout: "120s")
      #expect(pulled.status == 0, "\(pulled.output)\(pulled.errors)")
      #expect(try stable() == images)
    }
  }
}
