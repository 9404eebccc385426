import Glibc

/// Calls `body` with `strings` as a NULL-terminated array of C strings, the form that exec(3) and
/// posix_spawn(3) take. Bytes after a NUL inside a string are not seen by the callee.
func withCStringArray<Result>(
  _ strings: [[UInt8]],
  _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  // One block for all the characters and one for the pointers: no allocation per string.
  var characters: [CChar] = []
  var offsets: [Int] = []
  characters.reserveCapacity(strings.reduce(0) { $0 + $1.count + 1 })
  for string in strings {
    offsets.append(characters.count)
    characters.append(contentsOf: string.lazy.map { CChar(bitPattern: $0) })
    characters.append(0)
  }
  return unsafe characters.withUnsafeMutableBufferPointer { block in
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe offsets.map { offset in
      unsafe block.baseAddress.map { unsafe $0 + offset }
    }
    unsafe pointers.append(nil)
    return unsafe pointers.withUnsafeMutableBufferPointer { list in
      guard let first = list.baseAddress else {
        preconditionFailure("the array holds at least its terminator")
      }
      return unsafe body(first)
    }
  }
}

/// Calls `body` with `bytes` as one NUL-terminated C string.
func withCString<Result>(
  terminating bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Result
) -> Result {
  var characters = bytes.map { CChar(bitPattern: $0) }
  characters.append(0)
  return unsafe characters.withUnsafeBufferPointer { buffer in
    guard let first = buffer.baseAddress else {
      preconditionFailure("the buffer holds at least its terminator")
    }
    return unsafe body(first)
  }
}

/// The bytes of a C string, without its terminator.
func bytesOfCString(_ string: UnsafePointer<CChar>) -> [UInt8] {
  let count = unsafe strlen(string)
  return unsafe Array(UnsafeRawBufferPointer(start: string, count: count))
}
