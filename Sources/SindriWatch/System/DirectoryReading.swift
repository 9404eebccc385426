import CLinux
import Glibc

/// One entry of a directory.
struct DirectoryEntry {
  /// What the entry is, as far as the directory itself says.
  enum Kind { case directory, other, unknown }

  /// What it is; `unknown` on file systems that do not keep types in their directories.
  let kind: Kind
  /// Where the name lies in the reader's buffer, without the NUL that follows it.
  let name: Range<Int>
}

/// Reads directories with raw getdents64, into one buffer that is used again.
struct DirectoryReader {
  /// 64 KiB holds a directory of a thousand entries in one call.
  private(set) var buffer = [UInt8](repeating: 0, count: 65_536)
  private var filled = 0
  private var offset = 0

  /// Reads the next part of `directory`. Positive while there is more, 0 at the end, or a negative
  /// error number.
  mutating func fill(from directory: Int32) -> Int {
    offset = 0
    filled = 0
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { raw in
        unsafe sindri_getdents64(directory, raw.baseAddress, raw.count)
      }
      if count >= 0 {
        filled = count
        return count
      }
      let number = errno
      if number != EINTR { return -Int(number) }
    }
  }

  /// The next entry of the part read, or nil at its end; never `.` or `..`.
  mutating func next() -> DirectoryEntry? {
    // struct linux_dirent64: ino (8), off (8), reclen (2), type (1), name.
    while offset + 19 < filled {
      let length = Int(buffer[offset + 16]) | Int(buffer[offset + 17]) << 8
      let kind = buffer[offset + 18]
      let start = offset + 19
      let limit = min(offset + length, filled)
      offset += max(length, 19)
      let isDirectory = kind == 4
      if !isDirectory && kind != 0 {
        return DirectoryEntry(kind: .other, name: start..<nameEnd(from: start, to: limit))
      }
      let end = nameEnd(from: start, to: limit)
      if buffer[start] == UInt8(ascii: "."),
        end == start + 1 || (end == start + 2 && buffer[start + 1] == UInt8(ascii: "."))
      {
        continue
      }
      return DirectoryEntry(kind: isDirectory ? .directory : .unknown, name: start..<end)
    }
    return nil
  }

  private func nameEnd(from start: Int, to limit: Int) -> Int {
    var end = start
    while end < limit, buffer[end] != 0 { end += 1 }
    return end
  }
}

/// What lstat(2) tells of a file, as far as a change of it can be seen there.
struct FileStatus: Equatable {
  /// The device that holds it.
  let device: UInt64
  /// Its number on that device.
  let inode: UInt64
  /// Type and permissions.
  let mode: UInt32
  /// Hard links; of a directory, on some file systems, its subdirectories and two.
  let links: UInt64
  /// Bytes.
  let size: Int64
  /// Last change of the content, in nanoseconds since 1970.
  let modified: Int64
  /// Last change of the content or the attributes, in nanoseconds since 1970.
  let changed: Int64

  /// Whether it is a directory (a symbolic link to one is not).
  var isDirectory: Bool { mode & 0o170000 == 0o040000 }

  /// Reads the status of `path` (NUL-terminated) below the open directory `directory`, without
  /// following a final symbolic link. Nil, with errno set, when that fails.
  init?(of path: [UInt8], at directory: Int32 = AT_FDCWD) {
    var raw = stat()
    let result = unsafe withCString(path) {
      unsafe fstatat(directory, $0, &raw, AT_SYMLINK_NOFOLLOW)
    }
    guard result == 0 else { return nil }
    self.init(raw)
  }

  /// Reads the status of an open file. Nil, with errno set, when that fails.
  init?(of descriptor: Int32) {
    var raw = stat()
    guard unsafe fstat(descriptor, &raw) == 0 else { return nil }
    self.init(raw)
  }

  private init(_ raw: stat) {
    device = UInt64(raw.st_dev)
    inode = UInt64(raw.st_ino)
    mode = raw.st_mode
    links = UInt64(raw.st_nlink)
    size = Int64(raw.st_size)
    modified = Int64(raw.st_mtim.tv_sec) * 1_000_000_000 + Int64(raw.st_mtim.tv_nsec)
    changed = Int64(raw.st_ctim.tv_sec) * 1_000_000_000 + Int64(raw.st_ctim.tv_nsec)
  }
}

/// Opens the directory at `path` (absolute, NUL-terminated, of any length) without following a
/// final symbolic link. `naming` opens it only as a name (O_PATH), which needs no permission to
/// read it. Returns the descriptor, or a negative error number.
func openDirectory(_ path: [UInt8], naming: Bool = false) -> Int32 {
  let access = naming ? sindri_O_PATH : O_RDONLY
  let flags = access | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
  if path.count <= Int(PATH_MAX) { return openOnce(AT_FDCWD, path, flags) }
  // Longer than one call takes: walk there in pieces that end between two components.
  var directory = AT_FDCWD
  var start = 0
  let end = path.count - 1
  while true {
    var stop = min(start + Int(PATH_MAX) - 1, end)
    if stop < end {
      while stop > start, path[stop] != UInt8(ascii: "/") { stop -= 1 }
    }
    let piece = Array(path[start..<stop]) + [0]
    let isLast = stop == end
    let pieceFlags = isLast ? flags : sindri_O_PATH | O_DIRECTORY | O_CLOEXEC
    let next = openOnce(directory, piece, pieceFlags)
    if directory != AT_FDCWD { close(directory) }
    if next < 0 || isLast { return next }
    directory = next
    start = stop + 1
  }
}

private func openOnce(_ directory: Int32, _ path: [UInt8], _ flags: Int32) -> Int32 {
  while true {
    let number = unsafe withCString(path) { unsafe openat(directory, $0, flags) }
    if number >= 0 { return number }
    let failure = errno
    if failure != EINTR { return -failure }
  }
}

/// The magic number of the file system that holds `path` (NUL-terminated), as in statfs(2); nil
/// when it cannot be told.
func fileSystemMagic(of path: [UInt8]) -> UInt64? {
  var status = statfs()
  let result = unsafe withCString(path) { unsafe statfs($0, &status) }
  return result == 0 ? UInt64(truncatingIfNeeded: status.f_type) & 0xFFFF_FFFF : nil
}
