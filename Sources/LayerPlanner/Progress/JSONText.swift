/// JSON as text, written in the given order and without spaces (RFC 8259).
public enum JSONText {
  /// An object of members that are JSON already.
  public static func object(_ members: [(String, String)]) -> String {
    "{" + members.map { "\(string($0.0)):\($0.1)" }.joined(separator: ",") + "}"
  }

  /// An array of elements that are JSON already.
  public static func array(_ elements: [String]) -> String {
    "[" + elements.joined(separator: ",") + "]"
  }

  /// A string.
  public static func string(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars { append(scalar, to: &out) }
    return out + "\""
  }

  /// Bytes as a string. A byte that is no part of UTF-8 becomes the lone surrogate U+DC80 + (byte
  /// - 0x80), escaped, which Python's `surrogateescape` turns back into that byte.
  public static func string(_ bytes: [UInt8]) -> String {
    let isPlain = bytes.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    if isPlain { return "\"" + String(decoding: bytes, as: UTF8.self) + "\"" }
    let text = String(decoding: bytes, as: UTF8.self)
    if text.utf8.elementsEqual(bytes) { return string(text) }
    var out = "\""
    var rest = bytes[...]
    while let first = rest.first {
      var decoder = UTF8()
      var iterator = rest.prefix(4).makeIterator()
      if case .scalarValue(let scalar) = decoder.decode(&iterator) {
        append(scalar, to: &out)
        rest = rest.dropFirst(UTF8.width(scalar))
      } else {
        out += "\\udc" + String(first, radix: 16)
        rest = rest.dropFirst()
      }
    }
    return out + "\""
  }

  private static func append(_ scalar: Unicode.Scalar, to out: inout String) {
    switch scalar {
    case "\"": out += "\\\""
    case "\\": out += "\\\\"
    case "\n": out += "\\n"
    case "\r": out += "\\r"
    case "\t": out += "\\t"
    default:
      guard scalar.value < 0x20 else { return out.unicodeScalars.append(scalar) }
      let digits = String(scalar.value, radix: 16)
      out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
}
