extension RepositoryPath {
  /// The names on the way to it.
  var components: [[UInt8]] { bytes.split(separator: UInt8(ascii: "/")).map(Array.init) }

  /// The name in its directory; empty for the root.
  var lastComponent: [UInt8] { components.last ?? [] }

  /// The directory that holds it; the root for itself.
  var directory: RepositoryPath {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return .root }
    return RepositoryPath(bytes: Array(bytes[..<slash]))
  }

  /// The directory that holds it and all above, the root last.
  var directories: [RepositoryPath] {
    self == .root ? [] : [directory] + directory.directories
  }
}
