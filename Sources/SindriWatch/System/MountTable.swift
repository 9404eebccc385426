import Glibc

/// One line of /proc/self/mountinfo, as far as it matters whether the mount is the same.
struct Mount: Equatable {
  /// Where it is mounted, absolute.
  let path: [UInt8]
  /// The kernel's numbers of the mount and the device, and the part of the device that is mounted.
  let identity: [UInt8]
}

/// The mounts that this process sees. Poll `descriptor` for POLLPRI: it reports each change once.
final class MountTable {
  /// An open /proc/self/mountinfo.
  let descriptor: Int32

  /// Opens the table; nil where /proc is not mounted.
  init?() {
    let number = unsafe open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { return nil }
    descriptor = number
  }

  deinit { close(descriptor) }

  /// The mounts below `root` (absolute, without a trailing slash), not the one at it.
  func mounts(below root: [UInt8]) -> [Mount] {
    // The table is read anew from its start each time.
    guard lseek(descriptor, 0, SEEK_SET) == 0,
      let text = try? readToEnd(descriptor, "/proc/self/mountinfo")
    else { return [] }
    let prefix = root + [UInt8(ascii: "/")]
    return text.split(separator: UInt8(ascii: "\n")).compactMap { line in
      // id, parent id, device, root within the device, mount point, ...
      let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
      guard fields.count > 4 else { return nil }
      let path = unescaped(fields[4])
      guard path.starts(with: prefix), path.count > prefix.count else { return nil }
      return Mount(path: path, identity: Array(fields[0] + [0x20] + fields[2] + [0x20] + fields[3]))
    }
  }

  /// Undoes the octal escapes of blanks, line ends and backslashes.
  private func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
    var plain: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3,
        digits.allSatisfy({ (0x30...0x37).contains($0) })
      {
        plain.append(digits.reduce(0) { $0 &* 8 &+ ($1 - 0x30) })
        rest = rest.dropFirst(3)
      } else {
        plain.append(byte)
      }
    }
    return plain
  }
}
