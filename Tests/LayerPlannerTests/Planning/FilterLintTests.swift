import LayerPlanner
import Testing

struct FilterLintTests {
  private func lint(
    _ dockerfile: String, files: [RepositoryPath], filter: [String] = ["docker/lib/**"],
    ignore: String? = nil, argument: String? = nil
  ) throws -> [Finding] {
    let rules = LayerRules(
      name: "app", dockerfile: "Dockerfile", context: .root,
      filter: try SindriLayers.filter(filter),
      ignore: try ignore.map { (".dockerignore", try IgnoreRules(file: Array($0.utf8))) })
    let classifier = PathClassifier(layers: [rules], tree: try LayerTree([("app", nil)]))
    return FilterLint(classifier, files: files).findings(
      rules, try Dockerfile(Array(dockerfile.utf8)), parentArgument: argument)
  }

  @Test func aCopiedFileThatNoFilterNamesIsFound() throws {
    let found = try lint(
      "FROM x\nCOPY docker/ /docker/\n",
      files: ["docker/lib/a", "docker/context/b", "docker/context/c", "other"])
    #expect(found.count == 1)
    #expect(
      found.first?.message
        == "Dockerfile:2 copies docker/context/b and 1 more, which no filter names")
    #expect(found.first?.remedy?.contains("add path = docker/**") == true)
  }

  @Test func whatIsCoveredIgnoredOrFromAStageIsFine() throws {
    let files: [RepositoryPath] = ["docker/lib/a", "docker/context/b"]
    #expect(try lint("FROM x\nCOPY docker/lib /l\n", files: files).isEmpty)
    #expect(try lint("FROM x\nCOPY --from=y docker/ /d/\n", files: files).isEmpty)
    #expect(
      try lint("FROM x\nCOPY docker/ /d/\n", files: files, ignore: "docker/context\n").isEmpty)
    #expect(try lint("FROM x\nCOPY docker/l* /d/\n", files: files).isEmpty)
    #expect(try lint("FROM x\nCOPY docker/c* /d/\n", files: files).count == 1)
    #expect(try lint("FROM x\nCOPY . /d/\n", files: files).count == 1)
  }

  @Test func theRemedyNamesWhatIsCopied() throws {
    let files: [RepositoryPath] = ["docker/x/a.sh", "docker/y/b", "docker/z(1)"]
    func remedy(_ source: String) throws -> String? {
      try lint("FROM x\nCOPY \(source) /d/\nADD https://e.org/docker/x /d\n", files: files)
        .first { $0.message.hasPrefix("Dockerfile:2") }?.remedy
    }
    #expect(
      try remedy("docker/x/a.sh")?.hasPrefix("add path = docker/x/a.sh to layer app,") == true)
    #expect(try remedy("docker/./y/")?.hasPrefix("add path = docker/y/** to layer app,") == true)
    #expect(try remedy("docker/x/*.sh")?.hasPrefix("add path = docker/x/*.sh to") == true)
    #expect(try remedy("docker/z(1)")?.hasPrefix("add path = docker/z\\(1\\) to layer") == true)
    #expect(try remedy("../docker/[xy]")?.contains("path = docker/[xy]/**") == true)
  }

  /// Cut off from a base that came out as it was, the application would keep the old file.
  @Test func aCopiedFileThatOnlyALowerLayerNamesIsFound() throws {
    func rules(_ name: LayerName, _ file: RepositoryPath, _ filter: [String]) throws -> LayerRules {
      LayerRules(
        name: name, dockerfile: file, context: .root, filter: try SindriLayers.filter(filter),
        ignore: nil)
    }
    let app = try rules("app", "Dockerfile", ["docker/lib/**"])
    let base = try rules("base", "Dockerfile.base", ["docker/base.sh", "docker/lib/retry.sh"])
    let classifier = PathClassifier(
      layers: [base, app], tree: try LayerTree([("base", nil), ("app", "base")]))
    let lint = FilterLint(
      classifier, files: ["docker/base.sh", "docker/lib/a", "docker/lib/retry.sh", "docker/x"])
    let found = lint.findings(
      app, try Dockerfile(Array("FROM x\nCOPY docker/ /d/\n".utf8)), parentArgument: nil)
    #expect(
      found.map(\.message) == [
        "Dockerfile:2 copies docker/x, which no filter names",
        "Dockerfile:2 copies docker/base.sh, which only the filter of base names",
      ])
    #expect(found.last?.remedy == "add path = docker/** to layer app")
  }

  @Test func idlePatternsAndMissingArgumentsAreFound() throws {
    let idle = try lint("FROM x\n", files: ["a"], filter: ["nowhere/**"])
    #expect(idle.map(\.message) == ["the pattern nowhere/** matches no file"])
    let missing = try lint("FROM x\n", files: ["docker/lib/a"], argument: "BASE")
    #expect(missing.map(\.level) == [.problem])
    #expect(
      try lint("ARG BASE\nFROM ${BASE}\n", files: ["docker/lib/a"], argument: "BASE").isEmpty)
  }
}
