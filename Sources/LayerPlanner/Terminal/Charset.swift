/// The characters that a terminal can show, and what stands in for the others.
public enum Charset: Hashable, Sendable {
  /// All of Unicode, as UTF-8.
  case unicode
  /// ASCII alone: a locale of another or no encoding.
  case ascii

  /// What the locale's variables say: the first of LC_ALL, LC_CTYPE and LANG that is not empty
  /// decides (POSIX, 8.2).
  public init(all: String?, characters: String?, language: String?) {
    let name = [all, characters, language].compactMap { $0 }.first { !$0.isEmpty } ?? ""
    let encoding = name.lowercased().filter { $0 != "-" }
    self = encoding.hasSuffix("utf8") || encoding.range("utf8@") != nil ? .unicode : .ascii
  }

  /// `text` as it can be shown on one line: no control characters, which would move the cursor, and
  /// none of the invisible ones that reorder text; in ASCII a `?` for each column of any other.
  public func shown(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
    var out = ""
    for character in text {
      guard self == .ascii else {
        out += Self.visible(character)
        continue
      }
      if let value = character.asciiValue {
        out.append((0x20..<0x7F).contains(value) ? character : " ")
      } else {
        out += String(repeating: "?", count: TextWidth.of(String(character)))
      }
    }
    return out
  }

  private static func visible(_ character: Character) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in character.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: scalars.append(" ")
      // The joiner of emoji sequences is the one of this kind that a terminal draws with.
      case .format where scalar.value != 0x200D: break
      default: scalars.append(scalar)
      }
    }
    return String(scalars)
  }

  /// Lines of a log as they can be shown; their colours and line ends are kept.
  public func shown(log: [UInt8]) -> [UInt8] {
    guard self == .ascii, !log.allSatisfy({ $0 < 0x80 }) else { return log }
    // Of each character the first byte becomes a `?`, and those that continue it go.
    return log.compactMap { $0 < 0x80 ? $0 : $0 < 0xC0 ? nil : UInt8(ascii: "?") }
  }

  /// What stands where text was cut off.
  var ellipsis: String { self == .unicode ? "\u{2026}" : "~" }

  /// A bar of `columns` of which `part` (0 to 1) is filled.
  func bar(_ part: Double, columns: Int) -> String {
    let inner = self == .unicode ? columns : columns - 2
    guard inner > 0 else { return "" }
    let filled = Int((min(max(part, 0), 1) * Double(inner)).rounded(.down))
    let full = String(repeating: self == .unicode ? "\u{2588}" : "#", count: filled)
    let rest = String(repeating: self == .unicode ? "\u{2591}" : ".", count: inner - filled)
    return self == .unicode ? full + rest : "[\(full)\(rest)]"
  }

  /// A rule of `columns`.
  func rule(_ columns: Int) -> String {
    String(repeating: self == .unicode ? "\u{2500}" : "-", count: max(0, columns))
  }
}
