/// Joins the pieces of a container's log that come from asking for it again and again, so that no
/// line is lost or shown twice. One seam for each of its two streams.
///
/// The engine puts the time before every line and gives, when asked, the lines since a time, those
/// of that very time included. Those that were seen already are counted off.
public struct LogSeam: Sendable {
  /// The time of the newest line, as the engine writes it: RFC 3339 with nine decimals, so that
  /// times can be compared as text. Nil before the first.
  public private(set) var newest: String?
  /// What was newest when the log was asked for last, until a newer line comes.
  private var resumed: String?
  /// How many lines of that time were shown.
  private var shown = 0
  /// How many more lines of that time the next piece repeats.
  private var repeated = 0
  private var partial: [UInt8] = []

  /// A log that is shown from this time on, with nine decimals; nil for all of it.
  public init(since start: String? = nil) {
    newest = start
    resumed = start
  }

  /// The log is asked for again, from `newest` on.
  public mutating func begin() {
    partial = []
    resumed = newest
    repeated = shown
  }

  /// The lines that are complete with these bytes, without times and line ends.
  public mutating func take(_ bytes: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    for byte in bytes {
      guard byte == 0x0A else {
        partial.append(byte)
        continue
      }
      if let line = line(partial) { lines.append(line) }
      partial = []
    }
    return lines
  }

  /// The piece has ended; what has no line end is shown now.
  public mutating func end() -> [[UInt8]] {
    defer { partial = [] }
    return partial.isEmpty ? [] : line(partial).map { [$0] } ?? []
  }

  private mutating func line(_ bytes: [UInt8]) -> [UInt8]? {
    let time = bytes.prefix { $0 != 0x20 }
    // What is not a line of the log is the engine's own word, such as an error.
    guard time.count < bytes.count, time.contains(UInt8(ascii: "T")), time.last == 0x5A else {
      return nil
    }
    let text = String(decoding: time, as: UTF8.self)
    if let resumed {
      // The other stream may have had to be asked for from earlier on.
      if text < resumed { return nil }
      if text > resumed { self.resumed = nil }
    }
    if text == newest {
      if repeated > 0 {
        repeated -= 1
        return nil
      }
      shown += 1
    } else {
      newest = text
      shown = 1
      repeated = 0
    }
    var line = Array(bytes[(time.endIndex + 1)...])
    if line.last == 0x0D { line.removeLast() }
    return line
  }
}
