/// The command of `[sync] exec`: words, of which some may name the changed files.
///
/// It is split here, by rules of its own, and no shell sees it: blanks divide words; what stands in
/// single quotes is taken as it is; in double quotes and outside of quotes a backslash takes the
/// next character as it is.
public struct HookCommand: Hashable, Sendable {
  /// What is wrong with a command, as a sentence without the place.
  public struct Problem: Error, Equatable, Sendable {
    /// What is wrong and what to do.
    public let message: String
  }

  /// The words.
  public let words: [String]

  /// Stands for the name of each changed file, without its directory and its last extension.
  static let placeholder = "{name}"

  /// Splits a command.
  public init(_ text: String) throws(Problem) {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var characters = text[...]
    while let next = characters.popFirst() {
      switch (quote, next) {
      case ("'"?, "'"), ("\""?, "\""): quote = nil
      case (nil, "'"), (nil, "\""):
        quote = next
        word = word ?? ""
      case (nil, "\\"), ("\""?, "\\"):
        guard let taken = characters.popFirst() else {
          throw Problem(message: "the command ends with a backslash; write \\\\ for one")
        }
        word = (word ?? "") + String(taken)
      case (nil, " "), (nil, "\t"), (nil, "\n"):
        if let done = word { words.append(done) }
        word = nil
      default: word = (word ?? "") + String(next)
      }
    }
    if let quote {
      throw Problem(
        message: "a \(quote) in the command is not closed; close it, or write \\\(quote)")
    }
    if let done = word { words.append(done) }
    guard words.first?.isEmpty == false else {
      throw Problem(message: "the command is empty; name a program of the container")
    }
    self.words = words
  }

  /// The words with the changed files in them.
  ///
  /// A word with `{name}` is repeated for each file, with the base name of the file in it. Without
  /// such a word the paths are added at the end.
  ///
  /// - Parameter paths: the files' paths in the container.
  public func arguments(_ paths: [[UInt8]]) -> [[UInt8]] {
    guard words.contains(where: { $0.contains(Self.placeholder) }) else {
      return words.map { Array($0.utf8) } + paths
    }
    var names: [[UInt8]] = []
    for name in paths.map(Self.baseName) where !names.contains(name) { names.append(name) }
    return words.flatMap { word in
      word.contains(Self.placeholder)
        ? names.map { Self.replacing(word, by: $0) } : [Array(word.utf8)]
    }
  }

  /// `nodejs` of `/docker/lib/nodejs.sh`; a first dot begins no extension.
  static func baseName(_ path: [UInt8]) -> [UInt8] {
    let name = RepositoryPath(bytes: path).name
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else {
      return Array(name)
    }
    return Array(name[..<dot])
  }

  private static func replacing(_ word: String, by name: [UInt8]) -> [UInt8] {
    let pattern = Array(placeholder.utf8)
    var rest = Array(word.utf8)[...]
    var out: [UInt8] = []
    while let first = rest.first {
      if rest.starts(with: pattern) {
        out += name
        rest = rest.dropFirst(pattern.count)
      } else {
        out.append(first)
        rest = rest.dropFirst()
      }
    }
    return out
  }
}
