import Glibc
import LayerPlanner

/// The list of tag moves under way, kept in a file so that what a crash interrupted is finished at
/// the next start: the stable tags are the old set or the new set, never a mixture for long.
struct TagJournal {
  /// The file; its directory exists.
  let path: [UInt8]

  /// One move.
  struct Move: Equatable {
    /// The image to point to.
    let image: String
    /// The reference that points.
    let reference: String
    /// The image that it pointed to before; nil when it is new.
    let previous: String?
  }

  /// Writes the whole list durably before the first tag moves.
  func write(_ moves: [Move]) throws(SystemError) {
    let lines =
      moves.map { "\($0.image)\t\($0.reference)\t\($0.previous ?? "")\n" }.joined() + "end\n"
    try writeFile(path, Array(lines.utf8), durably: true)
  }

  /// Takes the list out after the last tag has moved.
  func clear() { removeFile(path) }

  /// The moves that a crash left behind; nil when there are none. A list without its last line was
  /// cut short while it was written: no tag had moved yet, so it counts for nothing.
  func pending() -> [Move]? {
    guard let contents = try? readFile(path) else { return nil }
    let lines = String(decoding: contents, as: UTF8.self).split(separator: "\n" as Character)
    guard lines.last == "end" else { return nil }
    return lines.dropLast().compactMap { line in
      let fields = line.split(separator: "\t" as Character, omittingEmptySubsequences: false)
        .map(String.init)
      guard fields.count == 3 else { return nil }
      let previous = fields[2].isEmpty ? nil : fields[2]
      return Move(image: fields[0], reference: fields[1], previous: previous)
    }
  }
}
