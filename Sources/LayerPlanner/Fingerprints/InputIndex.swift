/// What is known of the input files of all layers: so that a save re-reads only the file that
/// changed, and a layer's digest costs only the directories above it.
///
/// A tree of directories. For each layer a directory's digest is SHA-256 over its entries in byte
/// order, files first, each with a tag, its name and its own digest, and is kept until something below it
/// changes; a directory without files of the layer does not count. Layers are given by small
/// numbers of the caller's choice.
public struct InputIndex: Sendable {
  typealias DirectoryID = Int32

  /// All directories; the root is the first. Slots of removed ones are used again.
  var directories: [InputDirectory] = [InputDirectory(name: [], parent: -1)]
  private var free: [DirectoryID] = []
  /// The sets of layers that files belong to: few, so that a file keeps only a number.
  private var layerSets: [[Int]] = []
  private var layerSetNumbers: [[Int]: UInt32] = [:]
  /// How many files there are.
  public private(set) var count = 0

  /// An index of nothing.
  public init() {}

  // MARK: Changes

  /// Records what `path` is, read at `readAt` (CLOCK_REALTIME, nanoseconds) when it had
  /// `signature`, and which layers it is an input of. Replaces a directory of that name, and a
  /// file where the path needs a directory.
  public mutating func update(
    _ path: RepositoryPath, signature: FileSignature, content: InputContent, layers: Set<Int>,
    readAt: Int64
  ) {
    let (parents, name) = Self.split(path)
    guard !name.isEmpty else { return }
    var directory: DirectoryID = 0
    for component in parents { directory = child(of: directory, named: component) }
    if let replaced = directories[Int(directory)].child(name, in: directories) {
      removeTree(replaced)
    }
    let file = InputRecord(
      signature: signature, content: content, layers: number(of: layers),
      isRacy: signature.isRacy(readAt: readAt))
    let old = directories[Int(directory)].update(name, to: file)
    if old == nil { count += 1 }
    if let old, old.content == content, old.layers == file.layers { return }
    forget(directory, layerSets[Int(file.layers)])
    if let old { forget(directory, layerSets[Int(old.layers)]) }
  }

  /// Forgets the file `path`, if it is there.
  public mutating func remove(_ path: RepositoryPath) {
    let (parents, name) = Self.split(path)
    guard let directory = find(parents) else { return }
    guard let old = directories[Int(directory)].remove(name) else { return }
    count -= 1
    forget(directory, layerSets[Int(old.layers)])
    removeIfEmpty(directory)
  }

  /// Forgets `directory` and all below it; also a file of that path.
  public mutating func removeAll(within directory: RepositoryPath) {
    guard !directory.bytes.isEmpty else {
      self = InputIndex()
      return
    }
    remove(directory)
    let components = directory.bytes.split(separator: UInt8(ascii: "/"))
    guard let found = find(components) else { return }
    let parent = directories[Int(found)].parent
    removeTree(found)
    removeIfEmpty(parent)
  }

  // MARK: Questions

  /// Whether `path`, which now has `signature`, has to be read: it is not known, anything of the
  /// signature differs, or the known content was read too soon after a change to be trusted.
  public func needsHash(_ path: RepositoryPath, signature: FileSignature) -> Bool {
    guard let file = record(of: path) else { return true }
    return file.isRacy || !file.has(signature)
  }

  /// What `path` is known to be, or nil.
  public func content(of path: RepositoryPath) -> InputContent? { record(of: path)?.content }

  /// Every known file at or below `directory`, in byte order of names in each directory.
  public func paths(within directory: RepositoryPath) -> [RepositoryPath] {
    var found = content(of: directory) == nil ? [] : [directory]
    let components = directory.bytes.split(separator: UInt8(ascii: "/"))
    guard let start = find(components) else { return found }
    var waiting = [(start, directory)]
    while let (id, path) = waiting.popLast() {
      let directory = directories[Int(id)]
      found += directory.names.map { path.appending($0) }
      for child in directory.children {
        waiting.append((child, path.appending(directories[Int(child)].name)))
      }
    }
    return found
  }

  /// The files of `layer` that have changed, in content or attributes, after `time` (nanoseconds
  /// since 1970), the latest first, each with the time of its change.
  public func changes(
    of layer: Int, after time: Int64
  ) -> [(path: RepositoryPath, time: Int64)] {
    var found: [(path: RepositoryPath, time: Int64)] = []
    for path in paths(within: .root) {
      guard let file = record(of: path), file.ctime > time,
        layerSets[Int(file.layers)].contains(layer)
      else { continue }
      found.append((path, file.ctime))
    }
    return found.sorted { ($1.time, $0.path) < ($0.time, $1.path) }
  }

