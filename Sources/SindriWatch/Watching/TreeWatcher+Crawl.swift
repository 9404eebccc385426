import Glibc
import LayerPlanner

// Looking at directories: always watch first, then read, so that what comes between is reported.
extension TreeWatcher {
  typealias Node = DirectoryMap.Node

  /// The absolute path of `node`.
  func path(of node: Node) -> PathBuffer {
    var path = PathBuffer(root)
    map.appendPath(of: node, to: &path)
    return path
  }

  /// The part of `path` below the root.
  func relative(_ path: PathBuffer) -> ArraySlice<UInt8> {
    path.bytes[min(root.count + 1, path.count)..<path.count]
  }

  /// Whether a directory is part of the watched tree.
  func isWatched(_ path: PathBuffer, name: ArraySlice<UInt8>) -> Bool {
    if name.count == 4, name.elementsEqual(".git".utf8) { return false }
    if git.isDirectory(path) { return false }
    return shouldWatch(relative(path))
  }

  /// Adds a watch, or finds the one that is there. Returns it, or a negative error number.
  func addWatch(_ path: PathBuffer) -> Int32 {
    while let number = options.injector?(.addWatch, path), number != 0 {
      if number != EINTR { return -number }
    }
    if path.bytes.count <= Int(PATH_MAX) { return inotify.add(path.bytes, [.tree, .dontFollow]) }
    // The kernel takes no longer path, but a descriptor has a short name.
    let number = openDirectory(path.bytes, naming: true)
    guard number >= 0 else { return number }
    let directory = FileDescriptor(taking: number)
    return inotify.add(PathBuffer(Array("/proc/self/fd/\(directory.number)".utf8)).bytes, .tree)
  }

  /// Watches the directory `name` of `parent`, at `path`, and queues it for reading. With `again`
  /// it is reported even if it is known; without `reporting` nothing is. False when there is no
  /// such directory, or none that can be watched.
  @discardableResult
  func enter(
    _ path: PathBuffer, name: ArraySlice<UInt8>, parent: Node, reporting: Bool, again: Bool
  ) -> Bool {
    let watch = addWatch(path)
    let known = map.hasChildren(parent) ? map.child(of: parent, named: name) : nil
    if let known, map.watch(of: known) == watch, !again { return true }
    forgetFailures(below: path)
    guard watch >= 0 else {
      if let known { map.remove(known) }
      noteFailure(-watch, on: path, reporting: reporting)
      return false
    }
    // A known node goes too, even with the same watch: what is below it may have been read while
    // another directory had this name.
    if let known { map.remove(known) }
    let node = map.add(name, to: parent)
    claim(watch, for: node)
    if reporting {
      changed(path, .final, isDirectory: true)
    } else if guardian.countsSubdirectories, hasNoSubdirectory(path) {
      return true
    }
    map.insert(reporting ? [.pending, .reporting] : .pending, to: node)
    unread.append(node)
    return true
  }

  /// Gives `watch` to `node`. A node that had it before keeps it only if the directory is there
  /// too (a bind mount): else it was moved, and the event that says so is still queued.
  func claim(_ watch: Int32, for node: Node) {
    if let owner = map.owner(of: watch) {
      for other in map.otherOwners(of: watch) + [owner] where other != node {
        let found = addWatch(path(of: other))
        if found == watch { continue }
        if found >= 0 {
          map.orphan(found)
        } else if ![-ENOENT, -ENOTDIR, -ELOOP].contains(found) {
          // It cannot be told; a node too many does no harm.
          continue
        }
        map.setWatch(-1, of: other)
      }
    }
    map.setWatch(watch, of: node)
  }

  /// Whether the link count tells that a directory has no subdirectory. Asked after the watch was
  /// added, so that one created later is reported.
  private func hasNoSubdirectory(_ path: PathBuffer) -> Bool {
    if let number = options.injector?(.status, path), number != 0 { return false }
    guard path.bytes.count <= Int(PATH_MAX), let status = FileStatus(of: path.bytes) else {
      return false
    }
    return status.links == 2 && status.device == guardian.device
  }

