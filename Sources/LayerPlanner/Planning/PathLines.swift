/// Paths on standard input: one a line, or each ended by NUL.
public enum PathLines {
  /// The paths, relative to the repository's root as git prints them. A leading `./`, which `find`
  /// adds, is dropped; empty lines are none.
  public static func parse(_ input: [UInt8], separator: UInt8) -> [ChangedPath] {
    var changes: [ChangedPath] = []
    var start = 0
    let bytes = input.span
    for index in 0...bytes.count where index == bytes.count || bytes[index] == separator {
      defer { start = index + 1 }
      guard index > start else { continue }
      let isDotted =
        index - start >= 2 && bytes[start] == UInt8(ascii: ".")
        && bytes[start + 1] == UInt8(ascii: "/")
      let path = RepositoryPath(bytes: Array(input[(isDotted ? start + 2 : start)..<index]))
      changes.append(ChangedPath(path: path))
    }
    return changes
  }
}
