import Testing

@testable import LayerPlanner

@Suite struct HookCommandTests {
  @Test(arguments: [
    ("a b  c", ["a", "b", "c"]), ("  a\t'b c' ", ["a", "b c"]), (#"a "b \" c""#, ["a", "b \" c"]),
    (#"a\ b '\'"#, ["a b", "\\"]), ("a ''", ["a", ""]), ("x'y'\"z\"", ["xyz"]),
    ("a $(b) `c` > d;e", ["a", "$(b)", "`c`", ">", "d;e"]),
  ])
  func splitsWithoutAShell(text: String, words: [String]) throws {
    #expect(try HookCommand(text).words == words)
  }

  @Test(arguments: ["", "  ", "a 'b", "a \"b", "a\\", "'' a"])
  func refusesWhatHasNoMeaning(text: String) {
    #expect(throws: HookCommand.Problem.self) { try HookCommand(text) }
  }

  @Test(arguments: [
    ("validate {name}", ["/l/nodejs.sh"], ["validate", "nodejs"]),
    ("validate {name}", ["/l/a.b.sh", "/l/.x", "/m/a.b.txt"], ["validate", "a.b", ".x"]),
    ("check --all", ["/l/a", "/l/b"], ["check", "--all", "/l/a", "/l/b"]),
    ("t --x={name}!{name}", ["/l/a"], ["t", "--x=a!a"]),
  ])
  func namesTheChangedFiles(text: String, paths: [String], words: [String]) throws {
    let command = try HookCommand(text)
    #expect(command.arguments(paths.map { Array($0.utf8) }) == words.map { Array($0.utf8) })
  }
}
