import Glibc
import LayerPlanner

/// The file of build records: added to by one write each, and cut to its newer half when it has
/// grown large.
struct BuildLog {
  /// The file; its directory exists.
  let path: [UInt8]
  /// The most bytes: more than ten thousand builds.
  var mostBytes = 2 << 20

  /// All records, the oldest first; none when there is no file yet.
  func read() throws(SystemError) -> [BuildRecord] {
    do {
      return BuildRecord.parse(try readFile(path))
    } catch {
      if error.number == ENOENT { return [] }
      throw error
    }
  }

  /// The newest records, some hundreds; none when the file cannot be read.
  func newest() -> [BuildRecord] {
    guard let tail = try? fileTail(path, most: 65_536) else { return [] }
    return BuildRecord.parse(tail.bytes)
  }

  /// Adds a record.
  func append(_ record: BuildRecord) throws(SystemError) {
    let tail = try? fileTail(path, most: 1)
    var addition = Array(record.line.utf8)
    // A line that a crash has cut short must not swallow this one.
    if let last = tail?.bytes.last, last != 0x0A { addition.insert(0x0A, at: 0) }
    guard (tail?.size ?? 0) + addition.count > mostBytes else {
      return try appendToFile(path, addition)
    }
    let half = try fileTail(path, most: mostBytes / 2).bytes
    let start = half.firstIndex(of: 0x0A).map { $0 + 1 } ?? half.endIndex
    try writeFile(path, half[start...] + addition)
  }
}
