import Testing

@testable import LayerPlanner

struct IgnoreFileTests {
  @Test(arguments: [
    ("", []),
    ("a\nb\n", ["1 a", "2 b"]),
    ("# note\n\n  a  \n #b\r\n! /x/ \n", ["3 a", "4 #b", "5 !x"]),
    ("\u{FEFF}# note\na", ["2 a"]),
    ("\u{A0}a b\u{3000}\n./a/../b//c/", ["1 a b", "2 b/c"]),
    ("!\n/\n..", ["1 !", "2 /", "3 .."]),
  ])
  func keepsThePatternsAndTheirLines(text: String, expected: [String]) throws {
    let patterns = try IgnoreRules.parse(Array(text.utf8))
    #expect(patterns.map { "\($0.line) \(String(decoding: $0.bytes, as: UTF8.self))" } == expected)
  }

  @Test func namesThePlaceOfAProblem() throws {
    let problem = #expect(throws: IgnoreRules.Problem.self) {
      try IgnoreRules(file: Array("a\n\n[\n".utf8))
    }
    #expect(problem?.description == "line 3: the pattern [ is malformed")
    let bare = #expect(throws: IgnoreRules.Problem.self) {
      try IgnoreRules(patterns: [IgnorePattern("!")])
    }
    #expect(bare?.description == "\"!\" needs a pattern after it")
  }

  @Test func refusesALineThatDockerCannotRead() throws {
    let longest = Array(repeating: UInt8(ascii: "a"), count: 65_535)
    #expect(try IgnoreRules.parse(longest + [10]).map(\.bytes.count) == [65_535])
    let problem = #expect(throws: IgnoreRules.Problem.self) {
      try IgnoreRules.parse([10] + longest + [UInt8(ascii: "a")])
    }
    #expect(problem?.line == 2)
  }

  @Test(arguments: [
    ("a", true), ("[a-c]", true), ("[^a]", true), ("a]", true), ("\\[", true), ("[\\]]", true),
    ("[]a]", false), ("[]", false), ("[-a]", false), ("[a-]", false), ("[a", false),
    ("a\\", false), ("[\\", false), ("[a-", false), ("[^", false),
    // Seen in the first chunk, and in the second only behind something that matches ".".
    ("a*[", true), (".*[", false), ("?*[", false), ("[.]*[", false), ("\\.*[", false),
    ("[^.]*[", true), ("*?*[", false), ("..*[", true), ("[+-/]*[", false), (".*a*[", true),
  ])
  func acceptsWhatDockerAccepts(pattern: String, isAccepted: Bool) {
    #expect(isAcceptedGlob(Array(pattern.utf8)) == isAccepted)
  }

  @Test func refusesAClassThatIsNotUTF8() {
    #expect(!isAcceptedGlob([0x5B, 0xFF, 0x5D]))
    #expect(isAcceptedGlob([0xFF]))
  }

  @Test(arguments: [
    ("", "."), ("/", "/"), ("a/", "a"), ("/..", "/"), ("../a/..", ".."), ("a/../..", ".."),
    ("./.", "."), ("//a//b", "/a/b"), ("...", "..."),
  ])
  func cleansPaths(path: String, expected: String) {
    #expect(cleanedPath(Array(path.utf8)) == Array(expected.utf8))
  }
}
