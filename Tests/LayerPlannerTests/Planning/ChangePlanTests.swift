import LayerPlanner
import Testing

struct ChangePlanTests {
  static let ofBase = "docker/scripts/install-packages.sh"
  static let ofTooling = "docker/scripts/install-mise.sh"
  static let ofApplication = "docker/lib/common.sh"
  static let ofNone = "README.md"

  /// The seed's decision table: each kind of change alone, and every pair.
  @Test(arguments: [
    ([ofBase], ["base", "tooling", "application"]),
    ([ofTooling], ["tooling", "application"]),
    ([ofApplication], ["application"]),
    ([ofNone], []),
    ([], []),
    ([ofBase, ofTooling], ["base", "tooling", "application"]),
    ([ofBase, ofApplication], ["base", "tooling", "application"]),
    ([ofTooling, ofApplication], ["tooling", "application"]),
    ([ofBase, ofNone], ["base", "tooling", "application"]),
    ([ofTooling, ofNone], ["tooling", "application"]),
    ([ofApplication, ofNone], ["application"]),
    (["Dockerfile.base"], ["base", "tooling", "application"]),
    (["Dockerfile.tooling"], ["tooling", "application"]),
    (["Dockerfile"], ["application"]),
    (["docker/lib/registry-retry.sh"], ["base", "tooling", "application"]),
    ([".dockerignore"], ["base", "tooling", "application"]),
    (["Dockerfile.tooling.dockerignore"], ["tooling", "application"]),
  ])
  func buildsTheLowestAndAllAbove(paths: [String], layers: [String]) throws {
    let changes = paths.map { ChangedPath(path: RepositoryPath($0)) }
    let plan = ChangePlan(changes, try SindriLayers.classifier())
    #expect(plan.build.map(\.layer.text) == layers)
    #expect(plan.lowest?.text == layers.first)
    #expect(plan == ChangePlan(changes + changes, try SindriLayers.classifier()))
  }

  @Test func aPathBelongsToTheLowestAndTheFiltersSayAll() throws {
    let plan = ChangePlan(
      [ChangedPath(path: "docker/lib/registry-retry.sh")], try SindriLayers.classifier())
    #expect(plan.changed.map(\.paths.count) == [1, 0, 0])
    #expect(plan.filters.map(\.isMatched) == [true, false, true])
    #expect(
      plan.build.map(\.cause) == [
        .changed(path: "docker/lib/registry-retry.sh", pattern: "docker/lib/registry-retry.sh"),
        .parent("base"), .parent("tooling"),
      ])
    #expect(
      PlanText.github(plan) == """
        base=true
        tooling=false
        application=true
        build-base=true
        build-tooling=true
        build-application=true

        """)
  }

  @Test func ignoredAndUnmatchedPathsAreNamed() throws {
    let classifier = try SindriLayers.classifier(ignore: "*\n!docker\ndocker/**/*.md\n")
    let plan = ChangePlan(
      [
        ChangedPath(path: "docker/lib/x.md", status: .added),
        ChangedPath(path: "other", status: .deleted), ChangedPath(path: "Dockerfile"),
      ], classifier)
    #expect(plan.ignored == ["docker/lib/x.md"])
    #expect(plan.unmatched == ["other"])
    #expect(
      PlanText.json(plan) == """
        {"changed":{"base":[],"tooling":[],"application":["Dockerfile"]},\
        "lowest":"application","build":["application"],"ignored":["docker/lib/x.md"],\
        "unmatched":["other"]}
        """)
    #expect(
      PlanText.text(plan) == """
        keep   base         none of its inputs changed
        keep   tooling      none of its inputs changed
        build  application  Dockerfile (matches Dockerfile)
        ignored    docker/lib/x.md
        unmatched  other

        """)
    #expect(
      PlanText.text(ChangePlan([], classifier)) == "nothing to build\n")
    #expect(
      PlanText.json(ChangePlan([], classifier)).contains("\"lowest\":null,\"build\":[]"))
    let many = (0..<9).map { ChangedPath(path: RepositoryPath("docker/lib/f\($0)")) }
    #expect(PlanText.text(ChangePlan(many, classifier)).contains("and 4 more"))
  }

  @Test func aPathOfTwoSiblingsBuildsBoth() throws {
    let tree = try LayerTree([("base", nil), ("web", "base"), ("worker", "base")])
    let layers = try tree.order.map { name in
      LayerRules(
        name: name, dockerfile: RepositoryPath("\(name)/Dockerfile"), context: .root,
        filter: try SindriLayers.filter(name == "base" ? ["base/**"] : ["shared/**"]), ignore: nil)
    }
    let plan = ChangePlan(
      [ChangedPath(path: "shared/x")], PathClassifier(layers: layers, tree: tree))
    #expect(plan.build.map(\.layer) == ["web", "worker"])
    #expect(plan.changed.map(\.paths.count) == [0, 1, 1])
  }

  @Test func readsWhatGitPrints() {
    let output = Array("M\0a b\0A\0c\nd\0D\0e\0T\0f\0R100\0g\0C\0h\0U\0i\0".utf8)
    #expect(
      GitDiff.parse(output) == [
        ChangedPath(path: "a b", status: .modified), ChangedPath(path: "c\nd", status: .added),
        ChangedPath(path: "e", status: .deleted), ChangedPath(path: "f", status: .modified),
        ChangedPath(path: "g", status: .renamed), ChangedPath(path: "h", status: .copied),
        ChangedPath(path: "i", status: .unmerged),
      ])
    #expect(GitDiff.parse([]).isEmpty)
    #expect(GitDiff.parse(Array("M\0".utf8)).count <= 1)
  }
}
