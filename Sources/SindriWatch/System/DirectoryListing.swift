import CLinux
import Glibc
import LayerPlanner

/// What kind of entry a name is, as far as the directory itself tells.
enum EntryKind {
  case directory, regular, link, other, unknown
}

/// The entries of a directory, without `.` and `..`, in the kernel's order.
func listDirectory(_ path: [UInt8]) throws(SystemError) -> [(name: [UInt8], kind: EntryKind)] {
  guard let stream = unsafe withCString(terminating: path, { unsafe opendir($0) }) else {
    throw SystemError(call: "opendir", subject: quoted(path), number: errno)
  }
  defer { unsafe closedir(stream) }
  var entries: [(name: [UInt8], kind: EntryKind)] = []
  while true {
    errno = 0
    guard let entry = unsafe readdir(stream) else {
      guard errno == 0 else {
        throw SystemError(call: "readdir", subject: quoted(path), number: errno)
      }
      return entries
    }
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
      unsafe bytesOfCString(UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
    }
    guard name != [0x2E], name != [0x2E, 0x2E] else { continue }
    let kind: EntryKind =
      switch Int(unsafe entry.pointee.d_type) {
      case DT_DIR: .directory
      case DT_REG: .regular
      case DT_LNK: .link
      case DT_UNKNOWN: .unknown
      default: .other
      }
    entries.append((name, kind))
  }
}
