import Glibc

/// A tree whose names are bytes, for tests that compare it with another one.
struct RawTree {
  /// The directory; absolute.
  let root: [UInt8]

  /// What stands at a path.
  enum Entry: Hashable {
    case directory(mode: UInt32)
    case link(target: [UInt8])
    case file(mode: UInt32, content: [UInt8])
  }

  init(_ path: String) { root = Array(path.utf8) }

  private func c(_ path: [UInt8]) -> [CChar] {
    (root + [0x2F] + path + [0]).map { CChar(bitPattern: $0) }
  }

  // MARK: Changes; each may fail, which leaves things as they are

  func write(_ path: [UInt8], _ content: [UInt8], mode: UInt32 = 0o644) {
    let number = unsafe open(c(path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
    guard number >= 0 else { return }
    var offset = 0
    while offset < content.count {
      let start = offset
      let count = unsafe content.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[start...])
        return unsafe Glibc.write(number, rest.baseAddress, rest.count)
      }
      if count <= 0 { break }
      offset += count
    }
    close(number)
  }

  func makeDirectory(_ path: [UInt8]) { _ = unsafe mkdir(c(path), 0o755) }
  func rename(_ old: [UInt8], _ new: [UInt8]) { _ = unsafe Glibc.rename(c(old), c(new)) }
  func chmod(_ path: [UInt8], _ mode: UInt32) {
    // A link is never followed: it may lead anywhere.
    if case .link = entry(path) { return }
    _ = unsafe Glibc.chmod(c(path), mode)
  }
  func link(_ path: [UInt8], target: [UInt8]) {
    _ = unsafe symlink((target + [0]).map { CChar(bitPattern: $0) }, c(path))
  }

  /// Removes what is at a path and below it; no link is followed.
  func remove(_ path: [UInt8]) {
    if case .directory = entry(path) {
      for name in names(path) { remove(path + [0x2F] + name) }
      _ = unsafe rmdir(c(path))
    } else {
      _ = unsafe unlink(c(path))
    }
  }

  // MARK: Reading

  func entry(_ path: [UInt8]) -> Entry? {
    var status = stat()
    guard unsafe lstat(c(path), &status) == 0 else { return nil }
    let mode = status.st_mode & 0o7777
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return .directory(mode: mode)
    case S_IFLNK:
      var target = [CChar](repeating: 0, count: 4096)
      let count = unsafe readlink(c(path), &target, target.count)
      return count < 0 ? nil : .link(target: target[..<count].map { UInt8(bitPattern: $0) })
    default: return content(path).map { .file(mode: mode, content: $0) }
    }
  }

  private func content(_ path: [UInt8]) -> [UInt8]? {
    let number = unsafe open(c(path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard number >= 0 else { return nil }
    defer { close(number) }
    var content: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe piece.withUnsafeMutableBytes { raw in
        unsafe read(number, raw.baseAddress, raw.count)
      }
      guard count > 0 else { return content }
      content += piece[..<count]
    }
  }

  func names(_ path: [UInt8]) -> [[UInt8]] {
    guard let stream = unsafe opendir(c(path)) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [[UInt8]] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
        unsafe Array(raw.prefix { $0 != 0 })
      }
      if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
    }
    return names
  }

  /// Everything below the root.
  func everything() -> [[UInt8]: Entry] {
    var found: [[UInt8]: Entry] = [:]
    var waiting: [[UInt8]] = [[]]
    while let directory = waiting.popLast() {
      for name in names(directory) {
        let path = directory.isEmpty ? name : directory + [0x2F] + name
        guard let entry = entry(path) else { continue }
        found[path] = entry
        if case .directory = entry { waiting.append(path) }
      }
    }
    return found
  }
}
