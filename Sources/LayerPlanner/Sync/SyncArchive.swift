/// What the first header of an archive says: a look at one path, as the engine copies it out.
public struct SyncArchiveHeader: Equatable, Sendable {
  /// What it is, in tar's letters: `0` a file, `2` a symbolic link, `5` a directory.
  public let type: UInt8
  /// The owner.
  public let owner: SyncArchive.Owner

  /// Reads the first 512 bytes of an archive, and, where those are pax records about it, the header
  /// that follows; nil when there are not as many.
  public init?(_ bytes: [UInt8]) {
    var offset = 0
    while true {
      guard bytes.count >= offset + 512 else { return nil }
      let header = bytes[offset..<(offset + 512)]
      guard let size = Self.number(header, 124, 12), let user = Self.number(header, 108, 8),
        let group = Self.number(header, 116, 8)
      else { return nil }
      let type = bytes[offset + 156]
      guard type == UInt8(ascii: "x") || type == UInt8(ascii: "g") else {
        self.type = type
        owner = SyncArchive.Owner(user: user, group: group)
        return
      }
      offset += 512 + (size + 511) / 512 * 512
    }
  }

  private static func number(_ header: ArraySlice<UInt8>, _ at: Int, _ length: Int) -> Int? {
    let start = header.startIndex + at
    let digits = header[start..<(start + length)].filter { (0x30...0x37).contains($0) }
    return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
  }
}

/// An archive in the format of POSIX tar (IEEE 1003.1, ustar), with GNU's extension for long names:
/// unlike pax records it is understood by busybox, too, and takes any bytes.
public struct SyncArchive: Sendable {
  /// What the owner of every member is.
  public struct Owner: Equatable, Sendable {
    /// The user's number.
    public var user: Int
    /// The group's number.
    public var group: Int

    /// A user and a group.
    public init(user: Int = 0, group: Int = 0) {
      self.user = user
      self.group = group
    }
  }

  /// The archive so far; a multiple of 512 bytes.
  public private(set) var bytes: [UInt8] = []

  /// An archive without members.
  public init() {}

  /// Adds a regular file. `time` is in seconds since 1970.
  public mutating func addFile(
    _ name: [UInt8], mode: UInt32, time: Int64, owner: Owner = Owner(), _ contents: [UInt8]
  ) {
    add(name, type: "0", mode: mode, time: time, owner: owner, size: contents.count)
    bytes += contents
    pad(to: 512)
  }

  /// Adds a directory.
  public mutating func addDirectory(
    _ name: [UInt8], mode: UInt32, time: Int64, owner: Owner = Owner()
  ) {
    add(name + [0x2F], type: "5", mode: mode, time: time, owner: owner, size: 0)
  }

  /// Adds a symbolic link to `target`.
  public mutating func addLink(
    _ name: [UInt8], target: [UInt8], time: Int64, owner: Owner = Owner()
  ) {
    if target.count > 100 { addLong(target, type: "K") }
    add(name, type: "2", mode: 0o777, time: time, owner: owner, size: 0, target: target)
  }

  /// Ends the archive and fills it up with zeros to a multiple of `block` bytes.
  public mutating func finish(block: Int) {
    bytes += [UInt8](repeating: 0, count: 1024)
    pad(to: block)
  }

  private mutating func pad(to block: Int) {
    let rest = bytes.count % block
    if rest > 0 { bytes += [UInt8](repeating: 0, count: block - rest) }
  }

  /// A name that does not fit its field comes before the member, as contents of its own.
  private mutating func addLong(_ name: [UInt8], type: Unicode.Scalar) {
    let contents = name + [0]
    add(
      Array("././@LongLink".utf8), type: type, mode: 0, time: 0, owner: Owner(),
      size: contents.count)
    bytes += contents
    pad(to: 512)
  }

  private mutating func add(
    _ name: [UInt8], type: Unicode.Scalar, mode: UInt32, time: Int64, owner: Owner, size: Int,
    target: [UInt8] = []
  ) {
    if name.count > 100 { addLong(name, type: "L") }
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: some Sequence<UInt8>, at offset: Int) {
      for (index, byte) in text.enumerated() { header[offset + index] = byte }
    }
    func put(_ number: Int64, digits: Int, at offset: Int) {
      let text = String(max(0, number), radix: 8)
      put((String(repeating: "0", count: max(0, digits - text.utf8.count)) + text).utf8, at: offset)
    }
    put(name.prefix(100), at: 0)
    put(Int64(mode & 0o7777), digits: 7, at: 100)
    put(Int64(owner.user), digits: 7, at: 108)
    put(Int64(owner.group), digits: 7, at: 116)
    put(Int64(size), digits: 11, at: 124)
    put(time, digits: 11, at: 136)
    header[156] = UInt8(truncatingIfNeeded: type.value)
    put(target.prefix(100), at: 157)
    // GNU's magic, which goes with its long names.
    put("ustar  ".utf8, at: 257)
    // The sum of all bytes, its own field taken for blanks.
    for index in 148..<156 { header[index] = 0x20 }
    let sum = header.reduce(0) { $0 + Int64($1) }
    put(sum, digits: 6, at: 148)
    header[154] = 0
    bytes += header
  }
}
