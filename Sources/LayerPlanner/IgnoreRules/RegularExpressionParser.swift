/// Reads Go's regular expression syntax (its Perl mode, as `regexp.Compile` reads it) as far as a
/// translated ignore pattern can hold it: no flags, no named or non-capturing groups.
struct RegularExpressionParser {
  typealias Node = RegularExpression.Node
  typealias Problem = RegularExpression.Problem

  /// The largest count in `{n}`, also of nested repetitions together.
  private static let mostRepetitions = 1000

  let text: [UInt32]
  var position = 0

  /// The tree of a whole expression.
  static func parse(_ text: [UInt32]) throws(Problem) -> Node {
    var parser = RegularExpressionParser(text: text)
    let tree = try parser.parseChoice()
    guard parser.position == text.count else { throw .malformed }
    return tree
  }

  /// The next code point, as a scalar for comparison; nil at the end.
  var next: Unicode.Scalar? {
    position < text.count ? Unicode.Scalar(text[position]) : nil
  }

  func next(_ offset: Int) -> Unicode.Scalar? {
    position + offset < text.count ? Unicode.Scalar(text[position + offset]) : nil
  }

  mutating func take() throws(Problem) -> UInt32 {
    guard position < text.count else { throw .malformed }
    position += 1
    return text[position - 1]
  }

  /// Alternatives up to the end of the expression or of the group.
  private mutating func parseChoice() throws(Problem) -> Node {
    var choices: [Node] = []
    while true {
      choices.append(try parseSequence())
      guard next == "|" else { break }
      position += 1
    }
    return choices.count == 1 ? choices[0] : .choice(choices)
  }

  private mutating func parseSequence() throws(Problem) -> Node {
    var nodes: [Node] = []
    var isAfterRepetition = false
    while let scalar = next, scalar != "|", scalar != ")" {
      if let (least, most) = try parseRepetition() {
        // Go refuses a repetition directly after another, and one of nothing.
        guard !isAfterRepetition, let repeated = nodes.popLast() else { throw .malformed }
        if next == "?" { position += 1 }
        let node = Node.repetition(repeated, least: least, most: most)
        guard Self.isSmall(node, limit: Self.mostRepetitions) else { throw .malformed }
        nodes.append(node)
        isAfterRepetition = true
      } else {
        nodes += try parseAtom()
        isAfterRepetition = false
      }
    }
    switch nodes.count {
    case 0: return .empty
    case 1: return nodes[0]
    default: return .sequence(nodes)
    }
  }

  /// The bounds of a repetition operator that stands here, or nil.
  private mutating func parseRepetition() throws(Problem) -> (Int, Int?)? {
    switch next {
    case "*":
      position += 1
      return (0, nil)
    case "+":
      position += 1
      return (1, nil)
    case "?":
      position += 1
      return (0, 1)
    case "{":
      let start = position
      if let bounds = try parseBraces() { return bounds }
      position = start
      return nil
    default: return nil
    }
  }

  /// `{n}`, `{n,}` or `{n,m}`; nil when the brace is an ordinary character.
  private mutating func parseBraces() throws(Problem) -> (Int, Int?)? {
    position += 1
    guard let least = parseCount() else { return nil }
    var most: Int? = least
    if next == "," {
      position += 1
      most = nil
      if next != "}" {
        most = parseCount()
        if most == nil { return nil }
      }
    }
    guard next == "}" else { return nil }
    position += 1
    guard least <= Self.mostRepetitions, most ?? least <= Self.mostRepetitions else {
      throw .malformed
    }
    if let most, most < least { throw .malformed }
    return (least, most)
  }

  /// A decimal number without needless zeros; huge ones are cut to a value over any limit.
  private mutating func parseCount() -> Int? {
    let start = position
    var count = 0
    while let scalar = next, ("0"..."9").contains(scalar) {
      count = min(count * 10 + Int(scalar.value - 0x30), 1_000_000)
      position += 1
    }
    let digits = position - start
    guard digits > 0 else { return nil }
    return digits > 1 && text[start] == 0x30 ? nil : count
  }

  /// Whether nested counted repetitions multiply to at most `limit`.
  private static func isSmall(_ node: Node, limit: Int) -> Bool {
    switch node {
    case .repetition(let inner, let least, let most):
      let count = most ?? least
      if most == 0 { return true }
      guard count <= limit else { return false }
      return isSmall(inner, limit: count > 0 ? limit / count : limit)
    case .sequence(let nodes), .choice(let nodes):
      return nodes.allSatisfy { isSmall($0, limit: limit) }
    default: return true
    }
  }

  /// One thing that can be repeated; several for `\Q...\E`.
  private mutating func parseAtom() throws(Problem) -> [Node] {
    switch next {
    case "^":
      position += 1
      return [.assertion(.start)]
    case "$":
      position += 1
      return [.assertion(.end)]
    case ".":
      position += 1
      return [.set(ScalarSet([0x0A...0x0A], isNegated: true))]
    case "[":
      position += 1
      return [.set(try parseClass())]
    case "(":
      position += 1
      let inner = try parseChoice()
      guard next == ")" else { throw .malformed }
      position += 1
      return [inner]
    case "\\": return try parseBackslash()
    default: return [.scalar(try take())]
    }
  }

  private mutating func parseBackslash() throws(Problem) -> [Node] {
    switch next(1) {
    case "A":
      position += 2
      return [.assertion(.start)]
    case "z":
      position += 2
      return [.assertion(.end)]
    case "b":
      position += 2
      return [.assertion(.wordBoundary)]
    case "B":
      position += 2
      return [.assertion(.noWordBoundary)]
    case "Q":
      position += 2
      return parseQuoted()
    default: break
    }
    var set = ScalarSet()
    if try parseClassEscape(into: &set) {
      set.finish(isNegated: false)
      return [.set(set)]
    }
    return [.scalar(try parseEscape())]
  }

  /// Everything up to `\E` or the end, as it is.
  private mutating func parseQuoted() -> [Node] {
    var nodes: [Node] = []
    while position < text.count {
      if next == "\\", next(1) == "E" {
        position += 2
        break
      }
      nodes.append(.scalar(text[position]))
      position += 1
    }
    return nodes
  }
}
