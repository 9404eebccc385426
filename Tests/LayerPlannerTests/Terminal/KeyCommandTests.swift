import LayerPlanner
import Testing

@Suite struct KeyCommandTests {
  @Test(arguments: [
    ("b", [KeyCommand.build]), ("brp", [.build, .restart, .pause]), ("B", [.build]),
    ("le?q", [.log, .failure, .help, .quit]), ("xyz 1\n", []),
    // Arrows, function keys, a mouse, Alt with a letter, a lone escape.
    ("\u{1B}[A", []), ("\u{1B}OPb", [.build]), ("\u{1B}[15~q", [.quit]),
    ("\u{1B}[<0;1;1Mq", [.quit]),
    ("\u{1B}q", []), ("\u{1B}", []), ("\u{1B}[", []), ("é日", []),
  ])
  func keysAreReadAndSequencesPassedOver(text: String, keys: [KeyCommand]) {
    #expect(KeyCommand.commands(in: Array(text.utf8)) == keys)
  }

  @Test func everyKeyIsListed() {
    #expect(KeyCommand.helpLines.count == KeyCommand.allCases.count)
    #expect(KeyCommand.helpLines.allSatisfy { $0.utf8.count < 80 })
  }
}
