/// The rules as a build applies them: from the context's root down, each entry with its parent's
/// results.
extension IgnoreRules {
  /// Which patterns a directory, or one above it, has matched: what a walk carries from a
  /// directory to its entries.
  public struct ParentMatch: Hashable, Sendable {
    /// One flag a pattern; empty at the root.
    var matched: [Bool] = []

    /// What the entries of the context's root are given.
    public static let root = ParentMatch()
  }

  /// Whether a build leaves `path` out, from the state of its parent directory, and the state for
  /// its own entries (`MatchesUsingParentResults`).
  public func excludes(
    _ path: [UInt8], parent: ParentMatch
  ) throws(Problem) -> (excluded: Bool, state: ParentMatch) {
    let isRoot = parent.matched.isEmpty
    let parents = isRoot ? parentDirectories(of: path) : []
    var state = ParentMatch(matched: Array(repeating: false, count: matchers.count))
    var isExcluded = false
    for (index, matcher) in matchers.enumerated() {
      var isMatch = !isRoot && parent.matched[index]
      if !isMatch {
        guard matcher.isException == isExcluded else { continue }
        isMatch = try matcher.matches(path)
        if !isMatch, isRoot { isMatch = try matcher.matchesAny(of: parents) }
      }
      state.matched[index] = isMatch
      if isMatch { isExcluded = !matcher.isException }
    }
    return (isExcluded, state)
  }

  /// Whether a build leaves `path` out: the walk from the root down to it. The root itself is
  /// never left out.
  public func excludesInBuild(_ path: [UInt8]) throws(Problem) -> Bool {
    isExcluded(try walk(to: path))
  }

  /// Whether a build takes nothing below `directory`: it is excluded, and no `!` pattern can match
  /// anything in it. What this is true for need be neither watched nor read. May be false for a
  /// directory of which nothing is taken; patterns such as `!**/keep` can match anywhere.
  public func prunes(_ directory: [UInt8]) throws(Problem) -> Bool {
    prunes(directory, state: try walk(to: directory))
  }

  /// `prunes` for a walker that has the state of `directory` at hand.
  public func prunes(_ directory: [UInt8], state: ParentMatch) -> Bool {
    guard isExcluded(state) else { return false }
    let start = directory + [UInt8(ascii: "/")]
    // An exception that the directory has matched already is outweighed by a later pattern, for
    // its entries as for itself; only a new match could bring one back.
    return !zip(matchers, state.matched).contains { matcher, isMatched in
      matcher.isException && !isMatched && matcher.canMatch(below: start)
    }
  }

  /// The state after a walk from the root to `path`.
  func walk(to path: [UInt8]) throws(Problem) -> ParentMatch {
    var state = ParentMatch.root
    guard !path.isEmpty else { return state }
    for (index, byte) in path.enumerated() where byte == UInt8(ascii: "/") {
      state = try excludes(Array(path[..<index]), parent: state).state
    }
    return try excludes(path, parent: state).state
  }

  /// What a state says of its own path: the last pattern that matched decides.
  private func isExcluded(_ state: ParentMatch) -> Bool {
    guard let last = state.matched.lastIndex(of: true) else { return false }
    return !matchers[last].isException
  }
}