  /// The digest of all files that are inputs of `layer`.
  public mutating func digest(of layer: Int) -> Digest {
    refresh(layer)
    let known = directories[0].digest(of: layer) ?? nil
    return known ?? Digest(of: [])
  }

  // MARK: Digests

  /// Computes the digests that are missing, children before parents, without recursion: paths
  /// may be thousands of directories deep.
  private mutating func refresh(_ layer: Int) {
    let isMember = layerSets.map { $0.contains(layer) }
    var waiting: [(id: DirectoryID, isReady: Bool)] = [(0, false)]
    while let (id, isReady) = waiting.popLast() {
      if directories[Int(id)].digest(of: layer) != nil { continue }
      if isReady {
        let digest = directories[Int(id)].computeDigest(
          of: layer, isMember: isMember, in: directories)
        directories[Int(id)].keep(digest, of: layer)
      } else {
        waiting.append((id, true))
        for child in directories[Int(id)].children { waiting.append((child, false)) }
      }
    }
  }

  /// Drops the digests of `layers` of a directory and of all that it is in.
  private mutating func forget(_ directory: DirectoryID, _ layers: [Int]) {
    var current = directory
    while current >= 0 {
      directories[Int(current)].forget(layers)
      current = directories[Int(current)].parent
    }
  }

  // MARK: The tree

  private static func split(
    _ path: RepositoryPath
  ) -> (parents: ArraySlice<ArraySlice<UInt8>>, name: ArraySlice<UInt8>) {
    let components = path.bytes.split(separator: UInt8(ascii: "/"))
    return (components.dropLast(), components.last ?? [])
  }

  private func find(_ components: some Collection<ArraySlice<UInt8>>) -> DirectoryID? {
    var directory: DirectoryID = 0
    for component in components {
      guard let child = directories[Int(directory)].child(component, in: directories) else {
        return nil
      }
      directory = child
    }
    return directory
  }

  private func record(of path: RepositoryPath) -> InputRecord? {
    let (parents, name) = Self.split(path)
    return find(parents).flatMap { directories[Int($0)].record(name) }
  }

  /// The directory `name` in `parent`, made if need be.
  private mutating func child(
    of parent: DirectoryID, named name: ArraySlice<UInt8>
  ) -> DirectoryID {
    if let child = directories[Int(parent)].child(name, in: directories) { return child }
    if let replaced = directories[Int(parent)].remove(name) {
      count -= 1
      forget(parent, layerSets[Int(replaced.layers)])
    }
    let made = InputDirectory(name: Array(name), parent: parent)
    let id: DirectoryID
    if let slot = free.popLast() {
      id = slot
      directories[Int(slot)] = made
    } else {
      id = DirectoryID(directories.count)
      directories.append(made)
    }
    let place = directories[Int(parent)].place(ofChild: name, in: directories)
    directories[Int(parent)].children.insert(id, at: place)
    return id
  }

  /// Removes a directory, not the root, and all below it.
  private mutating func removeTree(_ top: DirectoryID) {
    let parent = directories[Int(top)].parent
    forget(parent, Array(Set(layerSets.joined())))
    let name = directories[Int(top)].name[...]
    let place = directories[Int(parent)].place(ofChild: name, in: directories)
    directories[Int(parent)].children.remove(at: place)
    var waiting = [top]
    while let id = waiting.popLast() {
      waiting += directories[Int(id)].children
      count -= directories[Int(id)].count
      directories[Int(id)] = InputDirectory(name: [], parent: -1)
      free.append(id)
    }
  }

  /// Removes a directory that holds nothing, and then its parents if they hold nothing.
  private mutating func removeIfEmpty(_ directory: DirectoryID) {
    var current = directory
    while current > 0, directories[Int(current)].isEmpty {
      let parent = directories[Int(current)].parent
      removeTree(current)
      current = parent
    }
  }

  private mutating func number(of layers: Set<Int>) -> UInt32 {
    let sorted = layers.sorted()
    if let number = layerSetNumbers[sorted] { return number }
    let number = UInt32(layerSets.count)
    layerSets.append(sorted)
    layerSetNumbers[sorted] = number
    return number
  }
}
