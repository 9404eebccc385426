/// Matches expressions that refer back to what a group held, such as `(a|b)/\1`. No automaton can
/// do that, so this tries one way after the other, as JavaScript does, and gives up after a fixed
/// number of steps: the path then does not match.
struct BackReferenceMatcher {
  /// How many steps a match may take.
  static let mostSteps = 1 << 18

  private struct Attempt {
    var state: Int
    var place: Int
    /// Where each group begins and ends, two slots a group; -1 is unset.
    var slots: [Int]
    /// Where the current round of each loop began.
    var rounds: [Int]
  }

  private let automaton: Automaton
  private let units: [CodeUnit]
  private(set) var steps = 0

  init(_ automaton: Automaton, _ units: [CodeUnit]) {
    self.automaton = automaton
    self.units = units
  }

  /// Whether the expression matches anywhere in the units.
  mutating func matches() -> Bool {
    for place in 0...units.count {
      let slots = Array(repeating: -1, count: 2 * automaton.captures + 2)
      let rounds = Array(repeating: -1, count: automaton.loops)
      let attempt = Attempt(
        state: automaton.main.entry, place: place, slots: slots, rounds: rounds)
      if run(from: attempt, in: automaton.main) != nil { return true }
    }
    return false
  }

  /// The slots of the first way that succeeds, or nil.
  private mutating func run(from attempt: Attempt, in track: Automaton.Track) -> [Int]? {
    var waiting = [attempt]
    while var attempt = waiting.popLast() {
      while steps < BackReferenceMatcher.mostSteps {
        steps += 1
        if attempt.state == track.accept { return attempt.slots }
        guard advance(&attempt, in: track, &waiting) else { break }
      }
    }
    return nil
  }

  /// One step; false when this way fails.
  private mutating func advance(
    _ attempt: inout Attempt, in track: Automaton.Track, _ waiting: inout [Attempt]
  ) -> Bool {
    let place = attempt.place
    switch automaton.states[attempt.state] {
    case .accept: return false
    case .unit(let set, let next):
      let index = track.isBehind ? place - 1 : place
      guard units.indices.contains(index), automaton.sets[set].contains(units[index]) else {
        return false
      }
      attempt.place = track.isBehind ? place - 1 : place + 1
      attempt.state = next
    case .split(let first, let second):
      var other = attempt
      other.state = second
      waiting.append(other)
      attempt.state = first
    case .start(let next):
      attempt.state = next
      return place == 0
    case .end(let next):
      attempt.state = next
      return place == units.count
    case .wordBoundary(let negative, let next):
      let before = place > 0 && units[place - 1].isWord
      let after = place < units.count && units[place].isWord
      attempt.state = next
      return (before != after) != negative
    case .look(let number, let negative, let next):
      let track = automaton.tracks[number]
      var inner = attempt
      inner.state = track.entry
      let slots = run(from: inner, in: track)
      if let slots, !negative { attempt.slots = slots }
      attempt.state = next
      return (slots != nil) != negative
    case .save(let slot, let next):
      attempt.slots[slot] = place
      attempt.state = next
    case .beginRound(let loop, let captures, let next):
      attempt.rounds[loop] = place
      for capture in captures {
        attempt.slots[2 * capture] = -1
        attempt.slots[2 * capture + 1] = -1
      }
      attempt.state = next
    case .endRound(let loop, let next):
      // A round that took nothing ends the loop, as ECMA-262 has it.
      attempt.state = next
      return attempt.rounds[loop] != place
    case .backReference(let number, let next):
      attempt.state = next
      return skip(over: number, &attempt, isBehind: track.isBehind)
    }
    return true
  }

  /// Passes over the text that a group held; a group that held nothing yet is passed at once.
  private func skip(over number: Int, _ attempt: inout Attempt, isBehind: Bool) -> Bool {
    let (from, to) = (attempt.slots[2 * number], attempt.slots[2 * number + 1])
    guard from >= 0, to >= from else { return true }
    let count = to - from
    let start = isBehind ? attempt.place - count : attempt.place
    guard start >= 0, start + count <= units.count,
      units[from..<to].elementsEqual(units[start..<start + count])
    else { return false }
    attempt.place = isBehind ? start : start + count
    return true
  }
}
