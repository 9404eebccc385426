/// A regular expression as a nondeterministic automaton over UTF-16 units.
///
/// It is run against the direction of reading: from the end of the path to its start, the set of
/// states from which the rest can be matched. A lookahead at some place is then only one more
/// automaton (a *track*) of which the entry state is, or is not, in the set of that place; so
/// lookaheads, negated and nested as globs need them, cost no backtracking. Each place is passed
/// once and each edge at most once in it: the time is at most the number of edges times the
/// number of units. A lookbehind is a track that is run the other way.
struct Automaton: Sendable {
  /// What a state does; numbers are those of states.
  enum State: Sendable {
    case accept
    case unit(set: Int, next: Int)
    case split(first: Int, second: Int)
    case start(next: Int)
    case end(next: Int)
    case wordBoundary(negative: Bool, next: Int)
    case look(track: Int, negative: Bool, next: Int)
    // Only expressions with back references hold the rest: see `BackReferenceMatcher`.
    case save(slot: Int, next: Int)
    case beginRound(loop: Int, captures: Range<Int>, next: Int)
    case endRound(loop: Int, next: Int)
    case backReference(Int, next: Int)
  }

  /// An automaton of its own: the whole expression, or what a lookaround looks for.
  struct Track: Sendable {
    var entry = 0
    var accept = 0
    var isBehind = false
  }

  /// An edge backwards, from a state to one that leads to it by reading a unit of `set`.
  struct UnitEdge: Sendable {
    let set: Int
    let state: Int
  }

  /// How many states an expression may need.
  static let mostStates = 1 << 20

  /// The expression needs more states than `mostStates`.
  struct TooLarge: Error {}

  private(set) var states: [State] = []
  private(set) var sets: [UnitSet] = []
  /// The tracks, each after those that it refers to; the last one is the whole expression.
  private(set) var tracks: [Track] = []
  /// For each state, those that lead to it by a unit, and those that lead to it without one.
  private(set) var unitEdges: [[UnitEdge]] = []
  private(set) var freeEdges: [[Int]] = []
  /// The number of capturing groups, and whether the expression refers back to one.
  let captures: Int
  let hasBackReferences: Bool
  private(set) var loops = 0
  private var setNumbers: [UnitSet: Int] = [:]
  /// The tracks of lookarounds, by what they look for: globs repeat the same few.
  private var lookTracks: [RegexNode: Int] = [:]

  init(_ regex: Regex) throws(TooLarge) {
    captures = regex.captures
    hasBackReferences = regex.hasBackReferences
    _ = try addTrack(regex.root, isBehind: false)
    if !hasBackReferences { link() }
    setNumbers = [:]
    lookTracks = [:]
  }

  /// The track of the whole expression.
  var main: Track { tracks[tracks.count - 1] }

  // MARK: Building

  private mutating func add(_ state: State) throws(TooLarge) -> Int {
    guard states.count < Automaton.mostStates else { throw TooLarge() }
    states.append(state)
    return states.count - 1
  }

  private mutating func number(of set: UnitSet) -> Int {
    if let known = setNumbers[set] { return known }
    sets.append(set)
    setNumbers[set] = sets.count - 1
    return sets.count - 1
  }

  private mutating func addTrack(_ node: RegexNode, isBehind: Bool) throws(TooLarge) -> Int {
    var track = Track(isBehind: isBehind)
    track.accept = try add(.accept)
    track.entry = try add(node, next: track.accept, isBehind)
    tracks.append(track)
    return tracks.count - 1
  }

  /// Adds the states that match `node` and go on at `next`; returns the first of them. Behind,
  /// everything is laid out in the opposite order.
  private mutating func add(
    _ node: RegexNode, next: Int, _ isBehind: Bool
  ) throws(TooLarge) -> Int {
    switch node {
    case .empty: return next
    case .set(let set): return try add(.unit(set: number(of: set), next: next))
    case .start: return try add(.start(next: next))
    case .end: return try add(.end(next: next))
    case .wordBoundary(let negative):
      return try add(.wordBoundary(negative: negative, next: next))
    case .backReference(let number): return try add(.backReference(number, next: next))
    case .sequence(let nodes):
      var next = next
      for node in isBehind ? nodes : nodes.reversed() {
        next = try add(node, next: next, isBehind)
      }
      return next
    case .alternatives(let nodes):
      var entry: Int?
      for node in nodes.reversed() {
        let first = try add(node, next: next, isBehind)
        if let second = entry {
          entry = try add(.split(first: first, second: second))
        } else {
          entry = first
        }
      }
      return entry ?? next
    case .look(let node, let behind, let negative):
      let track: Int
      if let known = lookTracks[.look(node, behind: behind, negative: false)] {
        track = known
      } else {
        track = try addTrack(node, isBehind: behind)
        lookTracks[.look(node, behind: behind, negative: false)] = track
      }
      return try add(.look(track: track, negative: negative, next: next))
    case .capture(let number, let node):
      guard hasBackReferences else { return try add(node, next: next, isBehind) }
      let last = try add(.save(slot: isBehind ? 2 * number : 2 * number + 1, next: next))
      let first = try add(node, next: last, isBehind)
      return try add(.save(slot: isBehind ? 2 * number + 1 : 2 * number, next: first))
    case .repeated(let node, let least, let most, let lazy, let captures):
      var next = next
      if let most {
        let end = next
        for _ in least..<max(most, least) {
          let round = try addRound(node, captures, next: next, isBehind)
          next = try add(
            lazy ? .split(first: end, second: round) : .split(first: round, second: end))
        }
      } else {
        let loop = try add(.split(first: next, second: next))
        let round = try addRound(node, captures, next: loop, isBehind)
        states[loop] =
          lazy ? .split(first: next, second: round) : .split(first: round, second: next)
        next = loop
      }
      for _ in 0..<least { next = try add(node, next: next, isBehind) }
      return next
    }
  }

  private mutating func addRound(
    _ node: RegexNode, _ captures: Range<Int>, next: Int, _ isBehind: Bool
  ) throws(TooLarge) -> Int {
    guard hasBackReferences else { return try add(node, next: next, isBehind) }
    let loop = loops
    loops += 1
    let last = try add(.endRound(loop: loop, next: next))
    let first = try add(node, next: last, isBehind)
    return try add(.beginRound(loop: loop, captures: captures, next: first))
  }

  private mutating func link() {
    unitEdges = Array(repeating: [], count: states.count)
    freeEdges = Array(repeating: [], count: states.count)
    for (number, state) in states.enumerated() {
      switch state {
      case .unit(let set, let next): unitEdges[next].append(UnitEdge(set: set, state: number))
      case .split(let first, let second):
        freeEdges[first].append(number)
        freeEdges[second].append(number)
      case .start(let next), .end(let next), .wordBoundary(_, let next), .look(_, _, let next):
        freeEdges[next].append(number)
      case .accept, .save, .beginRound, .endRound, .backReference: continue
      }
    }
  }
}
