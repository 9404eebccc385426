/// One pattern of an ignore file.
public struct IgnorePattern: Hashable, Sendable, CustomStringConvertible {
  /// The pattern as the matcher is given it: trimmed, cleaned, with a leading `!` when it is an
  /// exception.
  public let bytes: [UInt8]
  /// The line of the file that it stands on, from 1; 0 when it comes from no file.
  public let line: Int

  /// A pattern and its line.
  public init(bytes: [UInt8], line: Int = 0) {
    self.bytes = bytes
    self.line = line
  }

  /// A pattern from text that comes from no file.
  public init(_ text: String) { self.init(bytes: Array(text.utf8)) }

  /// The pattern for people.
  public var description: String { quoted(bytes) }
}

extension IgnoreRules {
  /// What is wrong with an ignore file.
  public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, for people, without the place.
    public let message: String
    /// The line of the ignore file, from 1; nil when it is not known.
    public let line: Int?

    /// The message with the line in front, when there is one.
    public var description: String { line.map { "line \($0): \(message)" } ?? message }

    init(message: String, line: Int?) {
      self.message = message
      self.line = line
    }

    init(_ message: String, in pattern: IgnorePattern) {
      self.init(message: message, line: pattern.line > 0 ? pattern.line : nil)
    }
  }

  /// The longest line, in bytes, that Docker reads.
  private static let longestLine = 65_535

  /// The patterns of an ignore file's content, in order, as moby/patternmatcher's
  /// `ignorefile.ReadAll` gives them: a byte order mark is dropped; `#` starts a comment in the
  /// first column only; white space around a pattern, and after its `!`, is dropped; the path is
  /// cleaned, and loses one leading slash. Fails only for a line over 65,535 bytes.
  public static func parse(_ file: [UInt8]) throws(Problem) -> [IgnorePattern] {
    var patterns: [IgnorePattern] = []
    var rest = file[...]
    var number = 0
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      var line = rest[..<end]
      rest = rest[min(end + 1, rest.endIndex)...]
      number += 1
      guard line.count <= longestLine else {
        throw Problem(message: "a line is longer than \(longestLine) bytes", line: number)
      }
      if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
      if let bytes = pattern(of: line) {
        patterns.append(IgnorePattern(bytes: bytes, line: number))
      }
    }
    return patterns
  }

  /// The pattern that one line holds, or nil for a comment or a blank line.
  private static func pattern(of line: ArraySlice<UInt8>) -> [UInt8]? {
    guard line.first != UInt8(ascii: "#") else { return nil }
    var text = trimmedOfWhiteSpace(line)
    guard !text.isEmpty else { return nil }
    let isException = text.first == UInt8(ascii: "!")
    if isException { text = trimmedOfWhiteSpace(text.dropFirst()) }
    var cleaned: [UInt8] = text.isEmpty ? [] : cleanedPath(Array(text))
    if cleaned.count > 1, cleaned.first == UInt8(ascii: "/") { cleaned.removeFirst() }
    return isException ? [UInt8(ascii: "!")] + cleaned : cleaned
  }
}
