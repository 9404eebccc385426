/// What the index keeps of one file. 88 bytes.
struct InputRecord: Sendable {
  /// Where the name stands among the directory's names.
  var nameStart: UInt32 = 0
  var nameLength: UInt32 = 0
  /// The number of the set of layers that the file is an input of.
  var layers: UInt32
  private var mode: UInt32
  private var device: UInt32
  private var kind: Kind
  /// Whether the content was read too soon after a change to be trusted.
  var isRacy: Bool
  private var inode: UInt64
  private var size: Int64
  private var mtime: Int64
  private(set) var ctime: Int64
  private var digest: Digest

  private enum Kind: UInt8 {
    case regular, executable, symlink
  }

  init(signature: FileSignature, content: InputContent, layers: UInt32, isRacy: Bool) {
    self.layers = layers
    self.isRacy = isRacy
    mode = signature.mode
    device = Self.folded(signature.device)
    inode = signature.inode
    size = signature.size
    mtime = signature.mtime
    ctime = signature.ctime
    switch content {
    case .regular(let digest, let isExecutable):
      self.digest = digest
      kind = isExecutable ? .executable : .regular
    case .symlink(let digest):
      self.digest = digest
      kind = .symlink
    }
  }

  var content: InputContent {
    switch kind {
    case .regular: .regular(digest, isExecutable: false)
    case .executable: .regular(digest, isExecutable: true)
    case .symlink: .symlink(digest)
    }
  }

  /// Whether the file had this signature.
  func has(_ signature: FileSignature) -> Bool {
    inode == signature.inode && size == signature.size && mtime == signature.mtime
      && ctime == signature.ctime && mode == signature.mode
      && device == Self.folded(signature.device)
  }

  /// A device number in half its size: the kernel's own have 32 bits.
  private static func folded(_ device: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: device ^ device >> 32)
  }

  /// Adds tag, name and digest to the text that a directory's digest is of.
  func encode(_ name: ArraySlice<UInt8>, into text: inout [UInt8]) {
    let tag: UInt8 =
      switch kind {
      case .regular: UInt8(ascii: "f")
      case .executable: UInt8(ascii: "x")
      case .symlink: UInt8(ascii: "l")
      }
    InputDirectory.encode(tag, name, digest, into: &text)
  }
}

/// One directory of the index: its files, its directories, and its digests of each layer.
struct InputDirectory: Sendable {
  let name: [UInt8]
  /// -1 for the root.
  let parent: InputIndex.DirectoryID
  /// In byte order of their names.
  var children: [InputIndex.DirectoryID] = []

  /// The files in no order, so that one more moves little memory.
  private var records: [InputRecord] = []
  /// The positions of `records` in byte order of their names.
  private var order: [UInt32] = []
  /// All names, one after the other, with the remains of removed ones.
  private var text: [UInt8] = []
  private var removedText = 0
  /// Known digests; nil for a layer that has no file here or below.
  private var digests: [(layer: Int, digest: Digest?)] = []

  init(name: [UInt8], parent: InputIndex.DirectoryID) {
    self.name = name
    self.parent = parent
  }

  var count: Int { records.count }

  var isEmpty: Bool { records.isEmpty && children.isEmpty }

  /// The files' names in byte order.
  var names: [ArraySlice<UInt8>] { order.map { name(of: records[Int($0)]) } }

  // MARK: Files

  func record(_ name: ArraySlice<UInt8>) -> InputRecord? {
    let place = place(of: name)
    return isFile(name, at: place) ? records[Int(order[place])] : nil
  }

  /// Adds or replaces a file; returns what was there.
  mutating func update(_ name: ArraySlice<UInt8>, to record: InputRecord) -> InputRecord? {
    let place = place(of: name)
    var record = record
    if isFile(name, at: place) {
      let position = Int(order[place])
      let old = records[position]
      record.nameStart = old.nameStart
      record.nameLength = old.nameLength
      records[position] = record
      return old
    }
    record.nameStart = UInt32(text.count)
    record.nameLength = UInt32(name.count)
    text += name
    if records.count == records.capacity {
      // By a quarter instead of to the double: most directories never grow again.
      let room = records.count + records.count / 4 + 2
      records.reserveCapacity(room)
      order.reserveCapacity(room)
    }
    order.insert(UInt32(records.count), at: place)
    records.append(record)
    return nil
  }

