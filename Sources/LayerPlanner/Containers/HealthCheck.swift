/// The HEALTHCHECK of an image, as a command that can be run in its container.
public struct HealthCheck: Hashable, Sendable {
  /// The program and its arguments, never empty; a check in shell form has the shell in front.
  public let command: [String]
  /// How long one run may take.
  public let timeout: Duration

  /// What the engine takes when the image names no time.
  public static let standardTimeout = Duration.seconds(30)

  /// A check that runs this command.
  public init(command: [String], timeout: Duration = Self.standardTimeout) {
    self.command = command
    self.timeout = timeout
  }

  /// Reads what `inspectHealthCheck` asks for: the timeout in nanoseconds, the words of the check and
  /// those of the shell, each word with its length in bytes in front, as in `0|3:CMD,4:true,|`.
  ///
  /// Nil when the image has no check, has one that is switched off, or the text has another shape.
  public init?(line: String) {
    var reader = Reader(rest: Array(line.utf8)[...])
    let nanoseconds = reader.number()
    guard reader.skip("|"), let test = reader.words(), reader.skip("|"),
      let shell = reader.words(), let kind = test.first
    else { return nil }
    let words = Array(test.dropFirst())
    switch kind {
    case "CMD": command = words
    case "CMD-SHELL": command = (shell.isEmpty ? ["/bin/sh", "-c"] : shell) + words
    default: return nil
    }
    guard !words.isEmpty else { return nil }
    timeout = nanoseconds.flatMap { $0 > 0 ? .nanoseconds($0) : nil } ?? Self.standardTimeout
  }

  private struct Reader {
    var rest: ArraySlice<UInt8>

    mutating func number() -> Int64? {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      rest = rest.dropFirst(digits.count)
      return Int64(String(decoding: digits, as: UTF8.self))
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
      guard let first = rest.first, UInt32(first) == character.value else { return false }
      rest = rest.dropFirst()
      return true
    }

    /// Words up to the next bar or the end; nil when they are not written as they should be.
    mutating func words() -> [String]? {
      var words: [String] = []
      while let first = rest.first, first != UInt8(ascii: "|") {
        guard let length = number(), skip(":"), length <= rest.count else { return nil }
        words.append(String(decoding: rest.prefix(Int(length)), as: UTF8.self))
        rest = rest.dropFirst(Int(length))
        guard skip(",") else { return nil }
      }
      return words
    }
  }
}
