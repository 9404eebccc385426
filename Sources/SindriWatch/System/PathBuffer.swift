/// An absolute path that is built in place, one component at a time, and handed to system calls
/// without a copy. It always ends in one NUL byte.
struct PathBuffer {
  /// The path and its terminating NUL.
  private(set) var bytes: [UInt8]

  /// A buffer that holds `path`, which has no trailing slash (the file system's root is empty).
  init(_ path: [UInt8]) {
    bytes = path
    bytes.append(0)
  }

  /// The path's length in bytes, without the NUL.
  var count: Int { bytes.count - 1 }

  /// Adds a slash and `name`.
  mutating func append(_ name: ArraySlice<UInt8>) {
    bytes[bytes.count - 1] = UInt8(ascii: "/")
    bytes.append(contentsOf: name)
    bytes.append(0)
  }

  /// Cuts the path back to `count` bytes.
  mutating func truncate(to count: Int) {
    bytes.removeSubrange((count + 1)...)
    bytes[count] = 0
  }
}

/// Hands `path`, which ends in a NUL, to a call that wants a C string.
func withCString<Result>(_ path: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
  unsafe path.withUnsafeBytes { raw in
    guard let base = raw.baseAddress else { return unsafe "".withCString { unsafe body($0) } }
    return unsafe body(base.assumingMemoryBound(to: CChar.self))
  }
}
