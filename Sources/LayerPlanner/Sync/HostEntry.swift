/// What stands at a path of the host, as far as it can be copied.
public enum HostEntry: Hashable, Sendable {
  /// Nothing, or something that cannot be copied: a FIFO, a socket, a device.
  case absent
  /// A directory with these permission bits.
  case directory(mode: UInt32)
  /// A regular file; as long as the signature stays the same, so does the content.
  case file(FileSignature)
  /// A symbolic link; it is copied and never followed.
  case link(target: [UInt8])
}

/// One thing that is to be done in the container to make a path there what it is on the host.
public struct SyncParcel: Hashable, Sendable {
  /// What is to be done.
  public enum Content: Hashable, Sendable {
    /// Take it away with all that is below it.
    case nothing
    /// A directory with these permission bits.
    case directory(mode: UInt32)
    /// A regular file; `time` is that of its last change, in seconds since 1970.
    case file(mode: UInt32, time: Int64, bytes: [UInt8])
    /// A symbolic link.
    case link(target: [UInt8])
  }

  /// Which of the `[sync]` sections it belongs to, by its place among them.
  public let section: Int
  /// The path on the host.
  public let path: RepositoryPath
  /// The path below the section's target, never empty.
  public let inside: RepositoryPath
  /// What is to be there.
  public let content: Content
  /// Whether it did not change and is only sent again.
  public let isReplay: Bool

  /// A thing to be done in the target of `section`.
  public init(
    section: Int, path: RepositoryPath, inside: RepositoryPath, content: Content,
    isReplay: Bool = false
  ) {
    self.section = section
    self.path = path
    self.inside = inside
    self.content = content
    self.isReplay = isReplay
  }
}

extension RepositoryPath {
  /// The path without its last component; that of one component is the root, and so is the root's.
  public var parent: RepositoryPath {
    guard let slash = bytes.lastIndex(of: 0x2F) else { return .root }
    return RepositoryPath(bytes: Array(bytes[..<slash]))
  }

  /// The last component.
  public var name: ArraySlice<UInt8> {
    guard let slash = bytes.lastIndex(of: 0x2F) else { return bytes[...] }
    return bytes[(slash + 1)...]
  }
}
