import Testing

@testable import LayerPlanner

@Suite struct SyncSectionTests {
  private static func rules(ignore: String? = nil, skipping: [String] = []) throws -> SyncRules {
    let tree = try LayerTree([(name: "base", parent: nil), (name: "app", parent: "base")])
    func layer(_ name: LayerName, _ pattern: String) throws -> LayerRules {
      LayerRules(
        name: name, dockerfile: RepositoryPath("lib/\(name).dockerfile"), context: .root,
        filter: PathFilter(rules: [FilterRule(patterns: [try PathPattern(pattern)])]),
        ignore: try ignore.map { (".dockerignore", try IgnoreRules(file: Array($0.utf8))) })
    }
    let classifier = PathClassifier(
      layers: [try layer("base", "lib/base.sh"), try layer("app", "lib/**")], tree: tree)
    let section = SyncSection(
      path: "lib", target: "/opt//lib/", ignore: try skipping.map { try PathPattern($0) })
    return SyncRules(sections: [section], classifier: classifier, layer: "app")
  }

  @Test func targetsAreNormal() {
    #expect(SyncSection(path: "a", target: "/opt//x/").target == Array("/opt/x".utf8))
    #expect(SyncSection(path: "a", target: "/").target.isEmpty)
    let section = SyncSection(path: "a", target: "/opt")
    #expect(section.destination("a/b/c") == Array("/opt/b/c".utf8))
    #expect(SyncSection(path: .root, target: "/opt").destination("b") == Array("/opt/b".utf8))
  }

  @Test(arguments: [
    ("lib/x.sh", true), ("lib/d/x.sh", true), ("lib", false), ("library/x", false), ("x", false),
    ("lib/x~", false), ("lib/.x.swp", false), ("lib/.git/config", false),
    ("lib/.sindri-sync", false), ("lib/skip/a/b", false), ("lib/a.pyc", false),
    ("lib/private", false), ("lib/deep/private/x", false),
  ])
  func coversWhatNothingLeavesOut(path: RepositoryPath, isCovered: Bool) throws {
    let rules = try Self.rules(
      ignore: "**/private\n", skipping: ["lib/skip/**", "**/*.pyc"])
    #expect(rules.sections(covering: path, isDirectory: false).isEmpty != isCovered)
  }

  @Test func aDirectoryOfWhichSomethingIsLetInIsCovered() throws {
    let rules = try Self.rules(ignore: "*\n!lib/in\n")
    #expect(rules.sections(covering: "lib/in", isDirectory: true) == [0])
    #expect(rules.sections(covering: "lib/in/x", isDirectory: false) == [0])
    #expect(rules.sections(covering: "lib/out", isDirectory: false) == [])
    #expect(rules.concerns("lib"))
    #expect(rules.concerns(.root))
    #expect(!rules.concerns("docs"))
  }

  @Test func aCopySufficesForWhatOnlyTheTopLayerReads() throws {
    let rules = try Self.rules()
    let app = [Change.Reader(layer: "app", pattern: "lib/**")]
    let both = [Change.Reader(layer: "base", pattern: "lib/base.sh")] + app
    #expect(rules.suffices(for: "lib/x", isDirectory: false, readers: app))
    #expect(!rules.suffices(for: "lib/base.sh", isDirectory: false, readers: both))
    #expect(!rules.suffices(for: "lib/app.dockerfile", isDirectory: false, readers: app))
    #expect(!rules.suffices(for: "other", isDirectory: false, readers: app))
  }
}
