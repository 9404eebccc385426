/// One place between two units of a path, as conditions see it.
struct PlaceConditions {
  var isStart = false
  var isEnd = false
  /// Whether exactly one of the neighbours is a word character.
  var isWordBoundary = false
}

/// Sets of states of one track, moved from place to place.
struct TrackSet {
  /// The states in the set, in the order of their discovery.
  private(set) var members: [Int] = []
  private var previous: [Int] = []
  private var marks: [UInt32]
  private var generation: UInt32 = 0

  init(stateCount: Int) { marks = Array(repeating: 0, count: stateCount) }

  func contains(_ state: Int) -> Bool { generation > 0 && marks[state] == generation }

  /// Moves the set over one unit (none at the place where the run begins): the states that lead
  /// into it by that unit, the accepting one, and all that lead to those without a unit where the
  /// conditions of the place hold. Returns the number of edges looked at, each at most once.
  mutating func move(
    in automaton: Automaton, _ track: Automaton.Track, at place: PlaceConditions,
    matches: (_ set: Int) -> Bool, looks: (_ track: Int) -> Bool
  ) -> Int {
    swap(&members, &previous)
    members.removeAll(keepingCapacity: true)
    generation += 1
    var steps = 1
    insert(track.accept)
    for state in previous {
      for edge in automaton.unitEdges[state] {
        steps += 1
        if matches(edge.set) { insert(edge.state) }
      }
    }
    var next = 0
    while next < members.count {
      for state in automaton.freeEdges[members[next]] {
        steps += 1
        let isOpen =
          switch automaton.states[state] {
          case .start: place.isStart
          case .end: place.isEnd
          case .wordBoundary(let negative, _): place.isWordBoundary != negative
          case .look(let track, let negative, _): looks(track) != negative
          default: true
          }
        if isOpen { insert(state) }
      }
      next += 1
    }
    return steps
  }

  private mutating func insert(_ state: Int) {
    guard marks[state] != generation else { return }
    marks[state] = generation
    members.append(state)
  }

  /// Makes `states` the set, to go on from there.
  mutating func replace(with states: [Int]) {
    members = states
    generation += 1
    for state in states { marks[state] = generation }
  }
}

extension Automaton {
  /// Whether the expression matches anywhere in `units`, and in how many steps that was decided:
  /// at most `edges + tracks` for each of the `units.count + 1` places.
  func match(_ units: [CodeUnit]) -> (matches: Bool, steps: Int) {
    var truth: [[Bool]] = []
    var steps = 0
    var set = TrackSet(stateCount: states.count)
    for track in tracks {
      var isTrue = Array(repeating: false, count: units.count + 1)
      set.replace(with: [])
      for distance in 0...units.count {
        let place = track.isBehind ? distance : units.count - distance
        let unit: CodeUnit? =
          distance == 0 ? nil : track.isBehind ? units[place - 1] : units[place]
        steps += set.move(
          in: self, track, at: conditions(at: place, in: units),
          matches: { number in unit.map { sets[number].contains($0) } ?? false },
          looks: { truth[$0][place] })
        isTrue[place] = set.contains(track.entry)
      }
      truth.append(isTrue)
    }
    return (truth.last?.contains(true) ?? false, steps)
  }

  /// The number of edges: with the number of places, the bound of a match.
  var edgeCount: Int {
    var count = tracks.count
    for state in states.indices { count += unitEdges[state].count + freeEdges[state].count }
    return count
  }

  private func conditions(at place: Int, in units: [CodeUnit]) -> PlaceConditions {
    let before = place > 0 && units[place - 1].isWord
    let after = place < units.count && units[place].isWord
    return PlaceConditions(
      isStart: place == 0, isEnd: place == units.count, isWordBoundary: before != after)
  }
}
