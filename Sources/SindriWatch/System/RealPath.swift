import Glibc

/// `path` without symbolic links, `.`, `..` or doubled slashes; the file system's root is empty.
func realPath(_ path: [UInt8]) throws(SystemError) -> [UInt8] {
  let resolved: [UInt8]? = unsafe withCString(path + [0]) {
    guard let text = unsafe realpath($0, nil) else { return nil }
    defer { unsafe free(text) }
    let length = unsafe strlen(text)
    return unsafe UnsafeRawBufferPointer(start: text, count: length).map { $0 }
  }
  guard let resolved else {
    let number = errno
    let subject = String(decoding: path, as: UTF8.self)
    throw SystemError(call: "realpath", subject: subject, number: number)
  }
  return resolved == [UInt8(ascii: "/")] ? [] : resolved
}

/// The content of a small file, such as one of /proc; nil when it cannot be read.
func smallFile(_ path: [UInt8]) -> [UInt8]? {
  let number = unsafe withCString(path + [0]) { unsafe open($0, O_RDONLY | O_CLOEXEC) }
  guard number >= 0 else { return nil }
  let file = FileDescriptor(taking: number)
  return readToEnd(file.number)
}

/// Everything from the start of an open file that can be read again, such as one of /proc.
func readToEnd(_ descriptor: Int32) -> [UInt8]? {
  guard lseek(descriptor, 0, SEEK_SET) == 0 else { return nil }
  var content: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 16_384)
  while true {
    let count = unsafe chunk.withUnsafeMutableBytes { raw in
      unsafe read(descriptor, raw.baseAddress, raw.count)
    }
    if count > 0 {
      content.append(contentsOf: chunk[..<count])
    } else if count == 0 {
      return content
    } else if errno != EINTR {
      return nil
    }
  }
}

/// The value of a kernel setting below /proc/sys, for messages.
func kernelSetting(_ name: String) -> String {
  guard let content = smallFile(Array("/proc/sys/\(name)".utf8)) else { return "unknown" }
  return String(decoding: content.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
}
