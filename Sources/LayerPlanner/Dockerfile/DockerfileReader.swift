/// Cuts a Dockerfile into instructions, as BuildKit's parser does: directives, comments,
/// continued lines and heredocs.
struct DockerfileReader {
  typealias Problem = Dockerfile.Problem

  private(set) var instructions: [DockerfileInstruction] = []
  /// The value of each parser directive (`escape`, `syntax`, `check`) that the file has.
  private(set) var directives: [String: String] = [:]
  /// The character that continues lines and quotes others.
  private(set) var escape = UInt8(ascii: "\\")

  private let lines: [ArraySlice<UInt8>]
  /// How many lines have been read; the number of the current one.
  private var number = 0

  private static let known: Set<String> = [
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL",
    "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
  ]

  /// Reads a whole file.
  init(_ file: [UInt8]) throws(Problem) {
    let text = file.starts(with: [0xEF, 0xBB, 0xBF]) ? file[3...] : file[...]
    lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
    try readDirectives()
    while let line = nextLine() {
      if Self.isComment(line) || Self.isBlank(line) { continue }
      try readInstruction(from: line)
    }
  }

  // MARK: Lines

  private mutating func nextLine() -> ArraySlice<UInt8>? {
    guard number < lines.count else { return nil }
    number += 1
    return lines[number - 1]
  }

  private static func isBlank(_ line: ArraySlice<UInt8>) -> Bool {
    line.allSatisfy(DockerfileWords.isSpace)
  }

  private static func isComment(_ line: ArraySlice<UInt8>) -> Bool {
    line.first { !DockerfileWords.isSpace($0) } == UInt8(ascii: "#")
  }

  /// Takes the escape character off the end of a line; false when the line has none, or it is
  /// itself escaped.
  private func dropContinuation(_ line: inout ArraySlice<UInt8>) -> Bool {
    let text = line[
      ..<(line.lastIndex { $0 != 0x20 && $0 != 0x09 }.map { $0 + 1 } ?? line.startIndex)]
    guard text.last == escape, text.dropLast().last != escape else { return false }
    line = text.dropLast()
    return true
  }

  // MARK: Directives

  /// `# name=value` lines at the very top.
  private mutating func readDirectives() throws(Problem) {
    while number < lines.count, let (name, value) = Self.directive(lines[number]) {
      number += 1
      guard ["escape", "syntax", "check"].contains(name) else { continue }
      guard directives.updateValue(value, forKey: name) == nil else {
        throw Problem("the directive \(name) stands here a second time", line: number)
      }
      guard name == "escape" else { continue }
      guard value == "\\" || value == "`" else {
        throw Problem("the escape character can only be \\ or `, not \(value)", line: number)
      }
      escape = Array(value.utf8)[0]
    }
  }

  private static func directive(_ line: ArraySlice<UInt8>) -> (name: String, value: String)? {
    let text = DockerfileWords.trimmed(line)
    guard text.first == UInt8(ascii: "#"), let equals = text.firstIndex(of: UInt8(ascii: "="))
    else { return nil }
    let name = DockerfileWords.trimmed(text[(text.startIndex + 1)..<equals])
    let value = DockerfileWords.trimmed(text[(equals + 1)...])
    let isName = name.allSatisfy { byte in
      (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
    }
    guard isName, !name.isEmpty, !value.isEmpty else { return nil }
    return (DockerfileWords.string(name).lowercased(), DockerfileWords.string(value))
  }

  // MARK: Instructions

  private mutating func readInstruction(from first: ArraySlice<UInt8>) throws(Problem) {
    let start = number
    var rest = first
    var isContinued = dropContinuation(&rest)
    var text = Array(rest)
    while isContinued, let next = nextLine() {
      // Comments and blank lines between continued lines are left out.
      if Self.isComment(next) || Self.isBlank(next) { continue }
      rest = next
      isContinued = dropContinuation(&rest)
      text += rest
    }
    var arguments = DockerfileWords.trimmed(text[...])
    guard let keyword = DockerfileWords.takeWord(&arguments)?.uppercased() else { return }
    guard Self.known.contains(keyword) else {
      throw Problem("there is no instruction \(keyword)", line: start)
    }
    let flags = DockerfileWords.takeFlags(&arguments)
    let json = DockerfileWords.jsonStrings(arguments)
    var heredocs: [DockerfileInstruction.Heredoc] = []
    if json == nil, Self.canHoldHeredoc(keyword, arguments) {
      for marker in DockerfileWords.heredocMarkers(arguments) {
        heredocs.append(try readHeredoc(marker, from: start))
      }
    }
    instructions.append(
      DockerfileInstruction(
        keyword: keyword, line: start, flags: flags, text: DockerfileWords.string(arguments),
        words: json ?? DockerfileWords.words(arguments), isJSON: json != nil,
        heredocs: heredocs))
  }

  private static func canHoldHeredoc(_ keyword: String, _ text: ArraySlice<UInt8>) -> Bool {
    var rest = text
    let inner = keyword == "ONBUILD" ? DockerfileWords.takeWord(&rest)?.uppercased() : keyword
    return ["ADD", "COPY", "RUN"].contains(inner)
  }

  private mutating func readHeredoc(
    _ marker: DockerfileWords.HeredocMarker, from start: Int
  ) throws(Problem) -> DockerfileInstruction.Heredoc {
    var text: [UInt8] = []
    while let line = nextLine() {
      let end = marker.dropsTabs ? line.drop { $0 == 0x09 } : line
      if end.elementsEqual(marker.name) {
        return DockerfileInstruction.Heredoc(
          name: DockerfileWords.string(marker.name[...]), text: DockerfileWords.string(text[...]),
          isExpanded: marker.isExpanded)
      }
      text += end + [UInt8(ascii: "\n")]
    }
    let name = quoted(marker.name)
    throw Problem("the document up to \(name) that begins here has no end", line: start)
  }
}
