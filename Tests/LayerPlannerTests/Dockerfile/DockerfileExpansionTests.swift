import Testing

@testable import LayerPlanner

struct DockerfileExpansionTests {
  private func expand(_ word: String, escape: Unicode.Scalar = "\\") throws -> DockerfileExpansion {
    try DockerfileExpansion(
      word, variables: ["a": "1", "ab": "2", "empty": ""], escape: escape)
  }

  @Test(
    arguments: [
      ("x", "x", []), ("$a", "1", []), ("${a}b", "1b", []), ("$ab", "2", []), ("$a-b", "1-b", []),
      ("$none", "", ["none"]), ("${none}x$none2", "x", ["none", "none2"]), ("$", "$", []),
      ("$/", "$/", []), ("$1x", "x", ["1"]), ("${a:-x}", "1", []), ("${empty:-x}", "x", []),
      ("${empty-x}", "", []), ("${none:-x$a}", "x1", []), ("${none-${a}y}", "1y", []),
      ("${a:-$none}", "1", []), ("${none:-$other}", "", ["other"]), ("${a:+x}", "x", []),
      ("${empty:+x}", "", []), ("${empty+x}", "x", []), ("${none+$other}", "", []),
      ("${a:?no}", "1", []), ("${none?no}", "", ["none"]), ("${empty:?no}", "", ["empty"]),
      ("${a#1}", "", ["a"]), ("${a%1}b", "b", ["a"]), ("${a/1/2}", "", ["a"]),
      ("'$a'", "$a", []), ("\"$a b\"", "1 b", []), ("\"\\$a\\\"\\\\\\x\"", "$a\"\\\\x", []),
      ("\\$a", "$a", []), ("\\'", "'", []), ("a\\", "a", []), ("é$a日", "é1日", []),
    ] as [(String, String, [String])])
  func expands(word: String, text: String, unresolved: [String]) throws {
    let expansion = try expand(word)
    #expect(expansion.text == text)
    #expect(expansion.unresolved == unresolved)
  }

  @Test func usesTheFilesEscapeCharacter() throws {
    #expect(try expand("C:\\x`$a", escape: "`").text == "C:\\x$a")
  }

  @Test(arguments: ["${a", "${", "${}", "${a:", "${a:}", "${a:=b}", "${a:-b", "'a", "\"a", "${a!}"])
  func refuses(word: String) {
    #expect(throws: DockerfileExpansion.Problem.self) { try expand(word) }
  }
}
