import LayerPlanner

// What each record of the queue means.
extension TreeWatcher {
  /// Handles every queued record.
  func readQueue(_ sink: (WatchEvent) -> Void) throws(SystemError) {
    while try inotify.fill() {
      while let record = inotify.next() { handle(record) }
      deliver(to: sink)
    }
  }

  private func handle(_ record: InotifyRecord) {
    if record.mask.contains(.overflow) {
      overflowed()
      return
    }
    if git.handle(record, in: inotify.buffer, &outbox) { return }
    if guardian.isAncestor(record.watch) {
      checkRoot()
      return
    }
    guard let owner = map.owner(of: record.watch) else { return }
    let others = map.otherOwners(of: record.watch)
    let name = inotify.buffer[record.name]
    for node in others + [owner] {
      // An earlier turn may have removed it.
      guard map.watch(of: node) == record.watch else { continue }
      if name.isEmpty {
        handleSelf(record.mask, of: node)
      } else if record.mask.contains(.isDirectory) {
        handleDirectory(record.mask, name, in: node)
      } else {
        handleFile(record.mask, name, in: node)
      }
    }
  }

  private func handleFile(_ mask: InotifyMask, _ name: ArraySlice<UInt8>, in node: Node) {
    if EditorFiles.isTemporary(name) { return }
    if node == DirectoryMap.root, name.elementsEqual(".git".utf8) { git.reopen(inotify) }
    var path = path(of: node)
    path.append(name)
    let final: InotifyMask = [.closeWrite, .movedTo, .movedFrom, .delete]
    if !mask.isDisjoint(with: final) {
      changed(path, .final)
    } else if !mask.isDisjoint(with: [.modify, .create]) {
      changed(path, .provisional)
    } else if mask.contains(.attributes) {
      changed(path, .attributes)
    }
  }

  private func handleDirectory(_ mask: InotifyMask, _ name: ArraySlice<UInt8>, in node: Node) {
    if node == DirectoryMap.root, name.elementsEqual(".git".utf8) { git.reopen(inotify) }
    var path = path(of: node)
    path.append(name)
    guard isWatched(path, name: name) else { return }
    if mask.contains(.attributes) {
      changed(path, .attributes, isDirectory: true)
      retryUnreadable(below: path)
    } else if !mask.isDisjoint(with: [.create, .movedTo]) {
      let isMove = mask.contains(.movedTo)
      enter(path, name: name, parent: node, reporting: true, again: isMove)
    } else if !mask.isDisjoint(with: [.delete, .movedFrom]) {
      // It may be there again, or something else may: then it is looked at, else it is gone.
      if !enter(path, name: name, parent: node, reporting: true, again: false) {
        changed(path, .final, isDirectory: true)
      }
    }
  }

  private func handleSelf(_ mask: InotifyMask, of node: Node) {
    if node == DirectoryMap.root {
      if mask.contains(.attributes) {
        outbox.append(.changed(path: .root, kind: .attributes, isDirectory: true))
        retryUnreadable(below: path(of: node))
      } else {
        if mask.contains(.ignored) { map.setWatch(-1, of: node) }
        checkRoot()
      }
      return
    }
    // The parent reports all the rest. A watch that ended must not be thought to be there.
    guard mask.contains(.ignored) else { return }
    let path = path(of: node)
    let parent = map.parent(of: node)
    map.setWatch(-1, of: node)
    let name = path.bytes[(lastSlash(of: path) + 1)..<path.count]
    enter(path, name: name, parent: parent, reporting: true, again: false)
  }

  private func lastSlash(of path: PathBuffer) -> Int {
    path.bytes.lastIndex(of: UInt8(ascii: "/")) ?? -1
  }

  private func retryUnreadable(below path: PathBuffer) {
    guard !unreadable.isEmpty else { return }
    let changed = RepositoryPath(bytes: Array(relative(path)))
    for directory in unreadable.sorted() where directory.isWithin(changed) {
      unreadable.remove(directory)
      lookAgain(at: directory)
    }
  }

  /// Looks at a directory that could not be watched or read.
  func lookAgain(at directory: RepositoryPath) {
    guard !directory.bytes.isEmpty else {
      rescan.plan(
        now: options.clock(), pause: options.rescanPause.nanoseconds,
        reason: "the watched directory can be watched now")
      return
    }
    var node = DirectoryMap.root
    let names = directory.bytes.split(separator: UInt8(ascii: "/"))
    for name in names.dropLast() {
      guard let child = map.child(of: node, named: name) else { return }
      node = child
    }
    guard let name = names.last else { return }
    var path = PathBuffer(root)
    path.append(directory.bytes[...])
    enter(path, name: name, parent: node, reporting: true, again: true)
  }
}
