import Glibc

/// What a path of a tree holds, as far as an image of it can tell.
enum DiskEntry: Equatable, Sendable {
  case directory
  case link(target: [UInt8])
  case file(content: [UInt8], isExecutable: Bool)
}

/// The tests' own reading of the disk, independent of the code under test.
enum Disk {
  /// Reads one path; nil when nothing is there. A file that vanishes or is unreadable is nothing.
  static func read(_ path: String) -> DiskEntry? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      return .directory
    case S_IFLNK:
      var target = [UInt8](repeating: 0, count: 4_096)
      let count = unsafe target.withUnsafeMutableBytes { raw in
        guard let buffer = unsafe raw.bindMemory(to: CChar.self).baseAddress else { return -1 }
        return unsafe readlink(path, buffer, raw.count)
      }
      return count < 0 ? nil : .link(target: Array(target[..<count]))
    default:
      let number = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard number >= 0 else { return nil }
      defer { close(number) }
      var content: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 4_096)
      while true {
        let count = unsafe chunk.withUnsafeMutableBytes { raw in
          unsafe Glibc.read(number, raw.baseAddress, raw.count)
        }
        guard count > 0 else { break }
        content.append(contentsOf: chunk[..<count])
      }
      return .file(content: content, isExecutable: status.st_mode & 0o111 != 0)
    }
  }

  /// The names in a directory, as text; the tests' names are UTF-8 where this is used.
  static func names(in directory: String) -> [String] {
    guard let stream = unsafe opendir(directory) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
        unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Everything below `root`, by relative path, without the directories called `ignored`.
  static func scan(_ root: String, ignoring ignored: String) -> [String: DiskEntry] {
    var found: [String: DiskEntry] = [:]
    var waiting = [""]
    while let directory = waiting.popLast() {
      let full = directory.isEmpty ? root : root + "/" + directory
      for name in names(in: full) {
        let path = directory.isEmpty ? name : directory + "/" + name
        guard let entry = read(root + "/" + path) else { continue }
        if entry == .directory {
          if name == ignored { continue }
          waiting.append(path)
        }
        found[path] = entry
      }
    }
    return found
  }

  /// The identity of a file, in the form that the kernel prints in fdinfo.
  static func identity(of path: String) -> Identity? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
    let device = UInt64(status.st_dev)
    let major = (device >> 8 & 0xFFF) | (device >> 32 & ~0xFFF)
    let minor = (device & 0xFF) | (device >> 12 & ~0xFF)
    return Identity(inode: UInt64(status.st_ino), device: major << 20 | minor)
  }

  /// A device and an inode on it.
  struct Identity: Hashable {
    let inode: UInt64
    let device: UInt64
  }

  /// What the kernel says that an inotify descriptor watches, by watch.
  static func watches(of descriptor: Int32) -> [Int32: Identity] {
    var found: [Int32: Identity] = [:]
    guard case .file(let content, _) = read("/proc/self/fdinfo/\(descriptor)") else { return [:] }
    for line in content.split(separator: UInt8(ascii: "\n")) {
      let text = String(decoding: line, as: UTF8.self)
      guard text.hasPrefix("inotify ") else { continue }
      var values: [Substring: UInt64] = [:]
      for field in text.split(separator: " ").dropFirst() {
        let parts = field.split(separator: ":", maxSplits: 1)
        if parts.count == 2 { values[parts[0]] = UInt64(parts[1], radix: 16) }
      }
      guard let watch = values["wd"], let inode = values["ino"], let device = values["sdev"] else {
        continue
      }
      found[Int32(watch)] = Identity(inode: inode, device: device)
    }
    return found
  }
}
