/// A file's path relative to the repository's root, as bytes: slash-separated, no leading or
/// trailing slash, no `.` or `..` component. The root itself is the empty path.
///
/// Names on Linux are bytes, not text: they may hold newlines and need not be UTF-8.
public struct RepositoryPath: Hashable, Sendable, Comparable, CustomStringConvertible,
  ExpressibleByStringLiteral
{
  /// The path's bytes, without a terminating NUL.
  public let bytes: [UInt8]

  /// The repository's root.
  public static let root = RepositoryPath(bytes: [])

  /// A path from bytes that already have the form above; nothing is normalised here.
  public init(bytes: [UInt8]) { self.bytes = bytes }

  /// A path from text.
  public init(_ text: String) { bytes = Array(text.utf8) }

  /// A path from a literal, for tables and tests.
  public init(stringLiteral value: String) { bytes = Array(value.utf8) }

  /// The path below this directory with one more component.
  public func appending(_ name: some Collection<UInt8>) -> RepositoryPath {
    guard !bytes.isEmpty else { return RepositoryPath(bytes: Array(name)) }
    var joined = bytes
    joined.reserveCapacity(bytes.count + 1 + name.count)
    joined.append(UInt8(ascii: "/"))
    joined.append(contentsOf: name)
    return RepositoryPath(bytes: joined)
  }

  /// Whether this path is `directory` itself or lies below it; `/ab` does not lie below `/a`.
  public func isWithin(_ directory: RepositoryPath) -> Bool {
    if directory.bytes.isEmpty { return true }
    guard bytes.count >= directory.bytes.count else { return false }
    guard bytes.starts(with: directory.bytes) else { return false }
    return bytes.count == directory.bytes.count
      || bytes[directory.bytes.count] == UInt8(ascii: "/")
  }

  /// The path for people: as it is when it is printable UTF-8 text, else in double quotes with
  /// C escapes, the way `git status` quotes names.
  public var description: String { quoted(bytes) }

  /// Orders by bytes, as git and `LC_ALL=C sort` do.
  public static func < (left: RepositoryPath, right: RepositoryPath) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

/// Bytes for people: plain when they are printable UTF-8 without quotes or backslashes, else in
/// double quotes with C escapes and octal for the rest (git's `core.quotePath=false` form).
public func quoted(_ bytes: some Collection<UInt8>) -> String {
  let isPlain = bytes.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
  if isPlain { return String(decoding: bytes, as: UTF8.self) }
  let text = String(decoding: bytes, as: UTF8.self)
  let isText = text.utf8.elementsEqual(bytes)
  let needsQuotes =
    !isText || bytes.contains { $0 < 0x20 || $0 == 0x7F || $0 == 0x22 || $0 == 0x5C }
  guard needsQuotes else { return text }
  var out = "\""
  for scalar in isText ? Array(text.unicodeScalars) : bytes.map({ Unicode.Scalar($0) }) {
    switch scalar {
    case "\n": out += "\\n"
    case "\t": out += "\\t"
    case "\r": out += "\\r"
    case "\"": out += "\\\""
    case "\\": out += "\\\\"
    default:
      let isOctal =
        scalar.value < 0x20 || scalar.value == 0x7F || (!isText && scalar.value >= 0x80)
      if isOctal {
        let digits = String(scalar.value, radix: 8)
        out += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
  }
  return out + "\""
}