  /// Removes a file; returns what was there.
  mutating func remove(_ name: ArraySlice<UInt8>) -> InputRecord? {
    let place = place(of: name)
    guard isFile(name, at: place) else { return nil }
    let position = Int(order[place])
    let old = records[position]
    // The last record moves into the gap.
    let last = records.count - 1
    let lastPlace = self.place(of: self.name(of: records[last]))
    order[lastPlace] = UInt32(position)
    records.swapAt(position, last)
    records.removeLast()
    order.remove(at: place)
    removedText += name.count
    if removedText > text.count / 2 { compactText() }
    return old
  }

  private mutating func compactText() {
    var kept: [UInt8] = []
    for index in records.indices {
      let name = name(of: records[index])
      records[index].nameStart = UInt32(kept.count)
      kept += name
    }
    text = kept
    removedText = 0
  }

  private func name(of record: InputRecord) -> ArraySlice<UInt8> {
    text[Int(record.nameStart)..<Int(record.nameStart + record.nameLength)]
  }

  /// Where in `order` a file of this name is or would be.
  private func place(of name: ArraySlice<UInt8>) -> Int {
    Self.place(in: order) { self.name(of: records[Int($0)]).lexicographicallyPrecedes(name) }
  }

  private func isFile(_ name: ArraySlice<UInt8>, at place: Int) -> Bool {
    place < order.count && self.name(of: records[Int(order[place])]) == name
  }

  // MARK: Directories

  func child(
    _ name: ArraySlice<UInt8>, in directories: [InputDirectory]
  ) -> InputIndex.DirectoryID? {
    let place = place(ofChild: name, in: directories)
    guard place < children.count else { return nil }
    let child = children[place]
    return directories[Int(child)].name.elementsEqual(name) ? child : nil
  }

  /// Where in `children` a directory of this name is or would be.
  func place(ofChild name: ArraySlice<UInt8>, in directories: [InputDirectory]) -> Int {
    Self.place(in: children) { directories[Int($0)].name.lexicographicallyPrecedes(name) }
  }

  /// The first element for which `isBefore` is false, by halving.
  private static func place<Element>(
    in elements: [Element], isBefore: (Element) -> Bool
  ) -> Int {
    var low = 0
    var high = elements.count
    while low < high {
      let middle = (low + high) / 2
      if isBefore(elements[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: Digests

  /// The kept digest of a layer: nil when it has to be computed, `.some(nil)` when the layer has
  /// no file here.
  func digest(of layer: Int) -> Digest?? {
    digests.first { $0.layer == layer }.map(\.digest)
  }

  mutating func keep(_ digest: Digest?, of layer: Int) {
    digests.append((layer, digest))
  }

  mutating func forget(_ layers: [Int]) {
    guard !digests.isEmpty else { return }
    digests.removeAll { layers.contains($0.layer) }
  }

  /// The digest of a layer's files here and below, from the children's kept digests; nil when
  /// there are none. Files come before directories, each in byte order.
  func computeDigest(
    of layer: Int, isMember: [Bool], in directories: [InputDirectory]
  ) -> Digest? {
    var hash = SHA256()
    var isEmpty = true
    var text: [UInt8] = []
    func flush(above limit: Int) {
      guard text.count > limit else { return }
      hash.update(text)
      isEmpty = false
      text.removeAll(keepingCapacity: true)
    }
    for position in order {
      let record = records[Int(position)]
      guard isMember[Int(record.layers)] else { continue }
      record.encode(name(of: record), into: &text)
      flush(above: 8192)
    }
    for child in children {
      let directory = directories[Int(child)]
      guard let digest = directory.digest(of: layer) ?? nil else { continue }
      Self.encode(UInt8(ascii: "d"), directory.name[...], digest, into: &text)
      flush(above: 8192)
    }
    flush(above: 0)
    return isEmpty ? nil : hash.finalize()
  }

  /// One entry: a tag, the name after its length, the digest.
  static func encode(
    _ tag: UInt8, _ name: ArraySlice<UInt8>, _ digest: Digest, into text: inout [UInt8]
  ) {
    text.append(tag)
    for shift in stride(from: 24, through: 0, by: -8) {
      text.append(UInt8(truncatingIfNeeded: name.count >> shift))
    }
    text += name
    digest.append(to: &text)
  }
}
