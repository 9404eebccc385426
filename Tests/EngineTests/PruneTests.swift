import Foundation
import Glibc
import Testing

extension EngineSuite {
  /// `prune` on a real engine.
  @Suite struct PruneTests {
    private func tags(_ repository: TestRepository) throws -> Set<String> {
      let list = try run(["docker", "image", "ls", "--format", "{{.Tag}}", repository.name])
      return Set(list.output.split(separator: "\n").map(String.init))
    }

    private func removed(_ output: CommandOutput) throws -> Set<String> {
      let object = try JSONSerialization.jsonObject(with: Data(output.output.utf8))
      let list = (object as? [String: Any])?["removed"] as? [[String: Any]] ?? []
      return Set(list.compactMap { $0["tag"] as? String })
    }

    @Test(.timeLimit(.minutes(5)))
    func takesAwayWhatTheDryRunSays() throws {
      let repository = try TestRepository.chain()
      try repository.append(".sindri-watch.conf", "[retention]\n  contents = 2\n")
      let watcher = try repository.watch()
      for number in 1...4 {
        _ = try watcher.results { try repository.write("app/src/file", "\(number)\n") }
      }
      _ = watcher.end()
      let images = try repository.stableImages()
      // Somebody else's tags on our image, one that retention knows and one that it does not.
      try run(["docker", "tag", images[2], "\(repository.name):main-1234567"])
      try run(["docker", "tag", images[2], "\(repository.name):mine"])
      let before = try tags(repository)
      let plan = try removed(try repository.sindri("prune", "--dry-run", "--format", "json"))
      // Five contents of the application were built; two stay.
      #expect(plan.count == 3)
      #expect(plan.allSatisfy { $0.hasPrefix("application-") })
      #expect(try tags(repository) == before)
      let done = try repository.sindri("prune", "--format", "json")
      #expect(done.status == 0, "\(done.errors)")
      #expect(try removed(done) == plan)
      #expect(try tags(repository) == before.subtracting(plan))
      #expect(try repository.stableImages() == images)
      #expect(try repository.sindri("status", "--check").status == 0)
      #expect(try removed(try repository.sindri("prune", "--format", "json")).isEmpty)
    }

    @Test(.timeLimit(.minutes(5)))
    func keepsWhatAContainerStandsOn() throws {
      let repository = try TestRepository.chain()
      #expect(try repository.sindri("build").status == 0)
      let old = try tags(repository)
      let name = repository.name
      #expect(
        try run(["docker", "run", "-d", "--name", name, "\(name):latest", "sleep", "100"]).status
          == 0)
      try repository.write("base/file", "two\n")
      #expect(try repository.sindri("build").status == 0)
      try repository.write("base/file", "three\n")
      #expect(try repository.sindri("build").status == 0)
      let all = try tags(repository)
      let done = try repository.sindri(
        "-c", "retention.contents=0", "prune", "--format", "json")
      #expect(done.status == 0, "\(done.errors)")
      let left = try tags(repository)
      // The container's image and the two below it, and the stable set; not the one between.
      #expect(left.isSuperset(of: old))
      #expect(all.subtracting(left).count == 3)
      #expect(try repository.sindri("status", "--check").status == 0)
    }
  }

  /// `prune --registry` on a real registry.
  @Suite(.enabled(if: LocalRegistry.canRun, "SKIPPED: needs an engine of its own and a registry"))
  struct RegistryPruneTests {
    @Test(.timeLimit(.minutes(10)))
    func twoHundredTagsThatShareDigests() throws {
      let registry = try LocalRegistry(port: 5077)
      let repository = try TestRepository.chain(registry: registry.host)
      try repository.append(".sindri-watch.conf", "[registry]\n  tls-verify = false\n")
      try repository.commit()
      // Twenty images, one after the other, each with ten tags of all kinds.
      let host = "docker://\(repository.name)"
      for image in 0..<20 {
        try repository.write("app/src/file", "\(image)\n")
        #expect(try repository.sindri("build").status == 0)
        try run([
          "skopeo", "copy", "--dest-tls-verify=false", "docker-daemon:\(repository.name):latest",
          "\(host):first-\(image)",
        ])
        let digit = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(image % 6)))
        for tag in 0..<9 {
          let commit = String(format: "%07x", image * 16 + tag) + digit
          let names = [
            "pr-\(image * 10 + tag + 1)-\(commit)", "main-\(commit)", "tooling-\(commit)",
            "base-\(commit)", "application-v\(image).\(tag)",
          ]
          let name = names[(image + tag) % (image < 10 ? 3 : names.count)]
          let manifest = try run([
            "skopeo", "copy", "--src-tls-verify=false", "--dest-tls-verify=false",
            "\(host):first-\(image)", "\(host):\(name)",
          ])
          #expect(manifest.status == 0, "\(manifest.errors)")
        }
      }
      func tags() throws -> Set<String> {
        let list = try run(["skopeo", "list-tags", "--tls-verify=false", host])
        let object = try JSONSerialization.jsonObject(with: Data(list.output.utf8))
        return Set((object as? [String: Any])?["Tags"] as? [String] ?? [])
      }
      func removed(_ output: CommandOutput) throws -> Set<String> {
        let object = try JSONSerialization.jsonObject(with: Data(output.output.utf8))
        let list = (object as? [String: Any])?["removed"] as? [[String: Any]] ?? []
        return Set(list.compactMap { $0["tag"] as? String })
      }
      // `first-N` are nobody's tags, and would keep every image.
      let all = try tags()
      #expect(all.count == 200)
      let policy = [
        "-c", "retention.pull-requests=0", "-c", "retention.branches=3", "-c",
        "layer.tooling.keep-versions=2", "prune", "--registry", "--format", "json",
      ]
      let none = try run([Setup.binary.path] + policy + ["--dry-run"], in: repository.url)
      #expect(try removed(none).isEmpty, "\(none.errors)")
      try registry.forget(tags: (0..<20).map { "first-\($0)" }, of: repository.name)
      let before = try tags()
      #expect(before.count == 180)
      let plan = try run([Setup.binary.path] + policy + ["--dry-run"], in: repository.url)
      let expected = try removed(plan)
      #expect(!expected.isEmpty && expected.count < before.count)
      #expect(try tags() == before)
      let done = try run([Setup.binary.path] + policy, in: repository.url)
      #expect(done.status == 0, "\(done.errors)")
      #expect(try removed(done) == expected)
      #expect(try tags() == before.subtracting(expected))
      print("note: \(before.count) tags in the registry, \(expected.count) removed as foretold")
    }
  }
}
