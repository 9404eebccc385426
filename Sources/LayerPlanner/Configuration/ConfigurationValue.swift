/// The values of the configuration: each function reads one kind, or says what is wrong with it
/// and what to write instead.
enum ConfigurationValue {
  /// What is wrong with a value and what to do; a sentence without the place.
  struct Problem: Error, Equatable {
    let message: String
  }

  /// Text: UTF-8.
  static func text(_ bytes: [UInt8]) throws(Problem) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.utf8.elementsEqual(bytes) else {
      throw Problem(message: "\(quoted(bytes)) is not UTF-8; save the file as UTF-8")
    }
    return text
  }

  /// A pattern of paths.
  static func pattern(_ bytes: [UInt8]) throws(Problem) -> PathPattern {
    let text = try text(bytes)
    do {
      return try PathPattern(text)
    } catch {
      let mark = bytes.count > 80 ? "..." : ""
      throw Problem(message: "\(quoted(bytes.prefix(80)))\(mark): \(error)")
    }
  }

  /// A path below the repository's root: relative, and not out of it by `..`. Empty components and
  /// `.` are dropped; the root is the empty path.
  static func path(_ bytes: [UInt8]) throws(Problem) -> RepositoryPath {
    guard bytes.first != UInt8(ascii: "/") else {
      throw Problem(message: "\(quoted(bytes)) is absolute; write it relative to the repository")
    }
    var components: [ArraySlice<UInt8>] = []
    for component in bytes.split(separator: UInt8(ascii: "/")) {
      if component.elementsEqual("..".utf8) {
        guard components.popLast() != nil else {
          throw Problem(
            message: "\(quoted(bytes)) leads out of the repository; write a path inside it")
        }
      } else if !component.elementsEqual(".".utf8) {
        components.append(component)
      }
    }
    return components.reduce(.root) { $0.appending($1) }
  }

  /// A path that is not the root itself.
  static func file(_ bytes: [UInt8]) throws(Problem) -> RepositoryPath {
    let path = try path(bytes)
    guard path != .root else {
      throw Problem(message: "\(quoted(bytes)) is the repository itself; name a file")
    }
    return path
  }

  /// An absolute path in a container.
  static func containerPath(_ bytes: [UInt8]) throws(Problem) -> String {
    let text = try text(bytes)
    guard text.hasPrefix("/") else {
      throw Problem(message: "\(quoted(bytes)) is not absolute; begin it with /")
    }
    guard !text.split(separator: "/").contains(where: { $0 == ".." || $0 == "." }) else {
      throw Problem(message: "\(quoted(bytes)) has a . or .. in it; write the path without")
    }
    return text
  }

  /// A command of the container, which is split into words without a shell.
  static func hook(_ bytes: [UInt8]) throws(Problem) -> String {
    let text = try text(bytes)
    do {
      _ = try HookCommand(text)
    } catch {
      throw Problem(message: error.message)
    }
    return text
  }

  /// A layer's name: also the beginning of its tags, so it has their characters and leaves room.
  static func layerName(_ bytes: [UInt8]) throws(Problem) -> LayerName {
    let isName =
      (1...60).contains(bytes.count) && isSmallAlphanumeric(bytes[0])
      && bytes.allSatisfy { isSmallAlphanumeric($0) || "_.-".utf8.contains($0) }
    guard isName else {
      throw Problem(
        message:
          "\(quoted(bytes)) is no layer name; use a-z, 0-9, _ . - after a first letter or digit, "
          + "at most 60")
    }
    return LayerName(String(decoding: bytes, as: UTF8.self))
  }

  /// A tag, by the reference grammar of the distribution project.
  static func tag(_ bytes: [UInt8]) throws(Problem) -> String {
    let isTag =
      (1...128).contains(bytes.count) && (isAlphanumeric(bytes[0]) || bytes[0] == 0x5F)
      && bytes.allSatisfy { isAlphanumeric($0) || "_.-".utf8.contains($0) }
    guard isTag else {
      throw Problem(
        message:
          "\(quoted(bytes)) is no tag; use letters, digits, _ . - and begin with none of . -, "
          + "at most 128")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A build argument's name, as Dockerfiles have them.
  static func argumentName(_ bytes: [UInt8]) throws(Problem) -> String {
    let isName =
      bytes.first.map { isAlphanumeric($0) && !isDigit($0) || $0 == 0x5F } == true
      && bytes.allSatisfy { isAlphanumeric($0) || $0 == 0x5F }
    guard isName else {
      throw Problem(
        message: "\(quoted(bytes)) is no name of a build argument; use letters, digits and _")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A container's name, as the engines want them.
  static func containerName(_ bytes: [UInt8]) throws(Problem) -> String {
    let isName =
      bytes.count > 1 && isAlphanumeric(bytes[0])
      && bytes.allSatisfy { isAlphanumeric($0) || "_.-".utf8.contains($0) }
    guard isName else {
      throw Problem(
        message:
          "\(quoted(bytes)) is no container name; use letters, digits, _ . - after a first letter "
          + "or digit, at least 2")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `NAME=VALUE` or `NAME`.
  static func assignment(_ bytes: [UInt8]) throws(Problem) -> Assignment {
    let text = try text(bytes)
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      throw Problem(
        message:
          "\(quoted(bytes)) has no name; write NAME=VALUE, or NAME to take it from the environment")
    }
    return Assignment(name: name, value: parts.count > 1 ? String(parts[1]) : nil)
  }

  /// `150ms`, `2s`, `5m`, `1h`, or a whole number of seconds.
  static func duration(_ bytes: [UInt8]) throws(Problem) -> Duration {
    let digits = bytes.prefix(while: isDigit)
    let units: [String: Int64] = [
      "ms": 1, "": 1000, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
    ]
    // Nine digits of days still fit into 64 bits of milliseconds.
    guard (1...9).contains(digits.count),
      let count = Int64(String(decoding: digits, as: UTF8.self)),
      let factor = units[String(decoding: bytes[digits.count...], as: UTF8.self)]
    else {
      throw Problem(
        message: "\(quoted(bytes)) is no duration; write one such as 150ms, 2s, 5m, 1h or 7d")
    }
    return .milliseconds(count * factor)
  }

  /// True or false, as git reads them.
  static func boolean(_ bytes: [UInt8]?) throws(Problem) -> Bool {
    do {
      return try ConfigurationNumber.boolean(bytes)
    } catch {
      throw Problem(message: "\(quoted(bytes ?? [])) is neither true nor false; \(error)")
    }
  }

  /// A whole number from 0 to 2^31-1, as git reads integers.
  static func count(_ bytes: [UInt8]) throws(Problem) -> Int {
    do {
      let number = try ConfigurationNumber.integer(bytes, largest: Int64(Int32.max))
      guard number >= 0 else {
        throw Problem(message: "\(quoted(bytes)) is negative; use 0 or more")
      }
      return Int(number)
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem(message: "\(quoted(bytes)) is no whole number; \(error)")
    }
  }

  /// A whole number, or `all`, which is nil.
  static func countOrAll(_ bytes: [UInt8]) throws(Problem) -> Int? {
    if bytes.elementsEqual("all".utf8) { return nil }
    do {
      return try count(bytes)
    } catch {
      throw Problem(message: "\(quoted(bytes)) is neither a whole number nor all")
    }
  }

  /// One of the words of `Choice`.
  static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ bytes: [UInt8]
  ) throws(Problem) -> Choice {
    let text = try text(bytes)
    if let choice = Choice(rawValue: text) { return choice }
    let words = Choice.allCases.map(\.rawValue)
    throw Problem(
      message: "\(quoted(bytes)) is none of \(words.joined(separator: ", "))"
        + Suggestion.hint(for: text, in: words))
  }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  static func isSmallAlphanumeric(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x61...0x7A).contains(byte)
  }

  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte.isConfigurationLetter
  }
}
