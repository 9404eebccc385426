import Testing

@testable import LayerPlanner

struct IgnoreRulesTests {
  private func rules(_ patterns: [String]) throws -> IgnoreRules {
    try IgnoreRules(patterns: patterns.map { IgnorePattern($0) })
  }

  @Test(
    arguments: [
      (["*.md"], "a.md", true), (["*.md"], "docs/a.md", false), (["**/*.md"], "docs/a.md", true),
      (["lib"], "docker/lib", false), (["docs"], "docs/a/b", true), (["docs/**"], "docs", false),
      (["**foo"], "a/xfoo", true), (["**/foo"], "foo", true), (["**/foo"], "xfoo", false),
      (["a**"], "ab/c", true), (["*", "!keep"], "keep/x", false), (["a|b*"], "xby", true),
      (["a{2}*"], "aab", true), (["?"], "é", true), (["[^a]"], "b", true), (["\\*"], "*", true),
      (["", " ", "a"], "a", true), (["**"], "anything", true), (["***"], "x", true),
      (["a**/b"], "ax/b", true), (["x/**/*"], "x/y", true),
    ] as [([String], String, Bool)])
  func excludes(patterns: [String], path: String, expected: Bool) throws {
    #expect(try rules(patterns).excludes(Array(path.utf8)) == expected)
  }

  @Test func takesNamesThatAreNotUTF8() throws {
    let name: [UInt8] = [0x61, 0xFF, 0x0A]
    let sameName = try IgnoreRules(patterns: [IgnorePattern(bytes: [0x61, 0xFF])])
    #expect(try sameName.excludes([0x61, 0xFF]))
    #expect(try rules(["a??"]).excludes(name))
    #expect(try rules(["a\u{FFFD}*"]).excludes(name))
  }

  @Test func walksAsABuildDoes() throws {
    let rules = try rules(["docs/**", "!docs"])
    let path = Array("docs/x".utf8)
    #expect(try rules.excludes(path) == false)
    #expect(try rules.excludesInBuild(path))
    #expect(try rules.excludesInBuild([]) == false)
    let top = try rules.excludes(Array("docs".utf8), parent: .root)
    #expect(!top.excluded)
    #expect(try rules.excludes(path, parent: top.state).excluded)
    // Without the parent's state, its patterns are tried as for a single path.
    #expect(try self.rules(["a"]).excludes(Array("a/b/c".utf8), parent: .root).excluded)
  }

  @Test func saysWhichPatternDecides() throws {
    let rules = try IgnoreRules(file: Array("*\n\n!docs\ndocs/*.md\n".utf8))
    let kept = try #require(try rules.decide(Array("docs/a".utf8)))
    #expect(kept.pattern == IgnorePattern(bytes: Array("!docs".utf8), line: 3))
    #expect(!kept.isExcluded)
    let left = try #require(try rules.decide(Array("docs/a.md".utf8)))
    #expect(left.pattern.line == 4)
    #expect(left.isExcluded)
    #expect("\(left.pattern)" == "docs/*.md")
    #expect(try self.rules(["a"]).decide(Array("b".utf8)) == nil)
  }

  @Test func reportsABadPatternOnlyWhenItIsReached() throws {
    let rules = try IgnoreRules(file: Array("*.md\n!a{3,1}*\n".utf8))
    #expect(try rules.excludes(Array("b".utf8)) == false)
    let problem = #expect(throws: IgnoreRules.Problem.self) {
      try rules.excludes(Array("b.md".utf8))
    }
    #expect(problem?.line == 2)
    let script = try self.rules(["\\p{Greek}"])
    let unsupported = #expect(throws: IgnoreRules.Problem.self) {
      try script.excludesInBuild(Array("a".utf8))
    }
    #expect(unsupported?.message.contains("\"Greek\", which is not supported") == true)
    #expect(!rules.prunes(Array("x.md".utf8), state: .init(matched: [true, false])))
  }

  @Test(
    arguments: [
      (["dir"], "dir", true), (["dir"], "dir/sub", true), (["dir"], "other", false),
      (["dir/**"], "dir", false), (["dir/**"], "dir/sub", true),
      (["*", "!keep"], "other", true), (["*", "!keep"], "keep", false),
      (["*", "!keep/this"], "keep", false), (["*", "!keep/this"], "keep/that", true),
      (["*", "!keep/*.md"], "keep", false), (["*", "!keep/*.md"], "keep/x", true),
      (["*", "!keep/*.md"], "keeper", true), (["*", "!**/keep"], "other", false),
      (["*", "!docs**"], "do", true), (["*", "!docs/a**"], "docs", false),
      (["*", "!docs/a**"], "docs/b", true), (["*", "!d?cs/a/[bc]"], "dxcs/a", false),
      (["*", "!d?cs/a/[bc]"], "dxcs/b", true), (["*", "!a/\\bx"], "a", false),
      (["*", "!a|b"], "c", true), (["*", "!a|b*"], "c", false), (["!a", "a"], "a", true),
      (["a", "!a", "a/b"], "a/b", true), (["*", "!\\w*"], "c", false),
    ] as [([String], String, Bool)])
  func prunesWhereNothingCanComeBack(
    patterns: [String], directory: String, expected: Bool
  ) throws {
    #expect(try rules(patterns).prunes(Array(directory.utf8)) == expected)
  }

  /// Nothing below a pruned directory is ever taken.
  @Test func prunesOnlyWhatABuildLeavesOut() throws {
    var random = SeededRandom(seed: 7)
    let pieces = ["a", "b", "ab", "*", "**", "?", "/", "/", "[^a]", "\\w", ".", "{2}", "|"]
    let names = ["a", "b", "ab", "aa", "c.a"]
    var pruned = 0
    for _ in 0..<3_000 {
      let patterns = (0..<random.below(4) + 1).map { index -> String in
        let body = (0..<random.below(4) + 1).map { _ in pieces[random.below(pieces.count)] }
        return (index > 0 && random.below(2) == 0 ? "!" : "") + body.joined()
      }
      guard let rules = try? rules(["*"] + patterns) else { continue }
      let components = (0..<random.below(3) + 2).map { _ in names[random.below(names.count)] }
      let path = components.joined(separator: "/")
      let directory = components.dropLast(random.below(components.count - 1) + 1)
        .joined(separator: "/")
      guard let isExcluded = try? rules.excludesInBuild(Array(path.utf8)) else { continue }
      guard try rules.prunes(Array(directory.utf8)) else { continue }
      pruned += 1
      #expect(isExcluded, "\(patterns) prune \(directory) but take \(path)")
    }
    #expect(pruned > 150)
  }

  /// A long name against patterns that make a backtracking matcher take exponential time.
  @Test func staysLinear() throws {
    let name = Array(repeating: UInt8(ascii: "a"), count: 400)
    #expect(try !rules([String(repeating: "*a", count: 20) + "b?"]).excludes(name))
    #expect(try !rules([String(repeating: "**/a", count: 20) + "?"]).excludes(name))
  }
}
