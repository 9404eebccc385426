import Glibc

/// What a non-blocking read gave.
enum AvailableBytes {
  case data([UInt8])
  case nothingNow
  case end
}

/// Reads once from a non-blocking descriptor. An error other than "nothing now" counts as the end:
/// nothing more will come.
func readAvailable(_ descriptor: Int32) -> AvailableBytes {
  var count = 0
  var number: Int32 = 0
  let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 16_384) { buffer, initialized in
    repeat {
      count = unsafe read(descriptor, buffer.baseAddress, buffer.count)
      number = errno
    } while count == -1 && number == EINTR
    initialized = max(0, count)
  }
  if count > 0 { return .data(bytes) }
  return count == -1 && number == EAGAIN ? .nothingNow : .end
}

/// Writes to a non-blocking descriptor as much as there is room for, and moves `offset` on. False
/// when nobody reads any more.
func writeAvailable(_ descriptor: Int32, _ bytes: [UInt8], from offset: inout Int) -> Bool {
  while offset < bytes.count {
    let start = offset
    var number: Int32 = 0
    let count = unsafe bytes.withUnsafeBytes { buffer in
      let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[start...])
      let count = unsafe write(descriptor, rest.baseAddress, rest.count)
      number = errno
      return count
    }
    if count >= 0 {
      offset += count
    } else if number == EAGAIN {
      return true
    } else if number != EINTR {
      return false
    }
  }
  return true
}

/// Reads a descriptor to its end. The descriptor must block.
func readToEnd(_ descriptor: Int32, _ subject: String) throws(SystemError) -> [UInt8] {
  var contents: [UInt8] = []
  while true {
    var got = 0
    var number: Int32 = 0
    let piece = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, initialized in
      got = unsafe read(descriptor, buffer.baseAddress, buffer.count)
      number = errno
      initialized = max(0, got)
    }
    if got == 0 { return contents }
    if got == -1 {
      if number == EINTR { continue }
      throw SystemError(call: "read", subject: subject, number: number)
    }
    contents.append(contentsOf: piece)
  }
}
