import Testing

@testable import LayerPlanner

struct DockerfileReaderTests {
  private func read(_ text: String) throws -> DockerfileReader {
    try DockerfileReader(Array(text.utf8))
  }

  /// Each instruction as "line KEYWORD text".
  private func summary(_ text: String) throws -> [String] {
    try read(text).instructions.map { "\($0.line) \($0.keyword) \($0.text)" }
  }

  @Test(
    arguments: [
      ("FROM a\n", ["1 FROM a"]),
      ("\u{FEFF}# note\n\n  from  a \nrun x", ["3 FROM a", "4 RUN x"]),
      ("RUN a \\\n  b \\  \n# note\n\n  # note\n c\nUSER d", ["1 RUN a   b  c", "7 USER d"]),
      ("RUN a\\\\\nUSER b", ["1 RUN a\\\\", "2 USER b"]),
      ("RUN a \\", ["1 RUN a"]),
      ("RUN a\r\nUSER b\r\n", ["1 RUN a", "2 USER b"]),
      ("RUN a \\\r\n b\r\n", ["1 RUN a  b"]),
      ("\\\n\\\n", []),
      ("# escape=`\nRUN a `\n b\\\nUSER c", ["2 RUN a  b\\", "4 USER c"]),
      ("RU\\\nN a", ["1 RUN a"]),
      ("RUN # no comment", ["1 RUN # no comment"]),
      ("USER", ["1 USER "]),
    ] as [(String, [String])])
  func cutsIntoInstructions(text: String, expected: [String]) throws {
    #expect(try summary(text) == expected)
  }

  @Test func readsDirectivesAtTheTopOnly() throws {
    let reader = try read(
      "#syntax = docker/dockerfile:1\n# other=1\n# Escape = `\n\n# check=x\nRUN a")
    #expect(reader.directives == ["syntax": "docker/dockerfile:1", "escape": "`"])
    #expect(reader.escape == UInt8(ascii: "`"))
    #expect(try read("# note\n# escape=`\nRUN a").directives.isEmpty)
    #expect(try read("# a b=c\n# =c\n# syntax=\nRUN a").directives.isEmpty)
  }

  @Test(arguments: [
    ("# escape=x\n", 1, "escape character"), ("# syntax=a\n# syntax=b\n", 2, "second time"),
    ("FROM a\n\nFRUM b\n", 3, "FRUM"), ("RUN <<EOF\na\n", 1, "has no end"),
    ("RUN a\\\nb <<X <<Y\nX\n", 1, "Y"),
  ])
  func namesTheLineOfAProblem(text: String, line: Int, part: String) {
    let problem = #expect(throws: Dockerfile.Problem.self) { try read(text) }
    #expect(problem?.line == line)
    #expect(problem?.description.hasPrefix("line \(line): ") == true)
    #expect(problem?.message.contains(part) == true)
  }

  @Test func readsHeredocs() throws {
    let text = """
      RUN <<EOF
      FROM inside
      # kept \\
      EOF
      COPY <<-"A B" 3<<'C' /target/
      \tx
      \tA B
      y
      C
      ONBUILD RUN <<X
      X
      CMD <<no
      RUN ["a", "<<no"]
      RUN cat <<<text a<<no
      USER last
      """
    let instructions = try read(text).instructions
    let keywords = ["RUN", "COPY", "ONBUILD", "CMD", "RUN", "RUN", "USER"]
    #expect(instructions.map(\.keyword) == keywords)
    #expect(instructions.map(\.line) == [1, 5, 10, 12, 13, 14, 15])
    let first = try #require(instructions[0].heredocs.first)
    #expect(first.name == "EOF")
    #expect(first.text == "FROM inside\n# kept \\\n")
    #expect(first.isExpanded)
    #expect(instructions[1].heredocs.map(\.text) == ["x\n", "y\n"])
    #expect(instructions[1].heredocs.map(\.isExpanded) == [false, false])
    #expect(instructions[4].words == ["a", "<<no"])
  }

  @Test func readsOptions() throws {
    let text =
      "COPY --from=a --link --chown=\"a b\" --from=c -- --x d\nHEALTHCHECK --interval=1s CMD a"
    let instructions = try read(text).instructions
    let copy = instructions[0]
    #expect(copy.flags.map(\.name) == ["from", "link", "chown", "from"])
    #expect(copy.flag("from") == "c")
    #expect(copy.flag("chown") == "\"a b\"")
    #expect(copy.flag("link") == nil)
    #expect(copy.words == ["--x", "d"])
    #expect(instructions[1].text == "CMD a")
  }

  @Test(arguments: [
    (#"["a", "b c"]"#, ["a", "b c"]), ("[ ]", []), (#"[ "a" ]"#, ["a"]),
    (#"["\"\\\/\b\f\n\r\t"]"#, ["\"\\/\u{8}\u{C}\n\r\t"]),
    (#"["\u00e9\ud83d\ude00"]"#, ["é😀"]), (#"["\ud83dx"]"#, ["\u{FFFD}x"]),
    (#"["\ud83d\u0041"]"#, ["\u{FFFD}A"]), (#"["]"]"#, ["]"]),
  ])
  func readsJSON(text: String, expected: [String]) {
    #expect(DockerfileWords.jsonStrings(Array(text.utf8)[...]) == expected)
  }

  @Test(arguments: [
    "", "a", "[", "[a]", #"["a""#, #"["a",]"#, #"["a" "b"]"#, #"["\x"]"#, #"["\u00g0"]"#,
    #"["\u00"]"#, #"["a]"#, "['a']", #"["a\"]"#,
  ])
  func takesOtherTextForNoJSON(text: String) {
    #expect(DockerfileWords.jsonStrings(Array(text.utf8)[...]) == nil)
  }
}
