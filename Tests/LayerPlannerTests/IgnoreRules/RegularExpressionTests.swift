import Testing

@testable import LayerPlanner

struct RegularExpressionTests {
  private func expression(_ text: String) throws -> RegularExpression {
    try RegularExpression(text.unicodeScalars.map(\.value))
  }

  @Test(arguments: [
    ("^a$", ["a"], ["", "aa", "b"]),
    ("^a|b$", ["ax", "xb"], ["xa", "bx"]),
    ("^(.*/)?a$", ["a", "x/a", "x/y/a"], ["xa", "\n/a", "a/x"]),
    ("^a{2}$", ["aa"], ["a", "aaa"]),
    ("^a{2,}$", ["aa", "aaaa"], ["a"]),
    ("^a{1,2}?$", ["a", "aa"], ["", "aaa"]),
    ("^a{0}b$", ["b"], ["ab"]),
    ("^a{,2}$", ["a{,2}"], ["a"]),
    ("^a{02}x{$", ["a{02}x{"], ["aax{"]),
    ("^a{2,x}{$", ["a{2,x}{"], []),
    ("^a+b?$", ["a", "aab"], ["b"]),
    ("^\\Qa.\\E{2}$", ["a.."], ["a.a."]),
    ("^\\Qa$", ["a$"], ["a"]),
    ("^\\x41\\x{e9}\\101\\07\\0$", ["AéA\u{7}\0"], ["A"]),
    ("^\\a\\f\\n\\r\\t\\v\\.$", ["\u{7}\u{C}\n\r\t\u{B}."], []),
    ("\\bfoo\\b", ["foo", "a foo b"], ["afoo", "foob"]),
    ("a\\Bb", ["ab"], ["a"]),
    ("^\\Aa\\z$", ["a"], ["ab"]),
    ("^[a-c-]$", ["a", "c", "-"], ["d"]),
    ("^[]a]$", ["]", "a"], ["b"]),
    ("^[^/]*$", ["", "abc\n"], ["a/b"]),
    ("^[[:alpha:][:^ascii:]]$", ["a", "é"], ["1"]),
    ("^[[:x]$", ["[", ":", "x"], ["a"]),
    ("^[\\d\\W]$", ["1", "-", "é"], ["a", "_"]),
    ("^[\\-\\x41]$", ["-", "A"], ["B"]),
    ("^\\pL\\p{Lu}\\PL$", ["éÉ1", "aA_"], ["1A1", "aa1"]),
    ("^\\p{^L}\\P{^L}$", ["1a"], ["aa"]),
    ("^\\p{Any}$", ["a", "日"], []),
    ("^\\P{Any}$", [], ["a"]),
    ("^\\s\\S\\D$", [" aa"], ["aaa", " a1"]),
    ("a||b", ["", "zzz"], []),
    ("^日本$", ["日本"], ["日"]),
    ("^(a|b|c)*$", ["", "abcba"], ["abd"]),
  ])
  func matches(text: String, positives: [String], negatives: [String]) throws {
    let expression = try expression(text)
    for text in positives { #expect(expression.matches(Array(text.utf8)), "\(text)") }
    for text in negatives { #expect(!expression.matches(Array(text.utf8)), "\(text)") }
  }

  @Test(arguments: [
    "^\\1$", "^\\8", "^\\C", "^\\q", "^\\é", "^\\E", "\\", "^a{2}{3}", "^a**", "^a{1001}",
    "^a{1,1001}", "^a{3,2}", "|{2}", "{2}", "^(a{100}){100}", "^[b-a]", "^[a", "^[[:x:]]", "^\\x4",
    "^\\x{}", "^\\x{110000}", "^\\x{g}", "^\\x{4", "^\\p", "^\\p{L", "^\\p{}", "^\\p{lu}", "^(a",
    "^a)", "^[\\q]", "^\\p$",
  ])
  func refusesWhatGoRefuses(text: String) {
    #expect(throws: RegularExpression.Problem.malformed) { try expression(text) }
  }

  @Test func namesAClassThatItDoesNotKnow() {
    #expect(throws: RegularExpression.Problem.unknownClass("Greek")) {
      try expression("\\p{Greek}")
    }
  }

  @Test func countsNestedRepetitions() throws {
    #expect(try expression("^(a{10}){100}$").matches(Array(repeating: 0x61, count: 1000)))
    #expect(try expression("^(a{0}|b{2,}){0}$").matches([]))
  }

  /// One code point of each general category, so that none is confused with another.
  @Test(arguments: [
    ("Cc", "\u{1}"), ("Cf", "\u{AD}"), ("Co", "\u{E000}"), ("Ll", "a"), ("Lm", "ʰ"), ("Lo", "日"),
    ("Lt", "ǅ"), ("Lu", "A"), ("Mc", "\u{903}"), ("Me", "\u{488}"), ("Mn", "\u{300}"),
    ("Nd", "٣"), ("Nl", "Ⅷ"), ("No", "²"), ("Pc", "‿"), ("Pd", "–"), ("Pe", "」"), ("Pf", "»"),
    ("Pi", "«"), ("Po", "¡"), ("Ps", "「"), ("Sc", "€"), ("Sk", "¨"), ("Sm", "±"), ("So", "©"),
    ("Zl", "\u{2028}"), ("Zp", "\u{2029}"), ("Zs", "\u{A0}"), ("Cs", ""), ("Cn", ""),
  ])
  func knowsTheCategories(name: String, member: String) throws {
    guard name != "Cn" else {
      #expect(throws: RegularExpression.Problem.self) { try expression("\\p{Cn}") }
      #expect(try !expression("^\\pC").matches(Array("\u{378}".utf8)))
      return
    }
    let set = try expression("^\\p{\(name)}$")
    let group = try expression("^\\p\(name.prefix(1))$")
    #expect(set.matches(Array(member.utf8)) == !member.isEmpty)
    #expect(group.matches(Array(member.utf8)) == !member.isEmpty)
    #expect(!set.matches(Array("\u{10FFFF}".utf8)))
  }

  @Test(
    arguments: [
      ([0x61], [0x61]), ([0xC3, 0xA9], [0xE9]), ([0xC0, 0x80], [0xFFFD, 0xFFFD]),
      ([0xE2, 0x82], [0xFFFD, 0xFFFD]), ([0xED, 0xA0, 0x80], [0xFFFD, 0xFFFD, 0xFFFD]),
      ([0xF0, 0x9F, 0x98, 0x80], [0x1F600]), ([0xE0, 0x80, 0x80], [0xFFFD, 0xFFFD, 0xFFFD]),
      ([0xC3, 0x41], [0xFFFD, 0x41]),
      ([0xF4, 0x90, 0x80, 0x80], [0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD]),
    ] as [([UInt8], [UInt32])])
  func decodesUTF8(bytes: [UInt8], scalars: [UInt32]) {
    #expect(decodeScalars(bytes) == scalars)
  }
}
