import Testing

@testable import LayerPlanner

@Suite struct CharsetTests {
  private static let locales: [(String?, String?, String?, Charset)] = [
    (nil, nil, "en_GB.UTF-8", Charset.unicode), (nil, nil, "C.utf8", .unicode),
    (nil, nil, "de_DE.utf8@euro", .unicode), (nil, nil, "C", .ascii), (nil, nil, nil, .ascii),
    ("C", "C.UTF-8", "C.UTF-8", .ascii), ("", "C.UTF-8", "C", .unicode),
    ("POSIX", nil, "C.UTF-8", .ascii), (nil, nil, "en_GB.ISO-8859-1", .ascii),
  ]

  @Test(arguments: locales)
  func theFirstVariableThatIsSetDecides(
    all: String?, characters: String?, language: String?, charset: Charset
  ) {
    #expect(Charset(all: all, characters: characters, language: language) == charset)
  }

  @Test(arguments: [
    ("plain", "plain", "plain"), ("a\tb\nc", "a b c", "a b c"), ("\u{1B}[31mx", " [31mx", " [31mx"),
    ("日本", "日本", "????"), ("é", "é", "?"), ("🚀", "🚀", "??"), ("a\u{202E}b", "ab", "a?b"),
    ("👩‍💻", "👩‍💻", "??"), ("\u{9B}2J", " 2J", "?2J"),
  ])
  func nothingMovesTheCursor(text: String, unicode: String, ascii: String) {
    #expect(Charset.unicode.shown(text) == unicode)
    #expect(Charset.ascii.shown(text) == ascii)
  }

  @Test func aLogKeepsItsColoursAndLines() {
    let log = Array("\u{1B}[2m日\u{1B}[0m…\n".utf8)
    #expect(Charset.unicode.shown(log: log) == log)
    #expect(Charset.ascii.shown(log: log) == Array("\u{1B}[2m?\u{1B}[0m?\n".utf8))
  }

  @Test(arguments: [
    (0.0, "░░░░", "[....]"), (0.5, "██░░", "[##..]"), (1.0, "████", "[####]"),
    (7.0, "████", "[####]"), (-1.0, "░░░░", "[....]"),
  ])
  func aBarIsFilledByItsPart(part: Double, unicode: String, ascii: String) {
    #expect(Charset.unicode.bar(part, columns: 4) == unicode)
    #expect(Charset.ascii.bar(part, columns: 6) == ascii)
  }

  @Test(arguments: [
    ("a", 1), ("日", 2), ("🚀", 2), ("⚡", 2), ("❤\u{FE0F}", 2), ("🇩🇪", 2), ("👩‍💻", 2),
    ("e\u{301}", 1), ("🫠", 2), ("☎", 1),
  ])
  func widthsAreThoseOfTerminals(text: String, columns: Int) {
    #expect(TextWidth.of(text) == columns)
  }
}
