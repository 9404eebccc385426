/// The ends of a path, taken once for all patterns that it is held against.
struct PathEnds {
  /// Up to eight bytes from the start, the first in the lowest place.
  var head: UInt64 = 0
  /// Up to eight bytes from the end, the last in the lowest place.
  var tail: UInt64 = 0
  let count: Int

  init(_ path: [UInt8]) {
    count = path.count
    for index in 0..<min(8, path.count) {
      head |= UInt64(path[index]) << UInt64(8 * index)
      tail |= UInt64(path[path.count - 1 - index]) << UInt64(8 * index)
    }
  }
}

/// A test that nearly every path fails which a pattern does not match, and none that it matches:
/// numbers alone, so that a filter can be gone through without counting references.
struct PathProbe: Sendable, Hashable {
  /// Where the pattern stands in its filter.
  let rule: Int
  let pattern: Int
  private var headMask: UInt64 = 0
  private var head: UInt64 = 0
  private var tailMask: UInt64 = 0
  private var tail: UInt64 = 0
  private let least: Int
  private let most: Int

  init(_ program: PathProgram, rule: Int, pattern: Int) {
    self.rule = rule
    self.pattern = pattern
    let (text, prefix) = (program.bytes, program.prefix)
    // Only what the pattern's own text has in common with its matches: a path equal to the text
    // always matches.
    for index in 0..<min(8, text.count, prefix.count) where text[index] == prefix[index] {
      headMask |= 0xFF << UInt64(8 * index)
      head |= UInt64(text[index]) << UInt64(8 * index)
    }
    let isExact = program.engine == nil && (program.prefix == text || !program.isLiteral)
    if isExact {
      for index in 0..<min(8, text.count) {
        tailMask |= 0xFF << UInt64(8 * index)
        tail |= UInt64(text[text.count - 1 - index]) << UInt64(8 * index)
      }
    }
    least = isExact ? text.count : min(text.count, prefix.count)
    most = isExact ? text.count : .max
  }

  /// A test for one path alone.
  init(exactly path: [UInt8]) {
    let ends = PathEnds(path)
    rule = 0
    pattern = 0
    head = ends.head
    tail = ends.tail
    let bits = UInt64(8 * min(8, path.count))
    headMask = bits == 64 ? .max : (1 << bits) - 1
    tailMask = headMask
    least = path.count
    most = path.count
  }

  /// Whether a path with these ends can match.
  func admits(_ ends: PathEnds) -> Bool {
    ends.head & headMask == head && ends.tail & tailMask == tail && ends.count >= least
      && ends.count <= most
  }
}
