/// The word that was probably meant: for keys, layers, commands and flags.
public enum Suggestion {
  /// The candidate nearest to `word`, when it is near enough to be a slip of the fingers: at most
  /// a third of its letters, at least one, inserted, deleted, changed or swapped with their
  /// neighbour. Of equally near ones the first. Letter case does not count.
  public static func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let limit = max(1, candidate.unicodeScalars.count / 3)
      let distance = distance(word.lowercased(), candidate.lowercased())
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.candidate
  }

  /// `; did you mean "x"?`, or nothing: to be put behind a message.
  public static func hint(for word: String, in candidates: some Sequence<String>) -> String {
    nearest(to: word, in: candidates).map { "; did you mean \"\($0)\"?" } ?? ""
  }

  /// The least number of insertions, deletions, changes and swaps of neighbours, no letter edited
  /// twice (the restricted Damerau-Levenshtein distance).
  static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left.unicodeScalars)
    let right = Array(right.unicodeScalars)
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      for column in 0..<right.count {
        let change = last[column] + (left[row] == right[column] ? 0 : 1)
        var least = min(change, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          least = min(least, beforeLast[column - 1] + 1)
        }
        current.append(least)
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }
}
