/// What a pattern compiles to.
final class PathProgram: Sendable {
  /// How paths that pass the comparison with `prefix` are decided.
  enum Engine: Sendable {
    case table(BackwardTable)
    indirect case automaton(Automaton)
    indirect case backReferences(Automaton)
  }

  /// The pattern as it was written, as text and as bytes; a path equal to it always matches.
  let text: String
  let bytes: [UInt8]
  /// What every other path that matches begins with.
  let prefix: [UInt8]
  /// Whether `prefix` is all that matches.
  let isLiteral: Bool
  /// Nil when only `prefix` matches, or nothing does.
  let engine: Engine?

  init(_ text: String) throws(PathPattern.Problem) {
    guard !text.isEmpty else { throw .empty }
    let units = text.utf16.count
    guard units <= PathPattern.mostUnits else { throw .tooLong(units) }
    var prefix: [UInt8] = []
    var isLiteral = false
    var engine: Engine?
    do {
      let regex = try RegexParser.parse(GlobTranslator.regex(for: text))
      var literal = LiteralPrefix()
      literal.read(regex.root)
      prefix = literal.bytes
      isLiteral = literal.isWhole
      if !isLiteral { engine = try PathProgram.engine(for: regex) }
    } catch Regex.Problem.syntax {
      // What JavaScript refuses matches nothing.
    } catch is GlobTranslator.Problem {
      throw .unfinishedEscape
    } catch {
      throw .tooComplex
    }
    self.text = text
    bytes = Array(text.utf8)
    self.prefix = prefix
    self.isLiteral = isLiteral
    self.engine = engine
  }

  /// The quickest engine that can run `regex`.
  static func engine(for regex: Regex) throws(Automaton.TooLarge) -> Engine {
    let automaton = try Automaton(regex)
    if regex.hasBackReferences { return .backReferences(automaton) }
    return BackwardTable(automaton).map { .table($0) } ?? .automaton(automaton)
  }

  func matches(_ path: [UInt8]) -> Bool {
    if path.count == bytes.count, path == bytes { return true }
    guard path.count >= prefix.count, !path.isEmpty else { return false }
    // Neighbours in a tree differ late: the last byte first.
    var index = prefix.count
    while index > 0 {
      index -= 1
      if path[index] != prefix[index] { return false }
    }
    switch engine {
    case nil: return isLiteral && path.count == prefix.count
    case .table(let table): return table.matches(path)
    case .automaton(let automaton): return automaton.match(path.codeUnits).matches
    case .backReferences(let automaton):
      var matcher = BackReferenceMatcher(automaton, path.codeUnits)
      return matcher.matches()
    }
  }

  func mayMatch(below directory: [UInt8]) -> Bool {
    if directory.isEmpty || lies(bytes, below: directory) { return true }
    guard !isLiteral else { return lies(prefix, below: directory) }
    let common = min(prefix.count, directory.count)
    for index in 0..<common where prefix[index] != directory[index] { return false }
    if prefix.count > directory.count, prefix[directory.count] != UInt8(ascii: "/") {
      return false
    }
    return switch engine {
    case nil: false
    case .table(let table): table.mayMatch(below: directory)
    case .automaton, .backReferences: true
    }
  }

  /// Whether `path` lies strictly below `directory`.
  private func lies(_ path: [UInt8], below directory: [UInt8]) -> Bool {
    path.count > directory.count + 1 && path[directory.count] == UInt8(ascii: "/")
      && path.starts(with: directory)
  }
}

/// Reads off a regular expression what every match begins with.
struct LiteralPrefix {
  private(set) var bytes: [UInt8] = []
  /// Whether the expression matches these bytes and nothing else.
  private(set) var isWhole = false
  private enum Stage { case beforeStart, reading, afterEnd, stopped }
  private var stage = Stage.beforeStart

  /// Reads the whole expression.
  mutating func read(_ root: RegexNode) {
    visit(root)
    isWhole = stage == .afterEnd
  }

  private mutating func visit(_ node: RegexNode) {
    switch (node, stage) {
    case (_, .stopped), (.empty, _): return
    case (.sequence(let nodes), _): for node in nodes { visit(node) }
    case (.capture(_, let node), _): visit(node)
    case (.start, .beforeStart): stage = .reading
    case (.start, .reading) where bytes.isEmpty: return
    case (.end, .reading), (.end, .afterEnd): stage = .afterEnd
    case (.set(let set), .reading):
      if let unit = set.single, unit.value < 0x80 {
        bytes.append(UInt8(unit.value))
      } else {
        stage = .stopped
      }
    default: stage = .stopped
    }
  }
}
