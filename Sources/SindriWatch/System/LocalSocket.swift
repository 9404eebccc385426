import CLinux
import Glibc
import LayerPlanner

/// A socket of this machine (unix(7)): non-blocking and close-on-exec.
struct LocalSocket: ~Copyable {
  let descriptor: FileDescriptor

  private init(_ type: __socket_type) throws(SystemError) {
    let kind = Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let number = try retryingInterrupts("socket") { socket(AF_UNIX, kind, 0) }
    descriptor = FileDescriptor(taking: number)
  }

  /// Waits for connections at `path`, which only the owner may use. What stands there is removed:
  /// the caller knows that nobody serves it any more.
  static func listening(at path: [UInt8]) throws(SystemError) -> LocalSocket {
    let listener = try LocalSocket(SOCK_STREAM)
    removeFile(path)
    // The mode of the file that bind(2) makes, so that at no moment it is another.
    fchmod(listener.descriptor.number, 0o600)
    try unsafe listener.call("bind", path) { unsafe bind($0, $1, $2) }
    try retryingInterrupts("listen", on: quoted(path)) { listen(listener.descriptor.number, 16) }
    return listener
  }

  /// A connection to whoever waits at `path`.
  static func connected(to path: [UInt8]) throws(SystemError) -> LocalSocket {
    let connection = try LocalSocket(SOCK_STREAM)
    try unsafe connection.call("connect", path) { unsafe connect($0, $1, $2) }
    return connection
  }

  /// A socket whose datagrams go to `path`; a name that starts with NUL is no file (an abstract
  /// one).
  static func datagrams(to path: [UInt8]) throws(SystemError) -> LocalSocket {
    let sender = try LocalSocket(SOCK_DGRAM)
    try unsafe sender.call("connect", path) { unsafe connect($0, $1, $2) }
    return sender
  }

  /// The next connection that waits; nil when there is none.
  func accept() -> FileDescriptor? {
    let number = sindri_accept(descriptor.number)
    return number >= 0 ? FileDescriptor(taking: number) : nil
  }

  /// Calls bind(2) or connect(2) with `path` as the address.
  private func call(
    _ name: String, _ path: [UInt8],
    _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws(SystemError) {
    let number = descriptor.number
    let address = try SocketAddress(path)
    try retryingInterrupts(name, on: quoted(path)) {
      unsafe address.bytes.withUnsafeBytes { raw -> Int32 in
        guard let start = raw.baseAddress else { return -1 }
        return unsafe body(
          number, start.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
      }
    }
  }
}

/// The address of a socket: the family and the name.
private struct SocketAddress: ~Copyable {
  let bytes: [UInt8]
  /// Holds the directory of a long name while the address is used.
  private let directory: FileDescriptor?

  /// The most bytes of a name; a terminator follows.
  private static let longestName = 107

  init(_ path: [UInt8]) throws(SystemError) {
    var name = path
    var held: FileDescriptor?
    if path.count > Self.longestName, path.first == 0x2F, let slash = path.lastIndex(of: 0x2F) {
      // A shorter name of the same file, by way of its directory.
      let opened = try openForReading(Array(path[..<slash]), flags: O_DIRECTORY)
      name = Array("/proc/self/fd/\(opened.number)".utf8) + path[slash...]
      held = consume opened
    }
    guard name.count <= Self.longestName else {
      throw SystemError(call: "bind", subject: quoted(path), number: ENAMETOOLONG)
    }
    directory = held
    let family = UInt16(AF_UNIX)
    let head = unsafe withUnsafeBytes(of: family) { unsafe Array($0) }
    // The length tells where an abstract name ends; a path is terminated besides.
    bytes = head + name + (name.first == 0 ? [] : [0])
  }
}

/// The process and the user at the other end of a connection; nil when that cannot be told.
func peer(of connection: Int32) -> (process: pid_t, user: uid_t)? {
  var process: pid_t = 0
  var user: uid_t = 0
  guard unsafe sindri_peer(connection, &process, &user) == 0 else { return nil }
  return (process, user)
}

/// Writes what a non-blocking descriptor takes now. Gives the number of bytes, 0 when it takes none
/// at the moment; nil when nobody reads any more.
func writeAvailable(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) -> Int? {
  while true {
    let count = unsafe bytes.withUnsafeBytes { buffer in
      unsafe write(descriptor, buffer.baseAddress, buffer.count)
    }
    if count >= 0 { return count }
    if errno == EAGAIN { return 0 }
    if errno != EINTR { return nil }
  }
}
