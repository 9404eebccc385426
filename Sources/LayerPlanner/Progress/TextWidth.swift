/// How much room text takes on a terminal.
public enum TextWidth {
  /// The columns that `text` takes: two for wide characters (Unicode's East Asian Width W and F,
  /// the blocks that matter), none for combining marks.
  public static func of(_ text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + of($1) }
  }

  /// `text` cut to `columns`, with an ellipsis of one column where something is missing.
  public static func cut(
    _ text: String, to columns: Int, ellipsis: String = "\u{2026}"
  ) -> String {
    guard of(text) > columns else { return text }
    var out = ""
    var used = 0
    for character in text {
      let width = of(character)
      if used + width > columns - 1 { break }
      out.append(character)
      used += width
    }
    return columns > 0 ? out + ellipsis : ""
  }

  /// `text` with spaces up to `columns`.
  public static func padded(_ text: String, to columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - of(text)))
  }

  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
    0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]

  private static func of(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    if first.isASCII { return 1 }
    if first.properties.isGraphemeExtend { return 0 }
    // Emoji: by themselves, as flags (two letters), or by a selector after them.
    if first.properties.isEmojiPresentation { return 2 }
    if character.unicodeScalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
    return wide.contains { $0.contains(first.value) } ? 2 : 1
  }
}
