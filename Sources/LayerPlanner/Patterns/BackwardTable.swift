/// An automaton made deterministic: a table that is walked once over the bytes of a path, from
/// its end to its start, without allocating.
///
/// A state of the table is the sets of all tracks at a place. That the place is the path's start
/// is known only there, so each state also says whether the expression matches if it is.
final class BackwardTable: Sendable {
  /// Larger tables are not built; the automaton itself is run instead.
  static let mostStates = 400
  static let mostSteps = 1 << 19

  /// The states from which nothing can match any more, and from which everything does.
  private static let dead = 0
  private static let found = 1

  /// The next state, by state and class of unit.
  private let next: [UInt16]
  private let classCount: Int
  /// The class of each ASCII unit, and the bounds of the classes of all units: class
  /// `boundClasses[i]` from `bounds[i]` on.
  private let asciiClasses: [UInt8]
  private let bounds: [UInt16]
  private let boundClasses: [UInt8]
  /// Whether the expression matches when the path starts where the state is reached.
  private let matchesAtStart: [Bool]
  private let first: Int
  /// The states that are reached after reading, from the end, one or more whole components.
  private let statesBehindDirectories: [Int]

  /// The number of states.
  var count: Int { matchesAtStart.count }

  /// Whether the path, which is not empty, matches.
  func matches(_ path: [UInt8]) -> Bool { result(of: path, from: first) }

  /// Whether any path strictly below `directory`, with no empty, `.` or `..` component below it,
  /// can match.
  func mayMatch(below directory: [UInt8]) -> Bool {
    if directory.isEmpty { return !statesBehindDirectories.isEmpty }
    let prefix = directory + [UInt8(ascii: "/")]
    return statesBehindDirectories.contains { result(of: prefix, from: $0) }
  }

  private func result(of path: [UInt8], from state: Int) -> Bool {
    var state = state
    var end = path.count
    while end > 0, state > BackwardTable.found {
      let byte = path[end - 1]
      if byte < 0x80 {
        state = Int(next[state * classCount + Int(asciiClasses[Int(byte)])])
        end -= 1
        continue
      }
      let decoded = path.decodedUnits(before: end)
      state = Int(next[state * classCount + unitClass(decoded.last)])
      if let first = decoded.first { state = Int(next[state * classCount + unitClass(first)]) }
      end -= decoded.width
    }
    return matchesAtStart[state]
  }

  private func unitClass(_ unit: CodeUnit) -> Int {
    var low = 0
    var high = bounds.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if bounds[middle] <= unit.value { low = middle } else { high = middle }
    }
    return Int(boundClasses[low])
  }

  /// The table of `automaton`, or nil when it would be too large or when the automaton asks for
  /// what lies before a place.
  init?(_ automaton: Automaton) {
    guard !automaton.tracks.contains(where: \.isBehind) else { return nil }
    for case .wordBoundary in automaton.states { return nil }
    guard let classes = UnitClasses(automaton.sets) else { return nil }
    var builder = BackwardTableBuilder(automaton, classes)
    guard builder.build() else { return nil }
    next = builder.next
    classCount = classes.count
    matchesAtStart = builder.matchesAtStart
    first = builder.first
    bounds = classes.bounds
    boundClasses = classes.boundClasses
    asciiClasses = classes.asciiClasses
    statesBehindDirectories = builder.statesBehindComponents(
      slash: Int(classes.asciiClasses[0x2F]), dot: Int(classes.asciiClasses[0x2E]),
      isOther: classes.hasOther)
  }
}

/// The units that no set of an automaton tells apart, as classes.
struct UnitClasses {
  /// Class `boundClasses[i]` holds the units from `bounds[i]` to the next bound.
  private(set) var bounds: [UInt16] = []
  private(set) var boundClasses: [UInt8] = []
  private(set) var asciiClasses: [UInt8] = []
  private(set) var count = 0
  /// For each class, whether it holds a unit other than NUL, `/` and `.`.
  private(set) var hasOther: [Bool] = []
  /// For each class, the sets that hold it, by their number.
  private(set) var membership: [[Bool]] = []

  /// Nil when there are more classes than a table may have.
  init?(_ sets: [UnitSet]) {
    // The slash and the dot tell components apart.
    var starts: Set<Int> = [0, 0x2E, 0x2F, 0x30]
    for range in sets.flatMap(\.ranges) {
      starts.insert(Int(range.lowerBound))
      starts.insert(Int(range.upperBound) + 1)
    }
    starts.remove(0x10000)
    var known: [[Bool]: Int] = [:]
    for start in starts.sorted() {
      let unit = CodeUnit(UInt16(start))
      let members = sets.map { $0.contains(unit) } + [unit == "/", unit == "."]
      let number = known[members] ?? known.count
      guard number < 128 else { return nil }
      if number == known.count {
        known[members] = number
        membership.append(members)
        hasOther.append(false)
      }
      bounds.append(unit.value)
      boundClasses.append(UInt8(number))
      if unit != "/" && unit != "." { hasOther[number] = true }
    }
    count = known.count
    var place = 0
    for unit in UInt16(0)..<0x80 {
      if place + 1 < bounds.count, bounds[place + 1] <= unit { place += 1 }
      asciiClasses.append(boundClasses[place])
    }
  }
}
