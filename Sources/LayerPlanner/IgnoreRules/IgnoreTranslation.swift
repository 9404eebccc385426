/// An ignore pattern as moby/patternmatcher turns it into Go's regular expression syntax. What the
/// translation does not escape (`{`, `|`, `}`, `^` and a backslash before a letter or digit) acts
/// as regular expression syntax, and has to do so here too.
struct IgnoreTranslation {
  /// How the pattern is matched.
  enum Kind {
    /// It is plain text.
    case exact
    /// Plain text, then `**`.
    case prefix
    /// `**`, then plain text.
    case suffix
    /// By the regular expression.
    case expression
  }

  /// How the pattern is matched.
  private(set) var kind = Kind.exact
  /// The regular expression's code points; meaningful when `kind` is `.expression`.
  private(set) var expression: [UInt32]

  private static let star: UInt32 = 0x2A
  private static let slash: UInt32 = 0x2F
  private static let byteOrderMark: UInt32 = 0xFEFF
  private static let anyInSegment: [UInt32] = scalars("[^/]")
  private static let escaped = Set(scalars(".+()$"))

  /// Translates a cleaned pattern without its `!`.
  init(_ pattern: [UInt8]) {
    var rest = decodeScalars(pattern)[...]
    if rest.first == Self.byteOrderMark { rest.removeFirst() }
    expression = Self.scalars("^")
    var isFirst = true
    while let scalar = rest.popFirst() {
      switch Unicode.Scalar(scalar) {
      case "*" where rest.first == Self.star:
        rest.removeFirst()
        translateDoubleStar(&rest, isFirst: isFirst)
      case "*":
        expression += Self.anyInSegment + [Self.star]
        kind = .expression
      case "?":
        expression += Self.anyInSegment
        kind = .expression
      case "\\":
        expression.append(scalar)
        if let next = rest.popFirst() {
          expression.append(next)
          kind = .expression
        }
      case "[", "]":
        expression.append(scalar)
        kind = .expression
      default:
        if Self.escaped.contains(scalar) { expression += Self.scalars("\\") }
        expression.append(scalar)
      }
      isFirst = false
    }
    expression += Self.scalars("$")
  }

  /// `**`, with a slash that follows it: anything, or any directories.
  private mutating func translateDoubleStar(_ rest: inout ArraySlice<UInt32>, isFirst: Bool) {
    if rest.first == Self.slash { rest.removeFirst() }
    if !rest.isEmpty {
      expression += Self.scalars("(.*/)?")
      kind = .expression
    } else if kind == .exact {
      kind = .prefix
    } else {
      expression += Self.scalars(".*")
      kind = .expression
    }
    if isFirst { kind = .suffix }
  }

  private static func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }
}
