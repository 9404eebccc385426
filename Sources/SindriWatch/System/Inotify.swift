import CLinux
import Glibc

/// What the kernel is asked to report, and what it reports (inotify(7)).
struct InotifyMask: OptionSet {
  /// The kernel's bits.
  let rawValue: UInt32

  static let modify = InotifyMask(rawValue: 0x0000_0002)
  static let attributes = InotifyMask(rawValue: 0x0000_0004)
  static let closeWrite = InotifyMask(rawValue: 0x0000_0008)
  static let movedFrom = InotifyMask(rawValue: 0x0000_0040)
  static let movedTo = InotifyMask(rawValue: 0x0000_0080)
  static let create = InotifyMask(rawValue: 0x0000_0100)
  static let delete = InotifyMask(rawValue: 0x0000_0200)
  static let deleteSelf = InotifyMask(rawValue: 0x0000_0400)
  static let moveSelf = InotifyMask(rawValue: 0x0000_0800)
  static let unmount = InotifyMask(rawValue: 0x0000_2000)
  static let overflow = InotifyMask(rawValue: 0x0000_4000)
  static let ignored = InotifyMask(rawValue: 0x0000_8000)
  static let onlyDirectory = InotifyMask(rawValue: 0x0100_0000)
  static let dontFollow = InotifyMask(rawValue: 0x0200_0000)
  static let excludeUnlinked = InotifyMask(rawValue: 0x0400_0000)
  static let addToMask = InotifyMask(rawValue: 0x2000_0000)
  static let isDirectory = InotifyMask(rawValue: 0x4000_0000)

  /// What is asked of every directory of the tree. OPEN, ACCESS and CLOSE_NOWRITE are left out: a
  /// build that reads the tree would trigger itself. MASK_CREATE is left out: adding a watch
  /// again must return the one that is there.
  static let tree: InotifyMask = [
    .create, .delete, .modify, .closeWrite, .attributes, .movedFrom, .movedTo, .deleteSelf,
    .moveSelf, .onlyDirectory, .excludeUnlinked,
  ]
}

/// One record of an inotify queue.
struct InotifyRecord {
  /// The watch that it comes from; -1 for an overflow.
  let watch: Int32
  /// What happened.
  let mask: InotifyMask
  /// Where the name lies in the buffer, without padding; empty for the directory itself.
  let name: Range<Int>
}

/// An inotify instance and its read buffer.
struct Inotify: ~Copyable {
  /// The descriptor to poll for input.
  let descriptor: FileDescriptor
  /// Holds at least 240 records of the longest name.
  private(set) var buffer = [UInt8](repeating: 0, count: 65_536)
  private var filled = 0
  private var offset = 0

  /// A new instance, non-blocking and close-on-exec.
  init() throws(SystemError) {
    let number = try retryingInterrupts("inotify_init1") {
      inotify_init1(Int32(O_NONBLOCK | O_CLOEXEC))
    }
    descriptor = FileDescriptor(taking: number)
  }

  /// Watches the directory at `path` (NUL-terminated, at most PATH_MAX). Returns the watch, or a
  /// negative error number.
  func add(_ path: [UInt8], _ mask: InotifyMask) -> Int32 {
    while true {
      let watch = unsafe withCString(path) {
        unsafe inotify_add_watch(descriptor.number, $0, mask.rawValue)
      }
      if watch >= 0 { return watch }
      let number = errno
      if number != EINTR { return -number }
    }
  }

  /// Ends a watch; one that has ended by itself is no error.
  func remove(_ watch: Int32) {
    _ = inotify_rm_watch(descriptor.number, watch)
  }

  /// Reads what is queued, as much as the buffer holds. False when nothing is.
  mutating func fill() throws(SystemError) -> Bool {
    while true {
      let number = descriptor.number
      let count = unsafe buffer.withUnsafeMutableBytes { raw in
        unsafe read(number, raw.baseAddress, raw.count)
      }
      if count > 0 {
        filled = count
        offset = 0
        return true
      }
      let failure = count == 0 ? EAGAIN : errno
      if failure == EAGAIN { return false }
      if failure != EINTR { throw SystemError(call: "read", subject: "inotify", number: failure) }
    }
  }

  /// The next record of what `fill` read, or nil at the end.
  mutating func next() -> InotifyRecord? {
    guard offset + 16 <= filled else { return nil }
    let length = Int(word(at: offset + 12))
    let start = offset + 16
    let end = min(start + length, filled)
    var nameEnd = start
    while nameEnd < end, buffer[nameEnd] != 0 { nameEnd += 1 }
    let record = InotifyRecord(
      watch: Int32(bitPattern: word(at: offset)),
      mask: InotifyMask(rawValue: word(at: offset + 4)),
      name: start..<nameEnd
    )
    offset = end
    return record
  }

  private func word(at index: Int) -> UInt32 {
    var value: UInt32 = 0
    for step in 0..<4 {
      let byte = UInt32(buffer[index + step])
      #if _endian(little)
        value |= byte << UInt32(8 * step)
      #else
        value |= byte << UInt32(24 - 8 * step)
      #endif
    }
    return value
  }
}
