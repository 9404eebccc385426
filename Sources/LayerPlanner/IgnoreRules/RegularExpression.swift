/// A regular expression in the part of Go's (RE2's) syntax that an ignore pattern can turn into,
/// matched over UTF-8 in time at most proportional to path times expression: no backtracking.
/// Immutable; a class so that a copy is one reference.
final class RegularExpression: Sendable {
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
  /// What every match starts with, one code point each, when it has to start at the start of the
  /// text: a cheap first test.
  private let beginning: [Step]
  /// What every match ends with, when it has to end at the end of the text; the last one first.
  private let ending: [Step]

  /// Something that takes exactly one code point.
  private enum Step: Sendable {
    case scalar(UInt32)
    case set(ScalarSet)

    init?(_ node: Node) {
      switch node {
      case .scalar(let scalar): self = .scalar(scalar)
      case .set(let set): self = .set(set)
      default: return nil
      }
    }

    func takes(_ byte: UInt8) -> Bool {
      switch self {
      case .scalar(let scalar): scalar == UInt32(byte)
      case .set(let set): set.contains(UInt32(byte))
      }
    }
  }

  /// Compiles an expression given by its code points.
  init(_ text: [UInt32]) throws(Problem) {
    let tree = try RegularExpressionParser.parse(text)
    program = Program(tree)
    beginning = Self.steps(Self.elements(of: tree), after: .start)
    ending = Self.steps(Self.elements(of: tree).reversed(), after: .end)
  }

  /// Whether some part of `text` matches; `^` and `$` in the expression anchor it.
  func matches(_ text: [UInt8]) -> Bool {
    guard Self.canTake(text, by: beginning) else { return false }
    guard Self.canTake(text.reversed() as ReversedCollection, by: ending) else { return false }
    return program.run(text, isOpenEnded: false)
  }

  /// Whether `steps` take the first bytes, as far as those are ASCII.
  private static func canTake(_ bytes: some Collection<UInt8>, by steps: [Step]) -> Bool {
    guard bytes.count >= steps.count else { return false }
    for (byte, step) in zip(bytes, steps) {
      if byte >= 0x80 { return true }
      guard step.takes(byte) else { return false }
    }
    return true
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

  /// The single code points that follow `anchor`, the first of `nodes`.
  private static func steps(_ nodes: [Node], after anchor: Assertion) -> [Step] {
    guard case .assertion(anchor)? = nodes.first else { return [] }
    var steps: [Step] = []
    for node in nodes.dropFirst() {
      guard let step = Step(node) else { break }
      steps.append(step)
    }
    return steps
  }
}
