/// The small parts of an instruction's text: words, options, JSON strings, heredoc markers.
enum DockerfileWords {
  /// The start of a heredoc: `<<EOF`, `<<-EOF`, `<<"EOF"`, `3<<EOF`.
  struct HeredocMarker {
    let name: [UInt8]
    /// `-`: leading tabs are dropped.
    let dropsTabs: Bool
    /// Whether the name was not quoted.
    let isExpanded: Bool
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  static func string(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let rest = text.drop(while: isSpace)
    return rest[..<(rest.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? rest.startIndex)]
  }

  /// `text` cut at white space.
  static func words(_ text: ArraySlice<UInt8>) -> [String] {
    text.split(whereSeparator: isSpace).map(string)
  }

  /// Takes the first word, and the space after it, off `text`.
  static func takeWord(_ text: inout ArraySlice<UInt8>) -> String? {
    let rest = text.drop(while: isSpace)
    let word = rest.prefix { !isSpace($0) }
    guard !word.isEmpty else { return nil }
    text = rest[word.endIndex...].drop(while: isSpace)
    return string(word)
  }

  /// Takes options off the front of `text`, up to the first other word; `--` alone ends them.
  static func takeFlags(_ text: inout ArraySlice<UInt8>) -> [DockerfileInstruction.Flag] {
    var flags: [DockerfileInstruction.Flag] = []
    while text.starts(with: Array("--".utf8)), let word = takeQuotedWord(&text) {
      let body = word.dropFirst(2)
      if body.isEmpty { break }
      let name = body.prefix { $0 != UInt8(ascii: "=") }
      let value = body.dropFirst(name.count + 1)
      flags.append(
        DockerfileInstruction.Flag(
          name: string(name), value: name.count < body.count ? string(value) : nil))
    }
    return flags
  }

  /// `text` cut at white space outside quotes; the quotes stay.
  static func quotedWords(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var rest = text.drop(while: isSpace)
    var words: [ArraySlice<UInt8>] = []
    while let word = takeQuotedWord(&rest) { words.append(word) }
    return words
  }

  private static func takeQuotedWord(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard !text.isEmpty else { return nil }
    var quote: UInt8?
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      if let open = quote {
        if byte == open { quote = nil }
      } else if isSpace(byte) {
        break
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      }
      index += 1
    }
    defer { text = text[index...].drop(while: isSpace) }
    return text[..<index]
  }

  // MARK: Heredocs

  /// The heredocs that a line opens, in order.
  static func heredocMarkers(_ text: ArraySlice<UInt8>) -> [HeredocMarker] {
    quotedWords(text).compactMap { word in
      var rest = word.drop { (0x30...0x39).contains($0) }
      guard rest.starts(with: Array("<<".utf8)) else { return nil }
      rest = rest.dropFirst(2)
      let dropsTabs = rest.first == UInt8(ascii: "-")
      if dropsTabs { rest.removeFirst() }
      let name = rest.filter { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }
      guard !name.isEmpty, !name.contains(UInt8(ascii: "<")) else { return nil }
      return HeredocMarker(
        name: name, dropsTabs: dropsTabs, isExpanded: name.count == rest.count)
    }
  }

  // MARK: JSON

  /// The strings when `text` is a JSON array of strings, else nil.
  static func jsonStrings(_ text: ArraySlice<UInt8>) -> [String]? {
    var rest = trimmed(text)
    guard rest.popFirst() == UInt8(ascii: "["), rest.popLast() == UInt8(ascii: "]") else {
      return nil
    }
    rest = trimmed(rest)
    var strings: [String] = []
    while !rest.isEmpty {
      guard let string = takeJSONString(&rest) else { return nil }
      strings.append(string)
      rest = rest.drop(while: isSpace)
      if rest.isEmpty { break }
      guard rest.popFirst() == UInt8(ascii: ",") else { return nil }
      rest = rest.drop(while: isSpace)
      if rest.isEmpty { return nil }
    }
    return strings
  }

  private static func takeJSONString(_ text: inout ArraySlice<UInt8>) -> String? {
    guard text.popFirst() == UInt8(ascii: "\"") else { return nil }
    var units: [UInt8] = []
    while let byte = text.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return string(units[...])
      case UInt8(ascii: "\\"):
        guard let bytes = takeJSONEscape(&text) else { return nil }
        units += bytes
      default: units.append(byte)
      }
    }
    return nil
  }

  private static func takeJSONEscape(_ text: inout ArraySlice<UInt8>) -> [UInt8]? {
    switch text.popFirst() {
    case UInt8(ascii: "\""): return [0x22]
    case UInt8(ascii: "\\"): return [0x5C]
    case UInt8(ascii: "/"): return [0x2F]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      guard let high = takeJSONUnit(&text) else { return nil }
      guard (0xD800...0xDBFF).contains(high) else { return utf8(UInt32(high)) }
      var rest = text
      guard rest.popFirst() == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "u"),
        let low = takeJSONUnit(&rest), (0xDC00...0xDFFF).contains(low)
      else { return utf8(UInt32(high)) }
      text = rest
      return utf8(0x10000 + (UInt32(high) - 0xD800) << 10 + UInt32(low) - 0xDC00)
    default: return nil
    }
  }

  private static func takeJSONUnit(_ text: inout ArraySlice<UInt8>) -> UInt16? {
    let digits = text.prefix(4)
    let isHex = digits.allSatisfy { Unicode.Scalar($0).properties.isASCIIHexDigit }
    guard digits.count == 4, isHex else { return nil }
    text = text.dropFirst(4)
    return UInt16(string(digits), radix: 16)
  }

  /// UTF-8 of a code point; half a surrogate pair becomes U+FFFD.
  private static func utf8(_ scalar: UInt32) -> [UInt8] {
    encodeScalar(Unicode.Scalar(scalar) == nil ? replacementScalar : scalar)
  }
}
