/// The rules of a `.dockerignore` file: which paths a build leaves out of its context. Exactly the
/// language of moby/patternmatcher v0.6.1, which Docker and BuildKit use.
///
/// Patterns are anchored at the context's root; one that matches a directory also covers what is
/// below it; the last pattern that applies decides. Paths are relative to the context, separated
/// by slashes, without a leading one.
///
/// The builder reads the Dockerfile and the ignore file themselves even when a pattern names
/// them: a caller that wants to know whether they matter must not ask these rules.
public struct IgnoreRules: Sendable {
  /// The pattern that decides about a path.
  public struct Decision: Hashable, Sendable {
    /// The last pattern that applies, as its file gives it.
    public let pattern: IgnorePattern
    /// Whether the path is left out; false when the pattern brings it back.
    public let isExcluded: Bool
  }

  let matchers: [IgnoreMatcher]

  /// Rules from patterns in order. Fails for a pattern that makes Docker refuse the whole list;
  /// some other bad patterns fail only when a path reaches them.
  public init(patterns: [IgnorePattern]) throws(Problem) {
    var matchers: [IgnoreMatcher] = []
    for pattern in patterns {
      if let matcher = try IgnoreMatcher(pattern) { matchers.append(matcher) }
    }
    self.matchers = matchers
  }

  /// Rules from the content of an ignore file.
  public init(file: [UInt8]) throws(Problem) {
    try self.init(patterns: Self.parse(file))
  }

  /// Whether `path` is excluded when it is looked at alone, its parent directories tried with each
  /// pattern (`MatchesOrParentMatches`). A build walks instead, and differs in rare lists: see
  /// `excludesInBuild`.
  public func excludes(_ path: [UInt8]) throws(Problem) -> Bool {
    let candidates = [path] + parentDirectories(of: path)
    var isExcluded = false
    for matcher in matchers where matcher.isException == isExcluded {
      if try matcher.matchesAny(of: candidates) { isExcluded = !matcher.isException }
    }
    return isExcluded
  }

  /// Why a build leaves `path` out or brings it back; nil when no pattern applies to it.
  public func decide(_ path: [UInt8]) throws(Problem) -> Decision? {
    decision(try walk(to: path))
  }

  /// The same for one of many paths: what the directories on the way gave is kept in `memo`, which
  /// belongs to these rules alone.
  public func decide(_ path: [UInt8], memo: inout Memo) throws(Problem) -> Decision? {
    guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return try decide(path) }
    let directory = Array(path[..<slash])
    let known = memo.states[directory]
    let parent: ParentMatch
    if let known { parent = known } else { parent = try walk(to: directory) }
    if known == nil {
      if memo.states.count == Memo.mostDirectories { memo.states = [:] }
      memo.states[directory] = parent
    }
    return decision(try excludes(path, parent: parent).state)
  }

  /// What is known of directories while many paths are decided.
  public struct Memo: Sendable {
    static let mostDirectories = 10_000
    var states: [[UInt8]: ParentMatch] = [:]

    /// Nothing is known yet.
    public init() {}
  }

  private func decision(_ state: ParentMatch) -> Decision? {
    guard let last = state.matched.lastIndex(of: true) else { return nil }
    let matcher = matchers[last]
    return Decision(pattern: matcher.pattern, isExcluded: !matcher.isException)
  }
}
