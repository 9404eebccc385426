import CLinux
import Glibc
import LayerPlanner

/// Opens a file for reading; the descriptor is close-on-exec.
func openForReading(
  _ path: [UInt8], flags: Int32 = 0
) throws(SystemError) -> FileDescriptor {
  let number = try retryingInterrupts("open", on: quoted(path)) {
    unsafe withCString(terminating: path) { unsafe open($0, O_RDONLY | O_CLOEXEC | flags) }
  }
  return FileDescriptor(taking: number)
}

/// The whole content of a file.
func readFile(_ path: [UInt8]) throws(SystemError) -> [UInt8] {
  let file = try openForReading(path)
  return try readToEnd(file.number, quoted(path))
}

/// The target of a symbolic link, as bytes.
func readLink(_ path: [UInt8]) throws(SystemError) -> [UInt8] {
  var capacity = 256
  while true {
    let size = capacity
    let (target, count, number) = unsafe withCString(terminating: path) {
      name -> ([UInt8], Int, Int32) in
      var count = -1
      var number: Int32 = 0
      let bytes = unsafe [CChar](unsafeUninitializedCapacity: size) { buffer, initialized in
        if let start = buffer.baseAddress { count = unsafe readlink(name, start, size) }
        number = errno
        initialized = max(0, count)
      }
      return (bytes.map { UInt8(bitPattern: $0) }, count, number)
    }
    guard count >= 0 else {
      throw SystemError(call: "readlink", subject: quoted(path), number: number)
    }
    // A target that fills the buffer may have been cut.
    if count < size { return target }
    capacity *= 2
  }
}

/// What lstat(2) says of a path: a symbolic link is not followed.
func fileStatus(_ path: [UInt8]) throws(SystemError) -> stat {
  var status = stat()
  let result = unsafe withCString(terminating: path) { unsafe lstat($0, &status) }
  guard result == 0 else {
    throw SystemError(call: "lstat", subject: quoted(path), number: errno)
  }
  return status
}

/// Whether something stands at this path; a link that leads nowhere counts.
func pathExists(_ path: [UInt8]) -> Bool { (try? fileStatus(path)) != nil }

/// The absolute path without links, `.` or `..` (realpath(3)).
func resolvedPath(_ path: [UInt8]) throws(SystemError) -> [UInt8] {
  let result = unsafe withCString(terminating: path) { name -> [UInt8]? in
    guard let found = unsafe realpath(name, nil) else { return nil }
    defer { unsafe free(found) }
    return unsafe bytesOfCString(found)
  }
  guard let result else {
    throw SystemError(call: "realpath", subject: quoted(path), number: errno)
  }
  return result
}

/// Removes a file; one that is gone already is no error.
func removeFile(_ path: [UInt8]) {
  _ = unsafe withCString(terminating: path) { unsafe unlink($0) }
}

/// Writes a whole new file beside its name and renames it into place, so that a reader sees the
/// old content or the new one. With `durably` the content is on the disk when this returns.
func writeFile(
  _ path: [UInt8], _ contents: [UInt8], durably: Bool = false
) throws(SystemError) {
  let temporary = path + Array(".\(getpid()).tmp".utf8)
  let subject = quoted(path)
  let number = try retryingInterrupts("open", on: subject) {
    unsafe withCString(terminating: temporary) {
      unsafe open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    }
  }
  let file = FileDescriptor(taking: number)
  try writeAll(file.number, contents, subject)
  if durably { try retryingInterrupts("fsync", on: subject) { fsync(file.number) } }
  let result = unsafe withCString(terminating: temporary) { old in
    unsafe withCString(terminating: path) { unsafe rename(old, $0) }
  }
  if result != 0 { throw SystemError(call: "rename", subject: subject, number: errno) }
}

/// Makes a file with this content; fails with EEXIST when anything has the name, a link included.
func createFile(_ path: [UInt8], _ contents: [UInt8]) throws(SystemError) {
  let number = try retryingInterrupts("open", on: quoted(path)) {
    unsafe withCString(terminating: path) {
      unsafe open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    }
  }
  let file = FileDescriptor(taking: number)
  do {
    try writeAll(file.number, contents, quoted(path))
  } catch {
    // Half a file would be in the way of the next try.
    removeFile(path)
    throw error
  }
}

/// Writes all of `contents` to a blocking descriptor.
func writeAll(
  _ descriptor: Int32, _ contents: [UInt8], _ subject: String
) throws(SystemError) {
  var offset = 0
  while offset < contents.count {
    let start = offset
    offset += try retryingInterrupts("write", on: subject) {
      unsafe contents.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[start...])
        return unsafe write(descriptor, rest.baseAddress, rest.count)
      }
    }
  }
}

