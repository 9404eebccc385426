import Testing

@testable import LayerPlanner

struct PathPatternTests {
  // MARK: Meaning

  static let positives: [(pattern: String, path: String)] = [
    ("Dockerfile", "Dockerfile"),
    ("docker/lib/**", "docker/lib/extensions.d/nodejs/nodejs.extension"),
    ("docker/lib/**", "docker/lib"),
    ("docker/lib/**", "docker/lib/.hidden"),
    ("docker/lib/**/", "docker/lib/a/"),
    ("*.sh", "run.sh"),
    ("*.sh", "run.sh/"),
    ("*.sh", ".sh/"),
    ("**/*.md", "README.md"),
    ("**/*.md", "docs/.guide/a.md"),
    ("**.md", "docs/a.md"),
    ("./a/b", "a/b"),
    ("./a/b", "./a/b"),
    ("[abc]", "[abc]"),
    ("[!a]", "!"),
    ("[!a]", "a"),
    ("{a}", "{a}"),
    ("{1..10}", "0"),
    ("a?c", "a\u{E9}c"),
    ("a??c", "a\u{1F600}c"),
    ("!docker/**", "README.md"),
    ("!!docker/**", "docker/x"),
    ("!**.md", "docs/a.md"),
    ("!(docker)/**", "docs/a.md"),
    ("(a|b)/x", "b/x"),
    ("\"*\"/", "*/"),
    ("a\nb", "a\nb"),
    ("\u{65E5}\u{672C}/*", "\u{65E5}\u{672C}/x"),
    ("a/[b-a]", "a/[b-a]"),
    ("(*)/\\1", "ab/ab"),
    ("**", "a"),
  ]

  static let negatives: [(pattern: String, path: String)] = [
    ("Dockerfile", "dockerfile"),
    ("Dockerfile", "Dockerfile.base"),
    ("Dockerfile", "docker/Dockerfile"),
    ("docker/lib/**", "docker/library/x"),
    ("docker/lib/**", "docker/lib/../x"),
    ("docker/lib/**", "docker/lib/a\nb"),
    ("*.sh", "scripts/run.sh"),
    ("**/*.md", "docs/a.mdx"),
    ("a**.md", "a/b.md"),
    ("docs/**.md", "docs/a/b.md"),
    ("a/b", "./a/b"),
    ("[^a]", "a"),
    ("{1..10}", "7"),
    ("a?c", "a\u{1F600}c"),
    ("a?c", "a/c"),
    ("!docker/**", "docker/x"),
    ("!x", "a\nb"),
    ("!(docker)/**", "docker/x"),
    ("a/[b-a]", "a/b"),
    ("(*)/\\1", "ab/ac"),
    ("**", ""),
    ("a", ""),
    ("**", ".."),
  ]

  @Test(arguments: positives)
  func matches(pattern: String, path: String) throws {
    #expect(try PathPattern(pattern).matches(Array(path.utf8)))
  }

  @Test(arguments: negatives)
  func doesNotMatch(pattern: String, path: String) throws {
    #expect(try !PathPattern(pattern).matches(Array(path.utf8)))
  }

  // MARK: Paths that are not UTF-8

  @Test(
    arguments: [
      ("a?c", [0x61, 0xFF, 0x63], true),
      ("a?c", [0x61, 0xC3, 0x63], true),
      ("a??c", [0x61, 0xC3, 0x28, 0x63], true),
      ("a?c", [0x61, 0xE2, 0x82, 0x63], false),
      ("a??c", [0x61, 0xE2, 0x82, 0x63], true),
      ("a???c", [0x61, 0xED, 0xA0, 0x80, 0x63], true),
      ("??", [0xC0, 0x80], true),
      ("????", [0xF4, 0x90, 0x80, 0x80], true),
      ("?????", [0x80, 0x80, 0x80, 0x80, 0x80], true),
      ("**", [0x80, 0x2F, 0xFE, 0xBF], true),
      ("*/x", [0xFF, 0x2F, 0x78], true),
      ("\u{FF}", [0xFF], false),
      ("\u{FFFD}", [0xFF], false),
      ("x", [0xFF], false),
    ] as [(String, [UInt8], Bool)])
  func undecodableBytesCountAsOneUnitEach(
    pattern: String, path: [UInt8], matches: Bool
  ) throws {
    #expect(try PathPattern(pattern).matches(path) == matches)
  }

  // MARK: What is refused

  @Test func refusesTheEmptyText() {
    #expect(throws: PathPattern.Problem.empty) { try PathPattern("") }
  }

  @Test func refusesMoreThanTheReferenceTakes() throws {
    let longest = String(repeating: "a", count: PathPattern.mostUnits)
    #expect(try PathPattern(longest).matches(Array(longest.utf8)))
    #expect(throws: PathPattern.Problem.tooLong(PathPattern.mostUnits + 1)) {
      try PathPattern(longest + "a")
    }
  }

  @Test func refusesBackslashesThatEscapeNothing() {
    #expect(throws: PathPattern.Problem.unfinishedEscape) { try PathPattern(#"(a)\\\\"#) }
  }

  @Test func refusesWhatNestsTooDeeply() {
    let deep = String(repeating: "@(", count: 1000) + String(repeating: ")", count: 1000)
    #expect(throws: PathPattern.Problem.tooComplex) { try PathPattern(deep) }
  }

  @Test(arguments: [
    PathPattern.Problem.empty, .tooLong(70000), .unfinishedEscape, .tooComplex,
  ])
  func problemsAreSentences(problem: PathPattern.Problem) {
    #expect(problem.description.hasPrefix("the pattern "))
  }

  @Test func brokenSyntaxMatchesItsOwnTextAlone() throws {
    let broken = try PathPattern("a/[b-a]")
    #expect(broken.isMalformed)
    #expect(try !PathPattern("a/[a-b]").isMalformed)
    #expect(try !PathPattern("a/b").isMalformed)
  }

  // MARK: Identity

  @Test func patternsAreTheirTexts() throws {
    let pattern = try PathPattern("docker/**")
    #expect(try pattern == PathPattern("docker/**"))
    #expect(try pattern != PathPattern("docker/*"))
    #expect(Set([pattern, try PathPattern("docker/**")]).count == 1)
    #expect("\(pattern)" == "docker/**")
    // The same text to the eye, other bytes.
    #expect(try PathPattern("\u{E9}") != PathPattern("e\u{301}"))
  }
}
