import Glibc

/// Knows whether the watched root is still the directory that it was. Renaming or mounting over a
/// directory above the root is silent for the root itself, so those above are watched too, and so
/// are the mounts.
final class RootGuard {
  /// Where the root stands.
  enum State {
    /// It is there, with this identity.
    case present(device: UInt64, inode: UInt64)
    /// It is not, or is no directory.
    case gone(SystemError)
  }

  /// The mount table, or nil where /proc is not mounted.
  let mounts: MountTable?
  private(set) var state: State
  /// Whether `st_nlink == 2` means "no subdirectory" on the root's device.
  private(set) var countsSubdirectories = false

  private let root: [UInt8]
  private var ancestors: Set<Int32> = []
  /// While the root is gone: the first path on the way to it that is missing.
  private var missing: [UInt8] = []
  private var mountsInside: [Mount] = []

  /// A guard of `root`, without a trailing slash.
  init(root: [UInt8]) {
    self.root = root
    mounts = MountTable()
    state = .gone(SystemError(call: "open", subject: "", number: ENOENT))
  }

  /// Whether the root is not there.
  var isGone: Bool {
    if case .gone = state { return true }
    return false
  }

  /// The device that holds the root; 0 when it is gone.
  var device: UInt64 {
    if case .present(let device, _) = state { return device }
    return 0
  }

  /// Watches the directories above the root and looks at the root.
  func establish(_ inotify: borrowing Inotify) {
    repeat {
      ancestors = []
      missing = []
      watchAncestors(inotify)
      state = look()
      // Whatever came into being before its parent was watched is seen here.
    } while isGone && (missing.isEmpty || FileStatus(of: missing + [0]) != nil && !isBlocked)
    guard !isGone else { return }
    countsSubdirectories = Self.countingFileSystems.contains(
      fileSystemMagic(of: root + [0]) ?? 0)
    mountsInside = mounts?.mounts(below: root) ?? []
  }

  /// Whether `watch` is of a directory above the root.
  func isAncestor(_ watch: Int32) -> Bool { ancestors.contains(watch) }

  /// The watches of the directories above the root.
  var ancestorWatches: Set<Int32> { ancestors }

  /// Whether the root has come, gone, or is another directory now.
  func hasChanged() -> Bool {
    switch (state, look()) {
    case (.gone, .present), (.present, .gone):
      return true
    case (.present(let device, let inode), .present(let newDevice, let newInode)):
      return device != newDevice || inode != newInode
    case (.gone, .gone):
      // Something on the way to it came or went: wait at another place.
      let parent = Array(missing.prefix(upTo: missing.lastIndex(of: slash) ?? 0))
      let isThere = FileStatus(of: missing + [0])?.isDirectory == true
      return isThere || FileStatus(of: (parent.isEmpty ? [slash] : parent) + [0]) == nil
    }
  }

  /// Whether a mount inside the tree came, went or changed since the last time.
  func mountsChanged() -> Bool {
    guard let mounts, !isGone else { return false }
    let now = mounts.mounts(below: root)
    if now == mountsInside { return false }
    mountsInside = now
    return true
  }

  /// The parts of the tree, relative to the root, whose file systems do not report every change.
  func silentMounts() -> [(path: [UInt8], type: String)] {
    var found: [(path: [UInt8], type: String)] = []
    if let type = silentFileSystem(at: root) { found.append(([], type)) }
    for mount in mountsInside {
      if let type = silentFileSystem(at: mount.path) {
        found.append((Array(mount.path.dropFirst(root.count + 1)), type))
      }
    }
    return found
  }

  // MARK: - Inside

  private let slash = UInt8(ascii: "/")

  /// ext2 to ext4, XFS, tmpfs.
  private static let countingFileSystems: Set<UInt64> = [0xEF53, 0x5846_5342, 0x0102_1994]

  /// Whether what is at `missing` exists and is no directory: waiting is all that can be done.
  private var isBlocked: Bool { FileStatus(of: missing + [0])?.isDirectory == false }

  private func watchAncestors(_ inotify: borrowing Inotify) {
    // Only what happens to the directories themselves: what happens in them does not matter.
    let quiet: InotifyMask = [.moveSelf, .deleteSelf, .onlyDirectory, .addToMask]
    let waiting: InotifyMask = quiet.union([.create, .movedTo, .attributes])
    var last: [UInt8] = [slash]
    for end in root.indices where root[end] == slash {
      let directory = end == 0 ? [slash] : Array(root[..<end])
      let watch = inotify.add(directory + [0], quiet)
      if watch == -ENOENT || watch == -ENOTDIR {
        missing = directory
        break
      }
      // One that cannot be watched (no permission, no watch left) is done without.
      if watch >= 0 { ancestors.insert(watch) }
      last = directory
    }
    if missing.isEmpty {
      guard case .gone = look() else { return }
      missing = root
    }
    let watch = inotify.add(last + [0], waiting)
    if watch >= 0 { ancestors.insert(watch) }
  }

  private func look() -> State {
    let path = root.isEmpty ? [slash, 0] : root + [0]
    let number = openDirectory(path, naming: true)
    guard number >= 0 else { return .gone(failure(-number)) }
    let directory = FileDescriptor(taking: number)
    guard let status = FileStatus(of: directory.number) else { return .gone(failure(errno)) }
    return .present(device: status.device, inode: status.inode)
  }

  private func failure(_ number: Int32) -> SystemError {
    SystemError(call: "open", subject: String(decoding: root, as: UTF8.self), number: number)
  }
}

/// The name of the file system at `path` when it does not report every change of its files through
/// inotify, else nil: others may write to it, or its server writes by itself.
func silentFileSystem(at path: [UInt8]) -> String? {
  switch fileSystemMagic(of: path.isEmpty ? [UInt8(ascii: "/"), 0] : path + [0]) {
  case 0x6969: "NFS"
  case 0x0102_1997: "9p"
  case 0xFF53_4D42, 0xFE53_4D42, 0x517B: "SMB"
  case 0x6573_5546: "FUSE"
  case 0x786F_4256: "vboxsf"
  case 0x00C3_6400: "Ceph"
  case 0x0BD0_0BD0: "Lustre"
  case 0x5346_414F, 0x6B41_4653: "AFS"
  case 0x7375_7245: "Coda"
  case 0x0116_1970: "GFS2"
  case 0x7461_636F: "OCFS2"
  case 0x4750_4653: "GPFS"
  case 0x2030_5001: "OrangeFS"
  case 0xBACB_ACBC: "vmhgfs"
  default: nil
  }
}
