/// Reads a file in git's configuration syntax, with exactly the results of git 2.39.5's
/// `git config -f FILE --list -z`. `[include]` is an ordinary section: nothing is followed.
struct ConfigurationParser {
  /// Why a line cannot be read.
  struct SyntaxError: Error, Equatable {
    /// The line that git names: "bad config line N".
    let line: Int
    let reason: Reason
  }

  /// What is wrong with a line, in words of its own: git says only that it is bad.
  enum Reason: String {
    case partialMark = "the file begins with part of a byte order mark; save it as UTF-8"
    case badStart = "a line begins with a section, a key (a letter first) or a comment"
    case badSection =
      "a section is written [name] or [name \"subsection\"], its name of letters, digits, - and ."
    case unfinishedSection = "the section is not finished; close it with ]"
    case badKey =
      "after the key (letters, digits and -) comes =, or nothing; a comment needs = before it"
    case unfinishedQuote = "the quoted value is not finished; close it with \""
    case badEscape = "a backslash may stand only before n, t, b, \\, \" or the end of the line"
  }

  private let bytes: [UInt8]
  private let file: [UInt8]
  private var next = 0
  private var line = 1
  private var isAtEnd = false
  private var lineStart = 0
  /// The real line of the next byte; `line` follows git's own count, which the end of file moves.
  private var place = 1
  private var name: [UInt8] = []
  private(set) var entries: [ConfigurationEntry] = []

  private init(_ bytes: [UInt8], file: [UInt8]) {
    self.bytes = bytes
    self.file = file
  }

  /// Every entry of the file, in its order; `file` is its name for messages.
  static func parse(
    _ bytes: [UInt8], file: [UInt8]
  ) throws(SyntaxError) -> [ConfigurationEntry] {
    var parser = ConfigurationParser(bytes, file: file)
    try parser.parse()
    return parser.entries
  }

  /// The next byte. A CR before LF is dropped; the end of the file counts as one more line end.
  private mutating func read() -> UInt8 {
    guard next < bytes.count else {
      isAtEnd = true
      line += 1
      return 0x0A
    }
    if bytes[next] == 0x0D, next + 1 < bytes.count, bytes[next + 1] == 0x0A { next += 1 }
    let byte = bytes[next]
    next += 1
    if byte == 0x0A {
      line += 1
      place += 1
      lineStart = next
    }
    return byte
  }

  private func failure(_ reason: Reason, line: Int? = nil) -> SyntaxError {
    SyntaxError(line: line ?? self.line, reason: reason)
  }

  /// The place of the byte that was read last.
  private var latest: Origin {
    .file(name: file, line: place, column: max(1, next - lineStart))
  }

  private mutating func parse() throws(SyntaxError) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    if bytes.first == mark[0] {
      guard bytes.starts(with: mark) else { throw partialMark(mark) }
      next = mark.count
    }
    var stem = 0
    var isComment = false
    while true {
      let byte = read()
      if byte == 0x0A {
        if isAtEnd { return }
        isComment = false
      } else if isComment || byte.isConfigurationSpace {
        continue
      } else if byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";") {
        isComment = true
      } else if byte == UInt8(ascii: "[") {
        try readSection()
        name.append(UInt8(ascii: "."))
        stem = name.count
      } else {
        guard byte.isConfigurationLetter else { throw failure(.badStart) }
        name.removeSubrange(stem...)
        name.append(byte.configurationLowercase)
        try readEntry()
      }
    }
  }

  /// git finds out at the first byte that differs, which may be a line end.
  private func partialMark(_ mark: [UInt8]) -> SyntaxError {
    let same = zip(bytes, mark).prefix { $0 == $1 }.count
    let isLineEnd =
      same >= bytes.count || bytes[same] == 0x0A
      || (bytes[same] == 0x0D && same + 1 < bytes.count && bytes[same + 1] == 0x0A)
    return failure(.partialMark, line: isLineEnd ? 2 : 1)
  }

  /// The rest of `[name]`, `[name.old]` or `[name "subsection"]`.
  private mutating func readSection() throws(SyntaxError) {
    name = []
    while true {
      let byte = read()
      if isAtEnd { throw failure(.unfinishedSection) }
      if byte == UInt8(ascii: "]") {
        if name.isEmpty { throw failure(.badSection) }
        return
      }
      if byte.isConfigurationSpace { return try readSubsection(after: byte) }
      guard byte.isConfigurationKeyCharacter || byte == UInt8(ascii: ".") else {
        throw failure(.badSection)
      }
      name.append(byte.configurationLowercase)
    }
  }

  private mutating func readSubsection(after space: UInt8) throws(SyntaxError) {
    var byte = space
    repeat {
      if byte == 0x0A { throw failure(.unfinishedSection, line: line - 1) }
      byte = read()
    } while byte.isConfigurationSpace
    guard byte == UInt8(ascii: "\"") else { throw failure(.badSection) }
    name.append(UInt8(ascii: "."))
    while true {
      byte = read()
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") { byte = read() }
      if byte == 0x0A { throw failure(.unfinishedSection, line: line - 1) }
      name.append(byte)
    }
    guard read() == UInt8(ascii: "]") else { throw failure(.unfinishedSection) }
  }

  /// The rest of a key, and its value.
  private mutating func readEntry() throws(SyntaxError) {
    let origin = latest
    var byte = read()
    while !isAtEnd, byte.isConfigurationKeyCharacter {
      name.append(byte.configurationLowercase)
      byte = read()
    }
    while byte == 0x20 || byte == 0x09 { byte = read() }
    guard byte != 0x0A else { return add(value: nil, at: origin, valueAt: origin) }
    guard byte == UInt8(ascii: "=") else { throw failure(.badKey) }
    var valueOrigin = latest
    let value = try readValue(&valueOrigin)
    add(value: value, at: origin, valueAt: valueOrigin)
  }

  /// git prints names and values as C strings, so a NUL ends them.
  private mutating func add(value: [UInt8]?, at origin: Origin, valueAt: Origin) {
    entries.append(
      ConfigurationEntry(
        name: Array(name.prefix { $0 != 0 }), value: value.map { Array($0.prefix { $0 != 0 }) },
        origin: origin, valueOrigin: valueAt))
  }

  private mutating func readValue(_ origin: inout Origin) throws(SyntaxError) -> [UInt8] {
    var value: [UInt8] = []
    var isQuoted = false
    var isComment = false
    var hasBegun = false
    var spaces = 0
    while true {
      var byte = read()
      if byte == 0x0A {
        if isQuoted { throw failure(.unfinishedQuote, line: line - 1) }
        return value
      }
      if isComment { continue }
      if byte.isConfigurationSpace, !isQuoted {
        if !value.isEmpty { spaces += 1 }
        continue
      }
      if !isQuoted, byte == UInt8(ascii: ";") || byte == UInt8(ascii: "#") {
        isComment = true
        continue
      }
      if !hasBegun {
        hasBegun = true
        origin = latest
      }
      value.append(contentsOf: repeatElement(0x20, count: spaces))
      spaces = 0
      if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
        continue
      }
      if byte == UInt8(ascii: "\\") {
        byte = read()
        switch byte {
        case 0x0A: continue
        case UInt8(ascii: "t"): byte = 0x09
        case UInt8(ascii: "b"): byte = 0x08
        case UInt8(ascii: "n"): byte = 0x0A
        case UInt8(ascii: "\\"), UInt8(ascii: "\""): break
        default: throw failure(.badEscape)
        }
      }
      value.append(byte)
    }
  }
}
