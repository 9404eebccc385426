import CLinux
import Glibc
import LayerPlanner

/// The lock that lets one watcher at a time work on a repository.
///
/// It is an flock(2) on the repository's directory itself: no file is left behind, and the kernel
/// releases it when its holder dies, however that happens.
struct RepositoryLock: ~Copyable {
  private let directory: FileDescriptor

  /// Who holds the lock already.
  struct Held: Error, Equatable {
    /// The holder's process ID; nil when the kernel does not tell (another PID namespace).
    let pid: Int32?
  }

  private init(directory: consuming FileDescriptor) { self.directory = directory }

  /// Takes the lock, or says who has it.
  static func acquire(_ path: [UInt8]) throws -> RepositoryLock {
    let directory = try openForReading(path, flags: O_DIRECTORY)
    for attempt in 0... {
      if flock(directory.number, LOCK_EX | LOCK_NB) == 0 { break }
      let number = errno
      guard number == EWOULDBLOCK else {
        throw SystemError(call: "flock", subject: quoted(path), number: number)
      }
      let holder = holder(of: directory.number)
      // One that only looks holds it for a moment; see `holder(of path:)`.
      guard holder == nil, attempt < 10 else { throw Held(pid: holder) }
      usleep(10_000)
    }
    return RepositoryLock(directory: directory)
  }

  /// Who holds the lock; nil when nobody does. To be sure of that, it is shared for a moment.
  static func holder(of path: [UInt8]) throws -> Held? {
    let directory = try openForReading(path, flags: O_DIRECTORY)
    if let pid = holder(of: directory.number) { return Held(pid: pid) }
    guard flock(directory.number, LOCK_SH | LOCK_NB) == 0 else {
      let number = errno
      guard number == EWOULDBLOCK else {
        throw SystemError(call: "flock", subject: quoted(path), number: number)
      }
      return Held(pid: nil)
    }
    return nil
  }

  /// The process that holds the lock, as /proc/locks (proc(5)) tells.
  private static func holder(of directory: Int32) -> Int32? {
    var status = stat()
    guard unsafe fstat(directory, &status) == 0,
      let text = try? readFile(Array("/proc/locks".utf8))
    else { return nil }
    let inode = ":\(status.st_ino)"
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n" as Character) {
      let fields = line.split(separator: " " as Character)
      // 1: FLOCK ADVISORY WRITE 1234 fe:00:131 0 EOF
      guard fields.count >= 6, fields[1] == "FLOCK", fields[3] == "WRITE",
        fields[5].hasSuffix(inode)
      else { continue }
      return Int32(fields[4])
    }
    return nil
  }
}
