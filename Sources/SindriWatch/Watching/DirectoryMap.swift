/// The watched directories: which watch stands for which path.
///
/// Compact on purpose, as there may be tens of thousands: 24 bytes and the name for a directory,
/// and 4 for its watch. A node knows its parent, so renaming a directory touches one node.
struct DirectoryMap {
  /// The number of a node; only valid until the node is removed.
  typealias Node = Int32

  /// What is left to do with a directory.
  struct Flags: OptionSet {
    let rawValue: UInt8
    /// It waits to be read.
    static let pending = Flags(rawValue: 1)
    /// What is found in it is reported.
    static let reporting = Flags(rawValue: 2)
    /// The node is in use.
    static let live = Flags(rawValue: 4)
  }

  private struct Entry {
    var parent: Node
    var watch: Int32
    var nameStart: UInt32
    var firstChild: Node
    var nextSibling: Node
    var nameLength: UInt8
    var flags: Flags
  }

  /// No node.
  static let none: Node = -1
  /// The node of the watched root; it has no name.
  static let root: Node = 0

  private var entries: [Entry]
  private var names: [UInt8] = []
  private var unusedNames = 0
  private var firstFree: Node = Self.none
  /// The node of each watch, by its number, as the kernel counts up from 1.
  private var owners: [Node] = []
  /// The node of each watch whose number is far beyond the number of directories: it never counts
  /// down, however many directories come and go.
  private var lateOwners: [Int32: Node] = [:]
  /// Further nodes of a watch: the same directory at several paths, by bind mounts.
  private var aliases: [Int32: [Node]] = [:]
  /// Watches that have lost their last node. They are ended only when the queue is empty, because
  /// a directory that was moved comes back with the same watch.
  private(set) var orphans: [Int32] = []

  /// A map of only the root, which is not watched yet.
  init() {
    entries = [
      Entry(
        parent: Self.none, watch: -1, nameStart: 0, firstChild: Self.none,
        nextSibling: Self.none, nameLength: 0, flags: .live)
    ]
  }

  /// How many directories are in the map, the root included.
  private(set) var count = 1

  // MARK: - Nodes

  /// The watch of `node`, or -1.
  func watch(of node: Node) -> Int32 { entries[Int(node)].watch }

  /// The directory that `node` lies in; `none` for the root.
  func parent(of node: Node) -> Node { entries[Int(node)].parent }

  /// Whether `node` has subdirectories in the map.
  func hasChildren(_ node: Node) -> Bool { entries[Int(node)].firstChild != Self.none }

  /// The subdirectory of `parent` called `name`.
  func child(of parent: Node, named name: ArraySlice<UInt8>) -> Node? {
    var node = entries[Int(parent)].firstChild
    while node != Self.none {
      let entry = entries[Int(node)]
      if Int(entry.nameLength) == name.count {
        let start = Int(entry.nameStart)
        if names[start..<(start + name.count)].elementsEqual(name) { return node }
      }
      node = entry.nextSibling
    }
    return nil
  }

  /// Adds a subdirectory, which must not be there yet.
  mutating func add(_ name: ArraySlice<UInt8>, to parent: Node) -> Node {
    let entry = Entry(
      parent: parent, watch: -1, nameStart: UInt32(names.count), firstChild: Self.none,
      nextSibling: entries[Int(parent)].firstChild, nameLength: UInt8(name.count), flags: .live)
    names.append(contentsOf: name)
    let node: Node
    if firstFree != Self.none {
      node = firstFree
      firstFree = entries[Int(node)].nextSibling
      entries[Int(node)] = entry
    } else {
      node = Node(entries.count)
      entries.append(entry)
    }
    entries[Int(parent)].firstChild = node
    count += 1
    return node
  }

  /// Removes `node`, which is not the root, and everything below it.
  mutating func remove(_ node: Node) {
    unlink(node)
    var stack = [node]
    while let current = stack.popLast() {
      var child = entries[Int(current)].firstChild
      while child != Self.none {
        stack.append(child)
        child = entries[Int(child)].nextSibling
      }
      setWatch(-1, of: current)
      unusedNames += Int(entries[Int(current)].nameLength)
      entries[Int(current)].flags = []
      entries[Int(current)].firstChild = Self.none
      entries[Int(current)].nextSibling = firstFree
      firstFree = current
      count -= 1
    }
    if unusedNames > 65_536, unusedNames > names.count / 2 { compactNames() }
  }

