import Testing

@testable import LayerPlanner

/// The ways to decide a path agree, and none of them takes more steps than it may.
struct PathProgramTests {
  // MARK: Agreement

  @Test func allEnginesAgree() throws {
    var random = RandomGlobs(seed: 1)
    var tables = 0
    var literals = 0
    var matches = 0
    for _ in 0..<1500 {
      let glob = random.glob()
      guard let pattern = try? PathPattern(glob),
        let regex = try? RegexParser.parse(GlobTranslator.regex(for: glob)),
        !regex.hasBackReferences
      else { continue }
      let automaton = try Automaton(regex)
      let filter = PathFilter(rules: [FilterRule(patterns: [pattern])])
      if case .table = pattern.program.engine { tables += 1 }
      if pattern.program.isLiteral { literals += 1 }
      for _ in 0..<12 {
        let path = random.path()
        let expected = path == Array(glob.utf8) || automaton.match(path.codeUnits).matches
        #expect(pattern.matches(path) == expected, "\(glob.debugDescription) on \(path)")
        let decision = filter.match(path, status: .added)
        #expect((decision != nil) == expected, "\(glob.debugDescription) on \(path)")
        if expected { matches += 1 }
      }
    }
    #expect(tables > 500 && literals > 20 && matches > 500)
  }

  @Test(arguments: [
    ("Dockerfile", true, "Dockerfile"), ("docker/lib/**", false, "docker/lib"),
    ("docker/*.sh", false, "docker/"), ("**/*.md", false, ""), ("a\\*b", true, "a*b"),
    ("!docker", false, ""), ("a{b,c}", false, "a"), ("\u{E9}a", false, ""), ("a|b", true, "a|b"),
  ])
  func knowsWhatMatchesBeginWith(glob: String, isLiteral: Bool, prefix: String) throws {
    let program = try PathPattern(glob).program
    #expect(program.isLiteral == isLiteral)
    #expect(program.prefix == Array(prefix.utf8))
  }

  // MARK: Bounds

  static let adversaries: [String] = [
    "**/*a*a*a*a*b",
    "*(a|aa)b",
    "+(+(+(+(a|aa)|a)|a)|a)b",
    "*(*(*(*(*(a)))))b",
    "!(!(!(!(a*)*a)*a)*a)b",
    "*(!(a)*(!(aa)*(!(aaa)*(a))))b",
    "(a+)+b",
    "(((a*)*)*)*b/",
    "{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}/b",
    "a" + String(repeating: "?", count: 40) + "*b",
    "*a" + String(repeating: "?", count: 40),
    String(repeating: "*a", count: 500) + "b",
    String(repeating: "**/", count: 300) + "b",
    String(repeating: "*", count: 5000) + "b",
    String(repeating: "a/*", count: 500),
    String(repeating: "*(a)", count: 300) + "b",
    String(repeating: "@(a|", count: 60) + "b" + String(repeating: ")", count: 60),
    "*(a)(?<=(a+)+)b",
    "**/\\b+(a)+(a)b",
  ]

  @Test(arguments: adversaries)
  func timeIsLinearInThePath(glob: String) throws {
    let regex = try RegexParser.parse(GlobTranslator.regex(for: glob))
    let automaton = try Automaton(regex)
    for path in [String(repeating: "a", count: 200), String(repeating: "a/", count: 100)] {
      let units = CodeUnit.units(of: path)
      let (_, steps) = automaton.match(units)
      #expect(steps > 0 && steps <= automaton.edgeCount * (units.count + 1))
    }
    // An automaton's size is linear in the pattern's, but for repeated counts.
    #expect(automaton.edgeCount < 60 * (glob.utf16.count + 1))
  }

  @Test(arguments: adversaries)
  func tablesAreBounded(glob: String) throws {
    let pattern = try PathPattern(glob)
    if case .table(let table) = pattern.program.engine {
      #expect(table.count <= BackwardTable.mostStates)
    }
    let path = Array(String(repeating: "a", count: 2000).utf8)
    let automaton = try Automaton(RegexParser.parse(GlobTranslator.regex(for: glob)))
    #expect(pattern.matches(path) == automaton.match(path.codeUnits).matches)
  }

  @Test func anAutomatonRunsWhatIsTooLargeForATable() throws {
    // Where among the last thirteen units a `b` stood takes 8192 states to remember.
    let pattern = try PathPattern("*a????????????b*")
    guard case .automaton = pattern.program.engine else {
      Issue.record("a table of more than \(BackwardTable.mostStates) states")
      return
    }
    #expect(pattern.matches(Array("xxa0123456789abbyy".utf8)))
    #expect(pattern.matches(Array("xa0123456789abb/".utf8)))
    #expect(!pattern.matches(Array("xa0123456789aby".utf8)))
    #expect(!pattern.matches(Array("a0123456789abb/y".utf8)))
    #expect(pattern.mayMatch(below: Array("x".utf8)))
  }

  @Test func manyClassesNeedNoTable() throws {
    let letters = (0..<140).compactMap { Unicode.Scalar(0x4E00 + 2 * $0) }.map(String.init)
    let pattern = try PathPattern("*" + letters.joined())
    guard case .automaton = pattern.program.engine else {
      Issue.record("a table with more than 127 classes")
      return
    }
    #expect(pattern.matches(Array(("x" + letters.joined()).utf8)))
    #expect(!pattern.matches(Array(letters.dropLast().joined().utf8)))
  }

  @Test func backReferencesGiveUp() throws {
    let regex = try RegexParser.parse("^(?:(a*)*(a*)*(a*)*)*\\1b$")
    let units = CodeUnit.units(of: String(repeating: "a", count: 60))
    var matcher = BackReferenceMatcher(try Automaton(regex), units)
    let matches = matcher.matches()
    #expect(!matches)
    #expect(matcher.steps <= BackReferenceMatcher.mostSteps)
  }
}
