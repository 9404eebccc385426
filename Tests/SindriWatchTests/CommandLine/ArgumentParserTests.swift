import Testing

@testable import SindriWatch

struct ArgumentParserTests {
  private func parse(_ words: String...) throws -> Invocation {
    try ArgumentParser.parse(words.map { Array($0.utf8) })
  }

  private func failure(_ words: String...) -> String? {
    do {
      _ = try ArgumentParser.parse(words.map { Array($0.utf8) })
      return nil
    } catch { return error.description }
  }

  @Test func watchIsTheDefault() throws {
    let plain = try parse()
    #expect(plain.command == .watch)
    #expect(try parse("--once").has("once"))
    #expect(try parse("--once", "watch").has("once"))
  }

  @Test func optionsStandBeforeAndAfterTheCommand() throws {
    let line = try parse(
      "-C", "/r", "-cimage.repository=x", "plan", "-z", "--format=json", "--base", "HEAD~1",
      "a b", "--", "-odd")
    #expect(line.command == .plan)
    #expect(line.text("directory") == "/r")
    #expect(line.text("set") == "image.repository=x")
    #expect(line.has("null"))
    #expect(line.text("format") == "json")
    #expect(line.text("base") == "HEAD~1")
    #expect(line.operands == [Array("a b".utf8), Array("-odd".utf8)])
  }

  @Test func flagsMayBeBundledAndOptionsRepeated() throws {
    let line = try parse("config", "-lzqc", "a.b=1", "-c", "a.b=2")
    #expect(line.has("list") && line.has("null") && line.has("quiet"))
    #expect(line.values["set"]?.count == 2)
  }

  @Test func operandsStayBytes() throws {
    let line = try ArgumentParser.parse([Array("why".utf8), [0xFF, 0x0A]])
    #expect(line.operands == [[0xFF, 0x0A]])
    #expect(try parse("plan", "-").operands == [[0x2D]])
  }

  @Test(arguments: [
    (["buidl"], "no command buidl; did you mean build?"),
    (["plan", "--bas", "x"], "plan has no option --bas; did you mean --base?"),
    (["watch", "--once=1"], "--once takes no value"),
    (["plan", "--base"], "--base needs a value: REF"),
    (["--format", "yaml"], "--format is one of text, json, github, not yaml"),
    (["status", "base"], "status takes no operand, but got base"),
    (["--once", "plan"], "plan has no option --once"),
    (["build", "-x"], "build has no option -x"),
    (["-C"], "-C needs a value: DIR"),
    (["watch", "--check"], "watch has no option --check; it is an option of sync, status;"),
    (["--dry-run", "build"], "watch has no option --dry-run; it is an option of sync, prune;"),
    (["sync", "--form", "x"], "sync has no option --form; did you mean --from?"),
    (["inti"], "no command inti; did you mean init?"),
    (
      ["completions", "zhs"], "completions takes one of bash, zsh, fish, not zhs; did you mean zsh?"
    ),
    (["init", "x"], "init takes no operand, but got x"),
  ])
  func saysWhatIsWrong(words: [String], message: String) throws {
    let arguments = words.map { Array($0.utf8) }
    let error = #expect(throws: UsageError.self) { try ArgumentParser.parse(arguments) }
    #expect(try #require(error).description.hasPrefix(message))
  }
}
