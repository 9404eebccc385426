import CLinux
import Glibc
import LayerPlanner

/// The host's side of live sync: what stands at a path, and its content as one whole.
struct HostTree {
  /// The repository's root.
  let root: [UInt8]

  /// A file's content, or why there is none.
  enum Content {
    /// It was read while nobody had it open for writing, or did not change meanwhile.
    case whole(FileSignature, [UInt8])
    /// Somebody has it open for writing.
    case beingWritten(size: Int64)
    /// It changed while it was read.
    case changed
    /// It is larger than what is copied.
    case tooLarge(FileSignature)
    /// Something else stands there by now.
    case gone
  }

  /// Larger files are left to the image.
  static let mostBytes: Int64 = 64 << 20

  func absolute(_ path: RepositoryPath) -> [UInt8] {
    path == .root ? root : root + [0x2F] + path.bytes
  }

  /// What stands at `path`. Below something that is no directory, a link for one, nothing does.
  ///
  /// - Parameter top: a directory above that is taken as it is.
  func look(at path: RepositoryPath, below top: RepositoryPath) throws(SystemError) -> HostEntry {
    var parent = path.parent
    while parent != top, parent != .root {
      guard let status = try? fileStatus(absolute(parent)), status.st_mode & S_IFMT == S_IFDIR
      else { return .absent }
      parent = parent.parent
    }
    do {
      let status = try fileStatus(absolute(path))
      switch status.st_mode & S_IFMT {
      case S_IFDIR: return .directory(mode: status.st_mode & 0o7777)
      case S_IFREG: return .file(FileSignature(status))
      case S_IFLNK: return .link(target: try readLink(absolute(path)))
      default: return .absent
      }
    } catch {
      if error.number == ENOENT || error.number == ENOTDIR { return .absent }
      throw error
    }
  }

  /// The names in a directory.
  func names(in path: RepositoryPath) -> [[UInt8]] {
    ((try? listDirectory(absolute(path))) ?? []).map(\.name).sorted {
      $0.lexicographicallyPrecedes($1)
    }
  }

  /// Everything at and below `path` for which `isWanted` holds.
  func walk(
    _ path: RepositoryPath, isWanted: (_ path: RepositoryPath, _ isDirectory: Bool) -> Bool
  ) -> [(path: RepositoryPath, entry: HostEntry)] {
    var found: [(path: RepositoryPath, entry: HostEntry)] = []
    var stack = [path]
    while let directory = stack.popLast() {
      guard let names = try? listDirectory(absolute(directory)) else { continue }
      for (name, _) in names {
        let child = directory.appending(name)
        guard let entry = try? look(at: child, below: directory), entry != .absent else { continue }
        let isDirectory = if case .directory = entry { true } else { false }
        guard isWanted(child, isDirectory) else { continue }
        found.append((child, entry))
        if isDirectory { stack.append(child) }
      }
    }
    return found
  }

  /// Reads a file. A link is not followed, and a FIFO that took its place does not block.
  func read(_ path: RepositoryPath, evenIfOpen: Bool) throws(SystemError) -> Content {
    do {
      let file = try openForReading(absolute(path), flags: O_NOFOLLOW | O_NONBLOCK)
      return try Self.content(file.number, quoted(path.bytes), evenIfOpen: evenIfOpen)
    } catch {
      if [ENOENT, ENOTDIR, ELOOP, ENXIO].contains(error.number) { return .gone }
      throw error
    }
  }

  private static func content(
    _ descriptor: Int32, _ subject: String, evenIfOpen: Bool
  ) throws(SystemError) -> Content {
    guard let before = signature(descriptor) else { return .gone }
    guard before.size <= mostBytes else { return .tooLarge(before) }
    // A read lease is refused while anybody has the file open for writing, and holds back those
    // who would open it until it is given up.
    let isLeased = fcntl(descriptor, sindri_F_SETLEASE, F_RDLCK) == 0
    if !isLeased, errno == EAGAIN, !evenIfOpen { return .beingWritten(size: before.size) }
    defer { if isLeased { _ = fcntl(descriptor, sindri_F_SETLEASE, F_UNLCK) } }
    guard let start = signature(descriptor) else { return .gone }
    let bytes = try readToEnd(descriptor, subject)
    guard signature(descriptor) == start, bytes.count == Int(start.size) else { return .changed }
    return .whole(start, bytes)
  }

  private static func signature(_ descriptor: Int32) -> FileSignature? {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    return FileSignature(status)
  }
}
