/// What a build can see of a file besides its path. Time stamps, owner and the other mode bits are
/// no part of it: they differ between machines, and builders do not key their caches on them.
public enum InputContent: Hashable, Sendable {
  /// A regular file: the digest of its bytes, and whether its owner may execute it.
  case regular(Digest, isExecutable: Bool)
  /// A symbolic link: the digest of its target's text, which is not followed.
  case symlink(Digest)

  /// A symbolic link to `target`.
  public static func symlink(target: [UInt8]) -> InputContent { .symlink(Digest(of: target)) }
}

/// One file that a layer is built from.
public struct InputFile: Hashable, Sendable {
  /// Where it is, from the repository's root.
  public let path: RepositoryPath
  /// What it is.
  public let content: InputContent

  /// A file and its content.
  public init(path: RepositoryPath, content: InputContent) {
    self.path = path
    self.content = content
  }
}

/// What `lstat(2)` says of a file: as long as it stays the same, so does the content.
public struct FileSignature: Hashable, Sendable {
  /// The device's number.
  public var device: UInt64
  /// The inode's number.
  public var inode: UInt64
  /// Bytes.
  public var size: Int64
  /// The time of the last change of content, in nanoseconds since 1970.
  public var mtime: Int64
  /// The time of the last change of content or attributes, in nanoseconds since 1970.
  public var ctime: Int64
  /// Type and permission bits.
  public var mode: UInt32

  /// A signature from the fields of `struct stat`; times in nanoseconds since 1970.
  public init(
    device: UInt64, inode: UInt64, size: Int64, mtime: Int64, ctime: Int64, mode: UInt32
  ) {
    self.device = device
    self.inode = inode
    self.size = size
    self.mtime = mtime
    self.ctime = ctime
    self.mode = mode
  }

  /// Whether the file could change once more and keep this signature, when it was read at `time`
  /// (CLOCK_REALTIME, nanoseconds): file systems stamp with the tick of a coarse clock, up to
  /// 10 ms long. What was read then has to be read again.
  public func isRacy(readAt time: Int64) -> Bool {
    [mtime, ctime].contains { stamp in
      let (difference, overflow) = time.subtractingReportingOverflow(stamp)
      return !overflow && difference.magnitude < Self.tick
    }
  }

  /// The longest tick of the kernel's clock, in nanoseconds (HZ=100).
  private static let tick: UInt64 = 10_000_000
}
