private let slash = UInt8(ascii: "/")
private let dot = UInt8(ascii: ".")

/// The shortest form of a slash-separated path by text alone: no empty or `.` component, `..`
/// taken against the component before it, no trailing slash; `.` for nothing. This is what Go's
/// `filepath.Clean` does to each pattern of an ignore file.
func cleanedPath(_ path: [UInt8]) -> [UInt8] {
  let isRooted = path.first == slash
  var kept: [ArraySlice<UInt8>] = []
  for component in path.split(separator: slash) where !component.elementsEqual([dot]) {
    guard component.elementsEqual([dot, dot]) else {
      kept.append(component)
      continue
    }
    if let last = kept.last, !last.elementsEqual([dot, dot]) {
      kept.removeLast()
    } else if !isRooted {
      kept.append(component)
    }
  }
  let joined = Array(kept.joined(separator: [slash]))
  if isRooted { return [slash] + joined }
  return joined.isEmpty ? [dot] : joined
}

/// Every directory that holds `path`, outermost first: `a`, `a/b` for `a/b/c`. These are the
/// parents against which a pattern is also tried.
func parentDirectories(of path: [UInt8]) -> [[UInt8]] {
  guard let last = path.lastIndex(of: slash) else { return [] }
  let directory = cleanedPath(Array(path[...last]))
  guard directory != [dot] else { return [] }
  var parents: [[UInt8]] = []
  for (index, byte) in directory.enumerated() where byte == slash {
    parents.append(Array(directory[..<index]))
  }
  return parents + [directory]
}

/// `bytes` without Unicode white space at both ends.
func trimmedOfWhiteSpace(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  var rest = bytes
  while let width = whiteSpaces.first(where: { rest.starts(with: $0) })?.count {
    rest = rest.dropFirst(width)
  }
  while let width = whiteSpaces.first(where: { rest.suffix($0.count).elementsEqual($0) })?.count {
    rest = rest.dropLast(width)
  }
  return rest
}

/// The UTF-8 of each code point with the Unicode property White_Space.
private let whiteSpaces: [[UInt8]] =
  ([0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0xA0, 0x1680] + Array(0x2000...0x200A)
  + [0x2028, 0x2029, 0x202F, 0x205F, 0x3000]).map(encodeScalar)
