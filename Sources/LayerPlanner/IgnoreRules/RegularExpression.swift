/// A regular expression in the part of Go's (RE2's) syntax that an ignore pattern can turn into,
/// matched over UTF-8 in time at most proportional to path times expression: no backtracking.
struct RegularExpression: Sendable {
  /// Why an expression cannot be used.
  enum Problem: Error, Equatable, Sendable {
    /// Go refuses it too.
    case malformed
    /// It names a Unicode class (a script) whose members are not known here.
    case unknownClass(String)
  }

  /// A syntax tree.
  indirect enum Node: Sendable {
    case empty
    case scalar(UInt32)
    case set(ScalarSet)
    case assertion(Assertion)
    case sequence([Node])
    case choice([Node])
    /// `most` is nil without an upper bound.
    case repetition(Node, least: Int, most: Int?)
  }

  /// A condition on a position that takes no text.
  enum Assertion: Sendable {
    case start, end, wordBoundary, noWordBoundary
  }

  private let program: Program
  /// Bytes that every match starts with, at the start of the text; a cheap first test.
  private let prefix: [UInt8]
  /// Bytes that every match ends with, at the end of the text.
  private let suffix: [UInt8]

  /// Compiles an expression given by its code points.
  init(_ text: [UInt32]) throws(Problem) {
    let tree = try RegularExpressionParser.parse(text)
    program = Program(tree)
    prefix = Self.literals(Self.elements(of: tree), from: .start)
    let backwards: [Node] = Self.elements(of: tree).reversed()
    suffix = Self.literals(backwards, from: .end)
  }

  /// Whether some part of `text` matches; `^` and `$` in the expression anchor it.
  func matches(_ text: [UInt8]) -> Bool {
    guard text.starts(with: prefix), text.count >= suffix.count else { return false }
    guard text[(text.count - suffix.count)...].elementsEqual(suffix) else { return false }
    return program.run(text, isOpenEnded: false)
  }

  /// Whether some text that begins with `start` and goes on could match. May say true for a
  /// text that cannot, never false for one that can.
  func canMatchBeyond(_ start: [UInt8]) -> Bool {
    program.run(start, isOpenEnded: true)
  }

  private static func elements(of tree: Node) -> [Node] {
    if case .sequence(let nodes) = tree { return nodes }
    return [tree]
  }

  /// The UTF-8 of the plain characters that follow `anchor`, the first of `nodes`; when `anchor`
  /// is the end, `nodes` are in reverse.
  private static func literals(_ nodes: [Node], from anchor: Assertion) -> [UInt8] {
    guard case .assertion(anchor)? = nodes.first else { return [] }
    var bytes: [UInt8] = []
    for node in nodes.dropFirst() {
      // U+FFFD also stands for a byte that is not UTF-8, so it has no fixed bytes.
      guard case .scalar(let scalar) = node, scalar != replacementScalar else { break }
      bytes = anchor == .end ? encodeScalar(scalar) + bytes : bytes + encodeScalar(scalar)
    }
    return bytes
  }
}
