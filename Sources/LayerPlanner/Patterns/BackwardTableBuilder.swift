/// Builds the states of a `BackwardTable`.
struct BackwardTableBuilder {
  private struct Key: Hashable {
    let members: [[Int]]
    let isFound: Bool
    let matchesAtStart: Bool
  }

  private let automaton: Automaton
  private let classes: UnitClasses
  private var numbers: [Key: Int] = [:]
  private var keys: [Key] = []
  private var steps = 0
  private var set: TrackSet
  private(set) var next: [UInt16] = []
  private(set) var matchesAtStart: [Bool] = []
  private(set) var first = 0

  init(_ automaton: Automaton, _ classes: UnitClasses) {
    self.automaton = automaton
    self.classes = classes
    set = TrackSet(stateCount: automaton.states.count)
  }

  /// Whether the table stayed within its bounds.
  mutating func build() -> Bool {
    // State 0 is dead, state 1 has found a match; both stay what they are.
    keys = [
      Key(members: [], isFound: false, matchesAtStart: false),
      Key(members: [], isFound: true, matchesAtStart: true),
    ]
    next = Array(repeating: 0, count: classes.count)
    next += Array(repeating: 1, count: classes.count)
    first = number(of: key(from: nil, reading: nil))
    var state = 2
    while state < keys.count {
      for unitClass in 0..<classes.count {
        let target = number(of: key(from: keys[state], reading: unitClass))
        guard keys.count <= BackwardTable.mostStates, steps <= BackwardTable.mostSteps else {
          return false
        }
        next.append(UInt16(target))
      }
      state += 1
    }
    matchesAtStart = keys.map(\.matchesAtStart)
    removeDeadEnds()
    return true
  }

  private mutating func number(of key: Key) -> Int {
    if key.isFound { return 1 }
    if let known = numbers[key] { return known }
    keys.append(key)
    numbers[key] = keys.count - 1
    return keys.count - 1
  }

  private mutating func key(from state: Key?, reading unitClass: Int?) -> Key {
    let (members, isFound) = sets(from: state, reading: unitClass, atStart: false)
    let (_, atStart) = sets(from: state, reading: unitClass, atStart: true)
    return Key(members: members, isFound: isFound, matchesAtStart: isFound || atStart)
  }

  /// The sets of all tracks one unit further left, and whether the whole expression matches there.
  private mutating func sets(
    from state: Key?, reading unitClass: Int?, atStart: Bool
  ) -> ([[Int]], Bool) {
    let place = PlaceConditions(isStart: atStart, isEnd: unitClass == nil)
    var members: [[Int]] = []
    var truth: [Bool] = []
    for (number, track) in automaton.tracks.enumerated() {
      set.replace(with: state?.members[number] ?? [])
      steps += set.move(
        in: automaton, track, at: place,
        matches: { set in unitClass.map { classes.membership[$0][set] } ?? false },
        looks: { truth[$0] })
      truth.append(set.contains(track.entry))
      members.append(set.members.sorted())
    }
    return (members, truth.last ?? false)
  }

  /// Leads every transition to a state that can match no more to the dead state.
  private mutating func removeDeadEnds() {
    var sources: [[Int]] = Array(repeating: [], count: keys.count)
    for (place, target) in next.enumerated() { sources[Int(target)].append(place / classes.count) }
    var isAlive = matchesAtStart
    var queue = isAlive.indices.filter { isAlive[$0] }
    while let state = queue.popLast() {
      for source in sources[state] where !isAlive[source] {
        isAlive[source] = true
        queue.append(source)
      }
    }
    next = next.map { isAlive[Int($0)] ? $0 : 0 }
    if !isAlive[first] { first = 0 }
  }

  /// The live states after reading, from the end, one or more components, none of them empty,
  /// `.` or `..`.
  func statesBehindComponents(slash: Int, dot: Int, isOther: [Bool]) -> [Int] {
    // What the component that is being read is so far: nothing, one dot, two dots, a name.
    var seen: Set<[Int]> = [[first, 0]]
    var queue = [[first, 0]]
    var complete: Set<Int> = []
    while let item = queue.popLast() {
      let (state, component) = (item[0], item[1])
      if component == 3, state != 0 { complete.insert(state) }
      for unitClass in 0..<classes.count {
        let target = Int(next[state * classes.count + unitClass])
        let then: Int
        if unitClass == slash {
          guard component == 3 else { continue }
          then = 0
        } else if unitClass == dot {
          then = min(component + 1, 3)
        } else {
          guard isOther[unitClass] else { continue }
          then = 3
        }
        if seen.insert([target, then]).inserted { queue.append([target, then]) }
      }
    }
    return complete.sorted()
  }
}
