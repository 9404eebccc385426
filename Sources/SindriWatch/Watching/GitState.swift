import Glibc

/// Whether git is rewriting the tree, told from its directory: `index.lock` is there, or a rebase
/// or a series of patches is under way. One watch, not in depth, in the same inotify instance as
/// the tree, so that the order of events is kept.
struct GitState {
  private static let names = ["index.lock", "rebase-merge", "rebase-apply"]

  private let root: [UInt8]
  /// The git directory, absolute; nil when there is none.
  private(set) var directory: [UInt8]?
  /// Its watch, or -1.
  private(set) var watch: Int32 = -1
  private var present: Set<String> = []
  private var reported = false
  private var wasTouched = false

  /// The state of the repository that `root` is the root of.
  init(root: [UInt8]) { self.root = root }

  /// Finds the git directory again and watches it.
  mutating func reopen(_ inotify: borrowing Inotify) {
    directory = locate()
    wasTouched = true
    guard let directory else {
      watch = -1
      return
    }
    let mask: InotifyMask = [
      .create, .delete, .movedFrom, .movedTo, .deleteSelf, .moveSelf, .onlyDirectory,
      .excludeUnlinked,
    ]
    watch = inotify.add(directory + [0], mask)
  }

  /// Whether `path` is the git directory.
  func isDirectory(_ path: PathBuffer) -> Bool {
    guard let directory, directory.count == path.count else { return false }
    return path.bytes.starts(with: directory)
  }

  /// Takes a record that belongs to the git directory. False when it does not.
  mutating func handle(
    _ record: InotifyRecord, in buffer: [UInt8], _ events: inout [WatchEvent]
  ) -> Bool {
    guard record.watch == watch, watch >= 0 else { return false }
    if record.mask.contains(.ignored) {
      watch = -1
      present = []
      wasTouched = true
      report(&events)
      return true
    }
    let bytes = buffer[record.name]
    guard let name = Self.names.first(where: { bytes.elementsEqual($0.utf8) }) else { return true }
    wasTouched = true
    if !record.mask.isDisjoint(with: [.create, .movedTo]) {
      present.insert(name)
    } else if !record.mask.isDisjoint(with: [.delete, .movedFrom]) {
      present.remove(name)
    }
    report(&events)
    return true
  }

  /// Compares with the disk, when the git directory was touched since the last time.
  mutating func refresh(_ events: inout [WatchEvent]) {
    guard wasTouched else { return }
    wasTouched = false
    present = readPresent()
    report(&events)
  }

  /// Whether git is busy, read from the disk.
  func readBusy() -> Bool { !readPresent().isEmpty }

  private mutating func report(_ events: inout [WatchEvent]) {
    guard present.isEmpty == reported else { return }
    reported.toggle()
    events.append(.git(busy: reported))
  }

  private func readPresent() -> Set<String> {
    guard let directory else { return [] }
    return Set(
      Self.names.filter { FileStatus(of: directory + Array("/\($0)".utf8) + [0]) != nil })
  }

  /// The directory `.git`, or the one that the file `.git` names (a linked worktree, a submodule).
  private func locate() -> [UInt8]? {
    let path = root + Array("/.git".utf8)
    guard let status = FileStatus(of: path + [0]) else { return nil }
    if status.isDirectory { return path }
    guard let content = try? readFile(path), content.starts(with: "gitdir: ".utf8) else {
      return nil
    }
    let target = content.dropFirst(8).prefix { $0 != UInt8(ascii: "\n") }
    let isAbsolute = target.first == UInt8(ascii: "/")
    let named = isAbsolute ? Array(target) : root + [UInt8(ascii: "/")] + target
    return try? resolvedPath(named)
  }
}