  /// Reads some of the directories that wait. False when none does.
  func readSomeDirectories(_ sink: (WatchEvent) -> Void) -> Bool {
    guard !unread.isEmpty else { return false }
    // The queue is read in between, so that it does not overflow during a long crawl.
    for _ in 0..<64 {
      guard let node = unread.popLast() else { break }
      let flags = map.flags(of: node)
      guard flags.contains([.live, .pending]) else { continue }
      map.subtract([.pending, .reporting], from: node)
      readDirectory(node, reporting: flags.contains(.reporting))
      if outbox.count >= 1_024 { deliver(to: sink) }
    }
    return true
  }

  private func readDirectory(_ node: Node, reporting: Bool) {
    var path = path(of: node)
    let base = path.count
    if let number = options.injector?(.openDirectory, path), number != 0 {
      noteFailure(number, on: path, reporting: reporting)
      return
    }
    let number = openDirectory(path.bytes)
    guard number >= 0 else {
      noteFailure(-number, on: path, reporting: reporting)
      return
    }
    let directory = FileDescriptor(taking: number)
    while true {
      let count = reader.fill(from: directory.number)
      if count < 0 { noteFailure(Int32(-count), on: path, reporting: reporting) }
      if count <= 0 { return }
      while let entry = reader.next() {
        if entry.kind == .other && !reporting { continue }
        let name = reader.buffer[entry.name]
        path.append(name)
        if entry.kind == .directory || (entry.kind == .unknown && isDirectory(path)) {
          if isWatched(path, name: name) {
            enter(path, name: name, parent: node, reporting: reporting, again: reporting)
          }
        } else if reporting, !EditorFiles.isTemporary(name) {
          changed(path, .provisional)
        }
        path.truncate(to: base)
      }
    }
  }

  private func isDirectory(_ path: PathBuffer) -> Bool {
    let number = openDirectory(path.bytes, naming: true)
    if number >= 0 { close(number) }
    return number >= 0
  }

  /// Queues the report of a change.
  func changed(_ path: PathBuffer, _ kind: ChangeKind, isDirectory: Bool = false) {
    let path = RepositoryPath(bytes: Array(relative(path)))
    outbox.append(.changed(path: path, kind: kind, isDirectory: isDirectory))
  }

  /// Decides what a failure on a directory means.
  func noteFailure(_ number: Int32, on path: PathBuffer, reporting: Bool) {
    let directory = RepositoryPath(bytes: Array(relative(path)))
    switch number {
    case ENOENT, ENOTDIR, ELOOP:
      // Gone since it was seen, or no directory any more: the event that says so is queued.
      break
    case EACCES, EPERM:
      if unreadable.insert(directory).inserted {
        outbox.append(
          .warning("\(describe(directory)): no permission to read it; it is not watched"))
      }
      // Nothing that is watched reports a change of its permissions.
      if directory == .root {
        rescan.plan(now: options.clock(), pause: options.rescanPause.nanoseconds)
      }
    case ENOSPC:
      fallback.add(directory, because: .noWatchLeft, reporting: reporting)
    default:
      let text = SystemError.text(of: number)
      outbox.append(.warning("\(describe(directory)): \(text); trying again"))
      rescan.plan(now: options.clock(), pause: options.rescanPause.nanoseconds)
    }
  }

  /// Forgets what could not be watched at or below `path`, which is looked at anew or gone.
  private func forgetFailures(below path: PathBuffer) {
    if unreadable.isEmpty, fallback.parts.isEmpty { return }
    let directory = RepositoryPath(bytes: Array(relative(path)))
    unreadable = unreadable.filter { !$0.isWithin(directory) }
    fallback.forget(directory)
  }

  /// A directory's path for messages.
  func describe(_ directory: RepositoryPath) -> String {
    directory.bytes.isEmpty ? quoted(root) : directory.description
  }
}
