import CLinux
import Glibc
import LayerPlanner

/// A regular file that is being hashed piece by piece, so that a large one does not hold up the
/// loop.
struct FileHashing: ~Copyable {
  /// What fstat(2) said of the file before its first byte was read.
  let signature: FileSignature
  /// The wall clock when reading began, in nanoseconds.
  let readAt: Int64
  private let file: FileDescriptor
  private let subject: [UInt8]
  private var hash = SHA256()
  private var buffer: [UInt8]
  private static let mostBuffered = 131_072

  /// Opens a file; nil when it is not a regular one. A link is not followed, and a FIFO that took
  /// the file's place does not block.
  static func open(_ path: [UInt8]) throws(SystemError) -> FileHashing? {
    let readAt = wallClockNanoseconds()
    let file = try openForReading(path, flags: O_NOFOLLOW | O_NONBLOCK)
    var status = stat()
    try retryingInterrupts("fstat", on: quoted(path)) { unsafe fstat(file.number, &status) }
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    return FileHashing(
      signature: FileSignature(status), readAt: readAt, file: file, subject: path)
  }

  private init(
    signature: FileSignature, readAt: Int64, file: consuming FileDescriptor, subject: [UInt8]
  ) {
    self.signature = signature
    self.readAt = readAt
    self.file = file
    self.subject = subject
    // Most files are small, and a large buffer costs more than to read them. One byte more than the
    // file has, so that a read that fills less has come to its end.
    let size = Int(clamping: signature.size)
    buffer = [UInt8](repeating: 0, count: min(max(size, 0), Self.mostBuffered - 1) + 1)
  }

  /// Hashes the next piece; gives the digest when that was the last.
  mutating func step() throws(SystemError) -> Digest? {
    let number = file.number
    let count = try retryingInterrupts("read", on: quoted(subject)) {
      unsafe buffer.withUnsafeMutableBytes { unsafe read(number, $0.baseAddress, $0.count) }
    }
    hash.update(buffer[..<count])
    return count < buffer.count ? hash.finalize() : nil
  }
}

extension FileSignature {
  /// The part of stat(2) that tells whether a file has to be read again.
  init(_ status: stat) {
    self.init(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
      mtime: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
      ctime: Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec),
      mode: UInt32(status.st_mode))
  }
}

/// CLOCK_REALTIME in nanoseconds since the epoch: the clock of a file's times.
func wallClockNanoseconds() -> Int64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_REALTIME, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
