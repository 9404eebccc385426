import Testing

@testable import LayerPlanner

/// The dialect of regular expressions that globs are translated to. Every answer in the tables
/// is that of JavaScript (Node 20).
struct RegexParserTests {
  static let answers: [(regex: String, text: String, matches: Bool)] = [
    ("^a|b$", "ax", true),
    ("^a|b$", "xb", true),
    ("^a|b$", "cc", false),
    ("^(?:a|)$", "a", true),
    ("^(?:a|)$", "b", false),
    ("^a{2,3}$", "a", false),
    ("^a{2,3}$", "aa", true),
    ("^a{2,3}$", "aaa", true),
    ("^a{2,3}$", "aaaa", false),
    ("^a{2}$", "aa", true),
    ("^a{2}$", "aaa", false),
    ("^a{2,}?$", "a", false),
    ("^a{2,}?$", "aaaa", true),
    ("^a{,2}$", "a{,2}", true),
    ("^a{,2}$", "aa", false),
    ("^a{x$", "a{x", true),
    ("^a{1,x$", "a{1,x", true),
    ("^{$", "{", true),
    ("^a]}$", "a]}", true),
    ("^a??b+?$", "b", true),
    ("^a??b+?$", "aab", false),
    ("^a??b+?$", "abb", true),
    (#"^\d\D\w\W\s\S$"#, "1a_- x", true),
    (#"^\d\D\w\W\s\S$"#, "aa_- x", false),
    (#"^\d\D\w\W\s\S$"#, "1a_-xx", false),
    (#"^\d\D\w\W\s\S$"#, "1aa- x", true),
    (#"^\t\n\v\f\r$"#, "\t\n\u{B}\u{C}\r", true),
    (#"^\cA\c!$"#, "\u{1}\\c!", true),
    (#"^\cA\c!$"#, #"A\c!"#, false),
    (#"^[\cA\c1\c!]$"#, "\u{1}", true),
    (#"^[\cA\c1\c!]$"#, "\u{11}", true),
    (#"^[\cA\c1\c!]$"#, #"\"#, true),
    (#"^[\cA\c1\c!]$"#, "!", true),
    (#"^[\cA\c1\c!]$"#, "c", true),
    (#"^[\cA\c1\c!]$"#, "d", false),
    (#"^\x41\u0042\xZ\uZ$"#, "ABxZuZ", true),
    (#"^\x41\u0042\xZ\uZ$"#, "ABxZZ", false),
    (#"^\101\7\08$"#, "A\u{7}\08", true),
    (#"^\101\7\08$"#, "1018", false),
    (#"^[\101\b]$"#, "A", true),
    (#"^[\101\b]$"#, "\u{8}", true),
    (#"^[\101\b]$"#, "b", false),
    (#"^\8\9$"#, "89", true),
    (#"^\377\400$"#, "\u{FF} 0", true),
    (#"^\377\400$"#, "\u{FF} 0", true),
    (#"^\377\400$"#, "\u{FF}\u{100}", false),
    (#"^(a)\1$"#, "aa", true),
    (#"^(a)\1$"#, "ab", false),
    (#"^\1(a)$"#, "a", true),
    (#"^\1(a)$"#, "aa", false),
    (#"^(?<n>a|b)\k<n>$"#, "aa", true),
    (#"^(?<n>a|b)\k<n>$"#, "bb", true),
    (#"^(?<n>a|b)\k<n>$"#, "ab", false),
    (#"^\k<n>$"#, "k<n>", true),
    (#"^(a\1)$"#, "a", true),
    (#"^(?:(a)|b)*\1$"#, "aab", true),
    (#"^(?:(a)|b)*\1$"#, "ab", true),
    (#"^(?:(a)|b)*\1$"#, "aba", false),
    (#"^(?:(a)|b)*\1$"#, "abb", true),
    (#"^(?:(a)|b)*\1$"#, "abaa", true),
    (#"^(?:a*)*\1(b)$"#, "aab", true),
    (#"^(?:a*)*\1(b)$"#, "b", true),
    (#"^(?:a|ab)(?=c)\w$"#, "ac", true),
    (#"^(?:a|ab)(?=c)\w$"#, "abc", true),
    (#"^(?:a|ab)(?=c)\w$"#, "ab", false),
    ("^(?=a)*b$", "b", true),
    (#"^(?=(a+))\1b$"#, "aab", true),
    (#"^(?=(a+))\1b$"#, "b", false),
    (#"^(?=(a+))\1b$"#, "aaab", true),
    (#"^(?!(a))\1b$"#, "b", true),
    (#"^(?!(a))\1b$"#, "ab", false),
    ("(?<=a)b$", "ab", true),
    ("(?<=a)b$", "b", false),
    ("(?<=a)b$", "cb", false),
    ("(?<!a)b$", "ab", false),
    ("(?<!a)b$", "b", true),
    ("(?<!a)b$", "cb", true),
    ("(?<=^a{1,2})b$", "ab", true),
    ("(?<=^a{1,2})b$", "aab", true),
    ("(?<=^a{1,2})b$", "aaab", false),
    (#"(?<=(a)x\1)b$"#, "axab", false),
    (#"(?<=(a)x\1)b$"#, "xab", false),
    (#"(?<=(a)x\1)b$"#, "ab", false),
    (#"(?<=\1(a))b$"#, "aab", true),
    (#"(?<=\1(a))b$"#, "ab", false),
    (#"(?<=\1(a))b$"#, "b", false),
    (#"(?<=\1(a|b))c$"#, "aac", true),
    (#"(?<=\1(a|b))c$"#, "bbc", true),
    (#"(?<=\1(a|b))c$"#, "abc", false),
    (#"(?<=\1(a|b))c$"#, "ac", false),
    (#"^a\b.\Bc$"#, "a-c", false),
    (#"^a\b.\Bc$"#, "a c", false),
    (#"^a\b.\Bc$"#, "abc", false),
    (#"\bfoo\b"#, "a foo b", true),
    (#"\bfoo\b"#, "afoo", false),
    (#"\bfoo\b"#, "foo", true),
    (#"^(a)\b\B\1$"#, "aa", false),
    (#"^(a)\b-\Ba?\1$"#, "a-a", false),
    ("^[^]$", "a", true),
    ("^[^]$", "\n", true),
    ("^[^]$", "ab", false),
    ("^[]$", "a", false),
    ("^[a-]$", "a", true),
    ("^[a-]$", "-", true),
    (#"^[\d-z]$"#, "1", true),
    (#"^[\d-z]$"#, "-", true),
    (#"^[\d-z]$"#, "z", true),
    (#"^[\d-z]$"#, "a", false),
    (#"^[a-\d]$"#, "a", true),
    (#"^[a-\d]$"#, "-", true),
    (#"^[a-\d]$"#, "5", true),
    (#"^[a-\d]$"#, "b", false),
    ("^[^a-c]$", "a", false),
    ("^[^a-c]$", "d", true),
    ("^[^a-c]$", "/", true),
    ("^.$", "a", true),
    ("^.$", "\n", false),
    ("^.$", "\r", false),
    ("^.$", "\u{2028}", false),
    ("^.$", "/", true),
    ("^\u{1F600}$", "\u{1F600}", true),
    ("^..$", "\u{1F600}", true),
    ("^..$", "ab", true),
    ("^[^/]$", "\u{1F600}", false),
    ("^[^/]$", "\u{E9}", true),
    (#"^\p\q$"#, "pq", true),
    (#"(a$)|(^b)\2?"#, "xa", true),
    (#"(a$)|(^b)\2?"#, "bx", true),
    (#"(a$)|(^b)\2?"#, "c", false),
    ("^(a+)+$", "aaaa", true),
    ("^(a+)+$", "aab", false),
    (#"^(a*?)\1$"#, "aa", true),
    (#"^(a*?)\1$"#, "a", false),
    (#"^(a*?)\1$"#, "aaaa", true),
    (#"^(?:(a)\1?){2}$"#, "aa", true),
    (#"^(?:(a)\1?){2}$"#, "aaaa", true),
    (#"^(?:(a)\1?){2}$"#, "aaaaa", false),
    (#"^(a)(?:\1|b){1,2}?$"#, "aa", true),
    (#"^(a)(?:\1|b){1,2}?$"#, "ab", true),
    (#"^(a)(?:\1|b){1,2}?$"#, "aab", true),
    (#"^(a)(?:\1|b){1,2}?$"#, "a", false),
  ]

  @Test(arguments: answers)
  func matchesAsJavaScriptDoes(regex: String, text: String, matches: Bool) throws {
    let units = CodeUnit.units(of: text)
    switch try PathProgram.engine(for: RegexParser.parse(regex)) {
    case .table(let table):
      #expect(table.matches(Array(text.utf8)) == matches)
      #expect(try Automaton(RegexParser.parse(regex)).match(units).matches == matches)
    case .automaton(let automaton):
      #expect(automaton.match(units).matches == matches)
    case .backReferences(let automaton):
      var matcher = BackReferenceMatcher(automaton, units)
      let answer = matcher.matches()
      #expect(answer == matches)
    }
  }

  @Test(arguments: [
    "(",
    "a)",
    "[a",
    "*a",
    "a**",
    "+",
    "?",
    "{1}",
    "a{2,1}",
    "^*",
    "$+",
    #"\b?"#,
    "(?<=a)*",
    "(?<!a)+",
    "(?a)",
    "(?<a",
    "(?<1>a)",
    "(?<a>x)(?<a>y)",
    "(?<>a)",
    "[b-a]",
    #"\"#,
    #"[\"#,
    #"(?<n>a)\k"#,
    #"(?<n>a)\k<m>"#,
    #"(?<n>a)[\k]"#,
    #"(?<n>a)\k<n"#,
    "a|*",
    "(?<=a){1}",
    #"[a-\"#,
    "(?",
  ])
  func refusesWhatJavaScriptRefuses(regex: String) {
    #expect(throws: Regex.Problem.syntax) { try RegexParser.parse(regex) }
  }

  @Test func refusesDeepNesting() throws {
    let depth = Regex.deepestNesting - 1
    let deep = String(repeating: "(", count: depth) + String(repeating: ")", count: depth)
    #expect(try RegexParser.parse(deep).captures == depth)
    #expect(throws: Regex.Problem.tooDeep) { try RegexParser.parse("((\(deep)))") }
  }

  @Test func refusesWhatNeedsTooManyStates() throws {
    let regex = try RegexParser.parse("^(?:(?:a{1000}){1000}){1000}$")
    #expect(throws: Automaton.TooLarge.self) { try Automaton(regex) }
  }
}
