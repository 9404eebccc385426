/// Whether Docker accepts `pattern` when it reads the list: it matches each pattern against `.`
/// with Go's `filepath.Match` and looks only at the error. In a well-formed glob, classes are
/// closed and not empty, have no bare `-` or `]` as a member, and a backslash escapes something.
///
/// `filepath.Match` (Go 1.19) works in chunks that begin after each `*`, and stops at the first
/// chunk that does not match. So a mistake is seen in the first chunk, and in the second only
/// when the first is one element that matches `.`. A later mistake shows when a path reaches the
/// pattern, or never.
func isAcceptedGlob(_ pattern: [UInt8]) -> Bool {
  var rest = pattern[...]
  for _ in 0..<2 {
    rest = rest.drop { $0 == UInt8(ascii: "*") }
    let end = endOfChunk(rest)
    guard let chunk = GlobChunk(rest[..<end]) else { return false }
    guard chunk.isDot else { return true }
    rest = rest[end...]
  }
  return true
}

/// Where the text up to the next `*` outside brackets ends.
private func endOfChunk(_ text: ArraySlice<UInt8>) -> Int {
  var isInClass = false
  var isEscaped = false
  for (index, byte) in zip(text.indices, text) {
    if isEscaped {
      isEscaped = false
      continue
    }
    switch byte {
    case UInt8(ascii: "\\"): isEscaped = true
    case UInt8(ascii: "["): isInClass = true
    case UInt8(ascii: "]"): isInClass = false
    case UInt8(ascii: "*") where !isInClass: return index
    default: break
    }
  }
  return text.endIndex
}

/// A part of a glob without `*`.
private struct GlobChunk {
  /// Whether the chunk is one element, which matches `.`.
  var isDot: Bool { elements == 1 && lastMatchesDot }

  private var elements = 0
  private var lastMatchesDot = false
  private var rest: ArraySlice<UInt8>

  private static let dot = UInt8(ascii: ".")

  /// Reads a whole chunk; nil when it is malformed.
  init?(_ chunk: ArraySlice<UInt8>) {
    rest = chunk
    while let byte = rest.popFirst() {
      elements += 1
      switch byte {
      case UInt8(ascii: "["):
        guard let matchesDot = takeClass() else { return nil }
        lastMatchesDot = matchesDot
      case UInt8(ascii: "\\"):
        guard let escaped = rest.popFirst() else { return nil }
        lastMatchesDot = escaped == Self.dot
      default: lastMatchesDot = byte == Self.dot || byte == UInt8(ascii: "?")
      }
    }
  }

  /// Takes a class, whose `[` is gone; whether it matches `.`, or nil when it is malformed.
  private mutating func takeClass() -> Bool? {
    let isNegated = rest.first == UInt8(ascii: "^")
    if isNegated { rest.removeFirst() }
    var isEmpty = true
    var hasDot = false
    while isEmpty || rest.first != UInt8(ascii: "]") {
      guard let low = takeMember() else { return nil }
      var high = low
      if rest.first == UInt8(ascii: "-") {
        rest.removeFirst()
        guard let end = takeMember() else { return nil }
        high = end
      }
      if low <= UInt32(Self.dot), UInt32(Self.dot) <= high { hasDot = true }
      isEmpty = false
    }
    rest.removeFirst()
    return hasDot != isNegated
  }

  /// Takes one character of a class; nil when there is none, or nothing follows it.
  private mutating func takeMember() -> UInt32? {
    guard let first = rest.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "]") else {
      return nil
    }
    if first == UInt8(ascii: "\\") { rest.removeFirst() }
    guard !rest.isEmpty else { return nil }
    let (scalar, width) = decodeScalar(Array(rest.prefix(4)), at: 0)
    if scalar == replacementScalar, width == 1 { return nil }
    rest.removeFirst(width)
    return rest.isEmpty ? nil : scalar
  }
}
