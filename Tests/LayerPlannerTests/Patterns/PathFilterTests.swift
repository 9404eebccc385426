import Testing

@testable import LayerPlanner

struct PathFilterTests {
  private func filter(
    _ patterns: [String], _ quantifier: PathFilter.Quantifier = .some
  ) throws -> PathFilter {
    let rules = try patterns.map { FilterRule(patterns: [try PathPattern($0)]) }
    return PathFilter(rules: rules, quantifier: quantifier)
  }

  private func decides(_ filter: PathFilter, _ path: String) -> String? {
    guard let decision = filter.match(Array(path.utf8), status: .modified) else { return nil }
    return decision.pattern?.text ?? ""
  }

  // MARK: Quantifiers

  @Test func someNeedsOneRuleAndNamesTheFirst() throws {
    let filter = try filter(["docs/**", "**/*.md", "README.md"])
    #expect(decides(filter, "README.md") == "**/*.md")
    #expect(decides(filter, "docs/a.md") == "docs/**")
    #expect(decides(filter, "src/a.c") == nil)
    #expect(filter.match(Array("x.md".utf8), status: .added)?.rule == 1)
  }

  @Test func aNegationExcludesNothingUnderSome() throws {
    let filter = try filter(["docker/lib/**", "!docker/lib/**/*.md"])
    #expect(decides(filter, "docker/lib/README.md") == "docker/lib/**")
    #expect(decides(filter, "anything") == "!docker/lib/**/*.md")
  }

  @Test func everyNeedsAllRules() throws {
    let filter = try filter(["docker/lib/**", "!docker/lib/**/*.md"], .every)
    #expect(decides(filter, "docker/lib/README.md") == nil)
    #expect(decides(filter, "docker/lib/x.sh") == "!docker/lib/**/*.md")
    #expect(decides(filter, "anything") == nil)
  }

  @Test func anEmptyFilterMatchesNothingOrEverything() throws {
    #expect(decides(try filter([]), "a") == nil)
    #expect(decides(try filter([], .every), "a") == "")
    #expect(try !filter([]).mayMatch(below: []))
    #expect(try filter([], .every).mayMatch(below: []))
  }

  // MARK: Statuses

  @Test func aRuleWithStatusesIsAboutThoseChangesOnly() throws {
    let patterns = [try PathPattern("a/**"), try PathPattern("b/**")]
    let rule = FilterRule(statuses: [.added, .deleted], patterns: patterns)
    for quantifier in PathFilter.Quantifier.allCases {
      let filter = PathFilter(rules: [rule], quantifier: quantifier)
      for status in ChangeStatus.allCases {
        let decision = filter.match(Array("b/x".utf8), status: status)
        // The patterns of one rule are alternatives under `every` too.
        #expect((decision != nil) == (status == .added || status == .deleted))
      }
    }
  }

  @Test(
    arguments: [
      ("added|modified", [.added, .modified]),
      (" Added | DELETED\t", [.added, .deleted]),
      ("copied||renamed|unmerged", [.copied, .renamed, .unmerged]),
      ("changed", []), ("", []), ("|", []),
    ] as [(String, Set<ChangeStatus>)])
  func readsStatusKeys(key: String, statuses: Set<ChangeStatus>) {
    #expect(ChangeStatus.named(in: key) == statuses)
  }

  @Test func aRuleWithoutStatusesOrPatternsMatchesNothing() throws {
    let none = FilterRule(statuses: [], patterns: [try PathPattern("**")])
    let empty = FilterRule(patterns: [])
    for rule in [none, empty] {
      let filter = PathFilter(rules: [rule])
      #expect(filter.match([0x61], status: .added) == nil)
      #expect(!filter.mayMatch(below: []))
    }
  }

  // MARK: Pruning

  static let below: [(pattern: String, directory: String, mayMatch: Bool)] = [
    ("Dockerfile", "", true),
    ("Dockerfile", "docker", false),
    ("Dockerfile", "Dockerfile", false),
    ("docker/lib/**", "", true),
    ("docker/lib/**", "docker", true),
    ("docker/lib/**", "docker/lib", true),
    ("docker/lib/**", "docker/lib/extensions.d/nodejs", true),
    ("docker/lib/**", "docker/library", false),
    ("docker/lib/**", "dock", false),
    ("docker/lib/**", "node_modules/docker/lib", false),
    ("docker/lib/x.sh", "docker/lib", true),
    ("docker/lib/x.sh", "docker/lib/x.sh", false),
    ("docker/lib/x.sh", "docker/li", false),
    ("docker/scripts/*.sh", "docker", true),
    ("docker/scripts/*.sh", "docker/scripts", true),
    ("docker/scripts/*.sh", "docker/scripts/sub", false),
    ("docker/scripts/*.sh", "docker/lib", false),
    ("*.sh", "", true),
    ("*.sh", "a", false),
    ("**/*.md", "a/b/c", true),
    ("**/node_modules/*.js", "a/node_modules", true),
    ("a/*/c/*", "a/b", true),
    ("a/*/c/*", "a/b/d", false),
    ("a/{b,c}/*", "a/d", false),
    ("a/{b,c}/*", "a/c", true),
    ("a/@(b|c)/*", "a/d", false),
    ("!docker/**", "docker", false),
    ("!docker/**", "docs", true),
    ("!docker/*", "docker/lib", true),
    ("a/[b-a]/c", "a", true),
    ("a/[b-a]/c", "a/b", false),
    ("./a/b", "a", true),
    ("./a/b", ".", true),
    ("(*)/\\1", "x", true),
    ("x/(*)/\\2\\1", "y", false),
    ("a\\b/c", "a\\b", true),
    ("**", "\u{E9}\u{1F600}", true),
    ("\u{E9}/*", "\u{E9}", true),
    ("\u{E9}/*", "\u{1F600}", false),
  ]

  @Test(arguments: below)
  func tellsWhichDirectoriesCanHoldMatches(
    pattern: String, directory: String, mayMatch: Bool
  ) throws {
    let filter = try filter([pattern])
    #expect(filter.mayMatch(below: Array(directory.utf8)) == mayMatch)
  }

  @Test func underEveryAllRulesMustBeAbleToMatchBelow() throws {
    let filter = try filter(["docker/**", "**/*.md", "!docker/lib/**"], .every)
    #expect(filter.mayMatch(below: Array("docker/scripts".utf8)))
    #expect(!filter.mayMatch(below: Array("docker/lib".utf8)))
    #expect(!filter.mayMatch(below: Array("docs".utf8)))
  }

  @Test func noDirectoryAboveAMatchIsPruned() throws {
    var random = RandomGlobs(seed: 2)
    var matches = 0
    var pruned = 0
    for _ in 0..<1500 {
      let glob = random.glob()
      guard let pattern = try? PathPattern(glob) else { continue }
      let filter = PathFilter(rules: [FilterRule(patterns: [pattern])])
      for path in (0..<10).map({ _ in random.path() }) + [Array(glob.utf8)] {
        let isMatch = filter.match(path, status: .added) != nil
        for slash in path.indices where path[slash] == UInt8(ascii: "/") && slash + 1 < path.count {
          let mayMatch = filter.mayMatch(below: Array(path[..<slash]))
          #expect(mayMatch || !isMatch, "\(glob.debugDescription) on \(path)")
          if isMatch { matches += 1 }
          if !mayMatch { pruned += 1 }
        }
      }
    }
    #expect(matches > 300 && pruned > 300)
  }
}
