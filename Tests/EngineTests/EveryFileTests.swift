import Foundation
import Testing

extension EngineSuite {
  /// Every file of `docker/` is in an image, and an edit of it gets there: none is copied without a
  /// filter, none filtered without a copy.
  @Suite struct EveryFileTests {
    private static let stable = [
      (layer: "base", tag: "base-stable"), (layer: "tooling", tag: "tooling-stable"),
      (layer: "application", tag: "latest"),
    ]

    /// The files under `docker/`, whoever has added them.
    private func files(_ repository: TestRepository) throws -> [String] {
      try run(["git", "ls-files", "-z", "--", "docker"], in: repository.url).output
        .split(separator: "\0").map(String.init)
    }

    /// The lowest layer whose filter names each file, as git reads configuration and patterns.
    private func owners(_ repository: TestRepository) throws -> [String: String] {
      var owners: [String: String] = [:]
      for (layer, _) in Self.stable {
        let patterns = try run(
          ["git", "config", "-f", ".sindri-watch.conf", "--get-all", "layer.\(layer).path"],
          in: repository.url
        ).output.split(separator: "\n").map { ":(glob)\($0)" }
        try #require(!patterns.isEmpty)
        let named = try run(["git", "ls-files", "-z", "--"] + patterns, in: repository.url).output
        for file in named.split(separator: "\0").map(String.init) where owners[file] == nil {
          owners[file] = layer
        }
      }
      return owners
    }

    /// A file of `docker/` as the image of a stable tag has it.
    private func content(
      _ path: String, in tag: String, _ repository: TestRepository
    ) throws -> Data? {
      let copy = FileManager.default.temporaryDirectory
        .appendingPathComponent("sindri-engine-copy-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: copy) }
      let created = try run(["docker", "create", "\(repository.name):\(tag)", "true"])
      let container = created.output.trimmingCharacters(in: .whitespacesAndNewlines)
      try #require(created.status == 0, "\(created.errors)")
      defer { _ = try? run(["docker", "rm", "-f", container]) }
      let copied = try run(["docker", "cp", "\(container):/\(path)", copy.path])
      return copied.status == 0 ? try Data(contentsOf: copy) : nil
    }

    @Test(.timeLimit(.minutes(20)))
    func anEditOfEachFileReachesItsLayer() throws {
      let repository = try TestRepository.sindri()
      let files = try files(repository)
      let owners = try owners(repository)
      let lint = try repository.sindri("doctor").output
      #expect(files.count > 10)
      let watcher = try repository.watch("-c", "container.restart=false")
      var counts: [String: Int] = [:]
      for file in files {
        guard let owner = owners[file],
          let lowest = Self.stable.firstIndex(where: { $0.layer == owner })
        else {
          #expect(lint.contains(file), "no filter names \(file), nor does the lint")
          continue
        }
        let url = repository.url.appendingPathComponent(file)
        let type = try FileManager.default.attributesOfItem(atPath: url.path)[.type]
        try #require(type as? FileAttributeType == .typeRegular, "\(file) cannot be appended to")
        let results = try watcher.results(
          of: { try repository.append(file, "\n# \(UUID().uuidString)\n") }, seconds: 600)
        #expect(results == Self.stable[lowest...].map { "\($0.layer) built" }, "\(file)")
        let edited = try Data(contentsOf: url)
        for tag in Set([Self.stable[lowest].tag, Self.stable[2].tag]) {
          #expect(
            try content(file, in: tag, repository) == edited,
            "\(file) is not in \(tag) as it is in the tree")
        }
        counts[owner, default: 0] += 1
      }
      #expect(counts.count == 3)
      #expect(watcher.end().reason == .uncaughtSignal)
      try repository.expectTrueLineage()
      print(
        "note: \(files.count) files edited:",
        Self.stable.map { "\(counts[$0.layer] ?? 0) of \($0.layer)" }.joined(separator: ", "))
    }

    @Test(.timeLimit(.minutes(5)))
    func theLintNamesWhatReachesNoImage() throws {
      let repository = try TestRepository.sindri()
      #expect(!(try repository.sindri("doctor").output.contains("no filter names")))
      try repository.write("docker/extra/file", "x\n")
      try repository.append("Dockerfile", "COPY docker/extra/ /docker/extra/\n")
      try repository.append(
        ".sindri-watch.conf", "[layer \"application\"]\n  path = docker/elsewhere/**\n")
      let lint = try repository.sindri("doctor").output
      #expect(lint.contains("copies docker/extra/file, which no filter names"), "\(lint)")
      #expect(lint.contains("docker/elsewhere/**"), "\(lint)")
      let plan = try repository.sindri("plan", "docker/extra/file", "--format", "json")
      #expect(plan.output.contains("\"build\":[]"), "\(plan.output)")
    }
  }
}