  private mutating func unlink(_ node: Node) {
    let parent = entries[Int(node)].parent
    let next = entries[Int(node)].nextSibling
    var current = entries[Int(parent)].firstChild
    if current == node {
      entries[Int(parent)].firstChild = next
      return
    }
    while current != Self.none {
      let following = entries[Int(current)].nextSibling
      if following == node {
        entries[Int(current)].nextSibling = next
        return
      }
      current = following
    }
  }

  private mutating func compactNames() {
    var compact: [UInt8] = []
    compact.reserveCapacity(names.count - unusedNames)
    for index in entries.indices where entries[index].flags.contains(.live) {
      let start = Int(entries[index].nameStart)
      let length = Int(entries[index].nameLength)
      entries[index].nameStart = UInt32(compact.count)
      compact.append(contentsOf: names[start..<(start + length)])
    }
    names = compact
    unusedNames = 0
  }

  // MARK: - Flags

  /// What is left to do with `node`.
  func flags(of node: Node) -> Flags { entries[Int(node)].flags }

  /// Marks `node`.
  mutating func insert(_ flags: Flags, to node: Node) {
    entries[Int(node)].flags.formUnion(flags)
  }

  /// Unmarks `node`.
  mutating func subtract(_ flags: Flags, from node: Node) {
    entries[Int(node)].flags.subtract(flags)
  }

  // MARK: - Watches

  /// The first node that `watch` stands for.
  func owner(of watch: Int32) -> Node? {
    guard watch >= 0 else { return nil }
    if Int(watch) < owners.count, owners[Int(watch)] != Self.none { return owners[Int(watch)] }
    return lateOwners.isEmpty ? nil : lateOwners[watch]
  }

  private mutating func setOwner(_ node: Node?, of watch: Int32) {
    if !lateOwners.isEmpty { lateOwners[watch] = nil }
    if Int(watch) < owners.count {
      owners[Int(watch)] = node ?? Self.none
    } else if let node {
      if Int(watch) < 65_536 + 2 * count {
        while owners.count < Int(watch) { owners.append(Self.none) }
        owners.append(node)
      } else {
        lateOwners[watch] = node
      }
    }
  }

  /// The other nodes that `watch` stands for; nearly always none.
  func otherOwners(of watch: Int32) -> [Node] {
    aliases.isEmpty ? [] : aliases[watch] ?? []
  }

  /// Gives `node` the watch `watch` (-1 for none) and takes away the one it had. When `watch` has
  /// an owner already, `node` becomes another one.
  mutating func setWatch(_ watch: Int32, of node: Node) {
    let old = entries[Int(node)].watch
    if old == watch { return }
    entries[Int(node)].watch = watch
    if old >= 0 { disown(old, by: node) }
    guard watch >= 0 else { return }
    if owner(of: watch) == nil {
      setOwner(node, of: watch)
    } else {
      aliases[watch, default: []].append(node)
    }
  }

  private mutating func disown(_ watch: Int32, by node: Node) {
    var others = otherOwners(of: watch)
    if owner(of: watch) == node {
      setOwner(others.popLast(), of: watch)
    } else {
      others.removeAll { $0 == node }
    }
    if !aliases.isEmpty { aliases[watch] = others.isEmpty ? nil : others }
    if owner(of: watch) == nil { orphans.append(watch) }
  }

  /// Takes note of a watch that no node has.
  mutating func orphan(_ watch: Int32) {
    if owner(of: watch) == nil { orphans.append(watch) }
  }

  /// Takes the list of watches that nobody needs any more.
  mutating func takeOrphans() -> [Int32] {
    let found = orphans.filter { owner(of: $0) == nil }
    orphans = []
    return found
  }

  // MARK: - Paths

  /// Appends the path of `node`, relative to the root, to `path`, which is empty or ends without
  /// a slash.
  func appendPath(of node: Node, to path: inout PathBuffer) {
    var chain: [Node] = []
    var current = node
    while current != Self.root {
      chain.append(current)
      current = entries[Int(current)].parent
    }
    for link in chain.reversed() {
      let start = Int(entries[Int(link)].nameStart)
      path.append(names[start..<(start + Int(entries[Int(link)].nameLength))])
    }
  }

  /// Every node with its watch, for the checks of the tests.
  var watches: [(node: Node, watch: Int32)] {
    entries.indices.compactMap { index in
      entries[index].flags.contains(.live) ? (Node(index), entries[index].watch) : nil
    }
  }

  /// The bytes kept for names, for the checks of the tests.
  var nameBytes: Int { names.count }

  /// Gives back the spare room that growing left.
  mutating func trim() {
    entries = entries.map { $0 }
    names = names.map { $0 }
    owners = owners.map { $0 }
  }
}
