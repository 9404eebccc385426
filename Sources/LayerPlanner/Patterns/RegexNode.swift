/// The syntax tree of a JavaScript regular expression without flags.
indirect enum RegexNode: Hashable, Sendable {
  case empty
  case set(UnitSet)
  case sequence([RegexNode])
  case alternatives([RegexNode])
  /// `captures` are the numbers of the groups inside, which every round forgets.
  case repeated(RegexNode, least: Int, most: Int?, lazy: Bool, captures: Range<Int>)
  case capture(Int, RegexNode)
  case look(RegexNode, behind: Bool, negative: Bool)
  case start
  case end
  case wordBoundary(negative: Bool)
  case backReference(Int)
}

/// A parsed regular expression.
struct Regex: Sendable {
  let root: RegexNode
  /// The number of capturing groups.
  let captures: Int
  /// Whether it refers back to one of them, so that no automaton can decide it.
  let hasBackReferences: Bool

  /// How deep groups may nest; deeper patterns are refused, so that no input exhausts the stack.
  static let deepestNesting = 400

  /// Why a text is not used as a regular expression.
  enum Problem: Error { case syntax, tooDeep }
}
