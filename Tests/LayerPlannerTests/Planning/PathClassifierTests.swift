import LayerPlanner
import Testing

struct PathClassifierTests {
  @Test func watchesOnlyWhereInputsMayBe() throws {
    let classifier = try SindriLayers.classifier(ignore: "*\n!docker\ndocker/lib/cache\n")
    for (directory, expected) in [
      ("docker", true), ("docker/lib", true), ("docker/lib/deep", true), ("docker/config", true),
      ("docker/lib/cache", false), ("docker/other", false), ("Sources", false), (".git", false),
    ] {
      let path = RepositoryPath(directory)
      #expect(classifier.mayHoldInputs(below: path) == expected, "\(directory)")
    }
    #expect(!classifier.mayBeCopied(below: "Sources"))
    #expect(classifier.mayBeCopied(below: "docker"))
    #expect(classifier.mayBeCopied(below: .root))
  }

  @Test func theContextBoundsTheIgnoreRules() throws {
    let rules = LayerRules(
      name: "app", dockerfile: "app/Dockerfile", context: "app",
      filter: try SindriLayers.filter(["app/**", "shared/**"]),
      ignore: ("app/.dockerignore", try IgnoreRules(file: Array("out\n".utf8))))
    let tree = try LayerTree([("app", nil)])
    let classifier = PathClassifier(layers: [rules], tree: tree)
    #expect(
      classifier.verdict("app/out/x", status: .modified, for: rules)
        == .ignored(pattern: "app/**", by: "app/.dockerignore:1: out"))
    #expect(
      classifier.verdict("shared/out", status: .modified, for: rules)
        == .input(pattern: "shared/**"))
    #expect(classifier.verdict("other", status: .modified, for: rules) == .unmatched)
    #expect(!classifier.mayHoldInputs(below: "app/out"))
    #expect(classifier.mayHoldInputs(below: "app/src"))
    // The ignore file decides which files are inputs, and is none itself unless a pattern names it.
    #expect(classifier.readers("app/.dockerignore").count == 1)
    #expect(classifier.contentReaders("app/.dockerignore") == ["app"])
    #expect(classifier.contentReaders("app/out/x").isEmpty)
    #expect(classifier.contentReaders("app/Dockerfile") == ["app"])
    let sindri = try SindriLayers.classifier()
    #expect(sindri.contentReaders(".dockerignore").isEmpty)
    #expect(sindri.readers(".dockerignore").count == 3)
  }

  @Test func explainsEveryVerdict() throws {
    let classifier = try SindriLayers.classifier(ignore: "docker/lib/x\n")
    #expect(
      PathExplanation("docker/lib/registry-retry.sh", classifier).text == """
        docker/lib/registry-retry.sh
          base         input     docker/lib/registry-retry.sh
          tooling      no match
          application  input     docker/lib/**; belongs to base
          builds base, tooling, application

        """)
    let ignored = PathExplanation("docker/lib/x", classifier)
    #expect(
      ignored.text.contains("ignored   .dockerignore:1: docker/lib/x (docker/lib/** matches)"))
    #expect(ignored.text.contains("builds nothing"))
    #expect(
      ignored.json.contains(
        "\"application\":{\"verdict\":\"ignored\",\"pattern\":\"docker/lib/**\""))
    #expect(
      PathExplanation("README.md", classifier).json
        == "{\"path\":\"README.md\",\"layers\":{\"base\":{\"verdict\":\"unmatched\"},"
        + "\"tooling\":{\"verdict\":\"unmatched\"},\"application\":{\"verdict\":\"unmatched\"}},"
        + "\"owners\":[],\"build\":[]}")
    #expect(PathExplanation("Dockerfile", classifier).json.contains("\"verdict\":\"input\""))
  }
}
