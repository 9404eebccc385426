/// The files of a repository, to be asked what stands at a path.
struct RepositoryFiles: Sendable {
  /// What a path is.
  enum Kind { case file, directory }

  private let sorted: [RepositoryPath]

  /// The files in any order; directories follow from them.
  init(_ files: [RepositoryPath]) { sorted = files.sorted() }

  /// What stands at `path`; nil for nothing. A directory without files is nothing.
  func kind(of path: RepositoryPath) -> Kind? {
    if path == .root { return .directory }
    if let found = first(notBefore: path), found == path { return .file }
    let inside = RepositoryPath(bytes: path.bytes + [UInt8(ascii: "/")])
    guard let found = first(notBefore: inside), found.isWithin(path) else { return nil }
    return .directory
  }

  /// Whether `pattern` matches a file, and whether it matches a directory with files.
  func matches(_ pattern: PathPattern) -> (file: Bool, directory: Bool) {
    var found = (file: false, directory: false)
    var seen: Set<RepositoryPath> = []
    for path in sorted {
      if !found.file { found.file = pattern.matches(path.bytes) }
      for directory in path.directories where !found.directory && seen.insert(directory).inserted {
        found.directory = pattern.matches(directory.bytes)
      }
      if found.file && found.directory { break }
    }
    return found
  }

  private func first(notBefore path: RepositoryPath) -> RepositoryPath? {
    var range = sorted.startIndex..<sorted.endIndex
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range =
        sorted[middle] < path
        ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound < sorted.endIndex ? sorted[range.lowerBound] : nil
  }
}