/// Whether this process may execute the file; a directory is no program.
func isExecutable(_ path: [UInt8]) -> Bool {
  var status = stat()
  let found = unsafe withCString(terminating: path) { unsafe stat($0, &status) } == 0
  guard found, status.st_mode & S_IFMT == S_IFREG else { return false }
  return unsafe withCString(terminating: path) { unsafe access($0, X_OK) } == 0
}

/// Makes a directory and those above it that are missing; owner only.
func makeDirectories(_ path: [UInt8]) throws(SystemError) {
  let result = unsafe withCString(terminating: path) { unsafe mkdir($0, 0o700) }
  if result == 0 { return }
  switch errno {
  case EEXIST: return
  case ENOENT:
    guard let slash = path.lastIndex(of: UInt8(ascii: "/")), slash > 0 else { break }
    try makeDirectories(Array(path[..<slash]))
    let again = unsafe withCString(terminating: path) { unsafe mkdir($0, 0o700) }
    if again == 0 || errno == EEXIST { return }
  default: break
  }
  throw SystemError(call: "mkdir", subject: quoted(path), number: errno)
}

/// Shuts everybody but its owner out of a directory; fails when the owner is somebody else, who
/// could let others in again. Root may use what is anybody's.
func makePrivate(_ path: [UInt8]) throws(SystemError) {
  let status = try fileStatus(path)
  let owner = geteuid()
  guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == owner || owner == 0 else {
    throw SystemError(call: "mkdir", subject: quoted(path), number: EPERM)
  }
  guard status.st_mode & 0o077 != 0 else { return }
  try retryingInterrupts("chmod", on: quoted(path)) {
    unsafe withCString(terminating: path) { unsafe chmod($0, 0o700) }
  }
}

/// Sets a file's times to now; one that is not there is no error.
func touchFile(_ path: [UInt8]) {
  _ = unsafe withCString(terminating: path) { unsafe utimensat(AT_FDCWD, $0, nil, 0) }
}

/// The size of a file and at most `most` bytes from its end.
func fileTail(
  _ path: [UInt8], most: Int
) throws(SystemError) -> (size: Int, bytes: [UInt8]) {
  let number = try retryingInterrupts("open", on: quoted(path)) {
    unsafe withCString(terminating: path) { unsafe open($0, O_RDONLY | O_CLOEXEC) }
  }
  let file = FileDescriptor(taking: number)
  let size = Int(lseek(file.number, 0, SEEK_END))
  let start = max(0, size - most)
  var count = 0
  let bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(0, size - start)) { buffer, filled in
    count = unsafe pread(file.number, buffer.baseAddress, buffer.count, off_t(start))
    filled = max(0, count)
  }
  guard size >= 0, count >= 0 else {
    throw SystemError(call: "read", subject: quoted(path), number: errno)
  }
  return (size, bytes)
}

/// Appends to a file, which is made when it is missing.
func appendToFile(_ path: [UInt8], _ contents: [UInt8]) throws(SystemError) {
  let number = try retryingInterrupts("open", on: quoted(path)) {
    unsafe withCString(terminating: path) {
      unsafe open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    }
  }
  let file = FileDescriptor(taking: number)
  try writeAll(file.number, contents, quoted(path))
}

/// Opens a file for adding to its end, made when it is missing, for its owner only; and says how
/// much is in it.
func openForAppending(_ path: [UInt8]) throws(SystemError) -> (number: Int32, size: Int) {
  let number = try retryingInterrupts("open", on: quoted(path)) {
    unsafe withCString(terminating: path) {
      unsafe open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    }
  }
  return (number, max(0, Int(lseek(number, 0, SEEK_END))))
}

/// Gives a file another name; what had that name is gone.
func renameFile(_ path: [UInt8], to other: [UInt8]) throws(SystemError) {
  try retryingInterrupts("rename", on: quoted(path)) {
    unsafe withCString(terminating: path) { old in
      unsafe withCString(terminating: other) { unsafe rename(old, $0) }
    }
  }
}

/// Whether two descriptors are of the same file.
func isSameFile(_ one: Int32, _ other: Int32) -> Bool {
  var (left, right) = (stat(), stat())
  guard unsafe fstat(one, &left) == 0, unsafe fstat(other, &right) == 0 else { return false }
  return left.st_ino == right.st_ino && left.st_dev == right.st_dev
}

/// When a file was last written, in seconds since 1970; nil when there is none.
func modificationTime(_ path: [UInt8]) -> Int64? {
  (try? fileStatus(path)).map { Int64($0.st_mtim.tv_sec) }
}
