/// The language of manual pages: text in the macros of man(7).
struct Roff {
  private(set) var text: String

  /// A page `name(section)`; `summary` follows its name.
  init(_ name: String, section: Int, summary: String) {
    text = ".TH \(Self.quoted(name.uppercased())) \(section) \"\" "
    text += "\(Self.quoted("sindri-watch \(HelpText.version)")) \"\"\n"
    // No hyphenation, and no stretched lines.
    text += ".nh\n.ad l\n.SH NAME\n\(Self.escaped(name)) \\- \(Self.escaped(summary))\n"
  }

  /// `words` with a capital letter and a full stop.
  static func sentence(_ words: String) -> String {
    words.prefix(1).uppercased() + words.dropFirst() + (words.hasSuffix(".") ? "" : ".")
  }

  /// A heading.
  mutating func section(_ title: String) { text += ".SH \(Self.quoted(title))\n" }

  /// A heading below that.
  mutating func subsection(_ title: String) { text += ".SS \(Self.quoted(title))\n" }

  /// A paragraph.
  mutating func paragraph(_ words: String) { text += ".PP\n\(Self.line(words))\n" }

  /// A term in bold, what follows it in italics, and its explanation.
  mutating func item(_ term: String, _ argument: String = "", _ explanation: String) {
    let tail = argument.isEmpty ? "" : " \\fI\(Self.escaped(argument))\\fR"
    text += ".TP\n\\fB\(Self.escaped(term))\\fR\(tail)\n\(Self.line(explanation))\n"
  }

  /// Lines as they are.
  mutating func example(_ lines: [String]) {
    text += ".PP\n.RS 4\n.nf\n" + lines.map { "\(Self.line($0))\n" }.joined() + ".fi\n.RE\n"
  }

  /// Text that may stand at the start of a line.
  private static func line(_ words: String) -> String {
    let text = escaped(words)
    return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
  }

  /// Text with the characters that roff would take for its own, or for typography.
  static func escaped(_ words: String) -> String {
    words.map { character in
      switch character {
      case "\\": "\\e"
      case "-": "\\-"
      case "'": "\\(aq"
      case "`": "\\(ga"
      case "^": "\\(ha"
      case "~": "\\(ti"
      default: String(character)
      }
    }.joined()
  }

  private static func quoted(_ words: String) -> String {
    "\""
      + escaped(words).split(separator: "\"" as Character, omittingEmptySubsequences: false)
      .joined(separator: "\\(dq") + "\""
  }
}
