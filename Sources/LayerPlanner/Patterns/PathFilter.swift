/// One rule of a filter: patterns of which any may match, for changes of some kinds.
public struct FilterRule: Sendable, Hashable {
  /// The kinds of change that the rule is about; nil is any kind, the empty set is none.
  public let statuses: Set<ChangeStatus>?
  /// The patterns; without any, the rule matches nothing.
  public let patterns: [PathPattern]

  /// A rule for `statuses`, or for every change.
  public init(statuses: Set<ChangeStatus>? = nil, patterns: [PathPattern]) {
    self.statuses = statuses
    self.patterns = patterns
  }

  /// The first pattern that matches the path, or nil.
  public func match(_ path: [UInt8], status: ChangeStatus) -> PathPattern? {
    if let statuses, !statuses.contains(status) { return nil }
    for pattern in patterns where pattern.matches(path) { return pattern }
    return nil
  }
}

/// A filter of changed paths, as dorny/paths-filter understands its lists. The order of rules
/// does not count, and a pattern with `!` excludes nothing: it matches what the rest of it does
/// not, so under `some` it usually matches nearly every path.
public struct PathFilter: Sendable, Hashable {
  /// How many rules a path must satisfy.
  public enum Quantifier: String, CaseIterable, Sendable {
    /// At least one: the default. An empty filter matches nothing.
    case some
    /// All of them. An empty filter matches everything.
    case every
  }

  /// Why a path is matched.
  public struct Decision: Sendable, Hashable {
    /// The place in `rules` of the deciding rule, and its pattern; under `every`, those of the last
    /// rule. Both are nil for a filter without rules.
    public let rule: Int?
    /// The pattern that matched.
    public let pattern: PathPattern?
  }

  /// The rules, as they were given.
  public let rules: [FilterRule]
  /// How many of them must be satisfied.
  public let quantifier: Quantifier

  /// One for each pattern, in order.
  let probes: [PathProbe]

  /// A filter of these rules.
  public init(rules: [FilterRule], quantifier: Quantifier = .some) {
    self.rules = rules
    self.quantifier = quantifier
    probes = rules.enumerated().flatMap { rule, value in
      value.patterns.enumerated().map { pattern, value in
        PathProbe(value.program, rule: rule, pattern: pattern)
      }
    }
  }

  /// What decides that the filter matches the path, or nil when it does not match.
  public func match(_ path: [UInt8], status: ChangeStatus) -> Decision? {
    switch quantifier {
    case .some:
      let ends = PathEnds(path)
      for probe in probes where probe.admits(ends) {
        let rule = rules[probe.rule]
        if let statuses = rule.statuses, !statuses.contains(status) { continue }
        let pattern = rule.patterns[probe.pattern]
        if pattern.matches(path) { return Decision(rule: probe.rule, pattern: pattern) }
      }
      return nil
    case .every:
      var decision = Decision(rule: nil, pattern: nil)
      for index in rules.indices {
        guard let pattern = rules[index].match(path, status: status) else { return nil }
        decision = Decision(rule: index, pattern: pattern)
      }
      return decision
    }
  }

  /// False only when it is certain that the filter matches no path strictly below `directory`, so
  /// that nothing below need be watched for it. The root is the empty directory.
  public func mayMatch(below directory: [UInt8]) -> Bool {
    let mayMatch = { (rule: FilterRule) in
      rule.statuses?.isEmpty != true && rule.patterns.contains { $0.mayMatch(below: directory) }
    }
    return switch quantifier {
    case .some: rules.contains(where: mayMatch)
    case .every: rules.allSatisfy(mayMatch)
    }
  }
}
