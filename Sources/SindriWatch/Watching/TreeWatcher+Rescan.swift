import Glibc
import LayerPlanner

// Starting over: after a lost queue, a replaced root, a changed mount.
extension TreeWatcher {
  /// Watches the root and queues it for reading, or waits for it to come.
  func start() {
    map = DirectoryMap()
    unread = []
    // That the root is unreadable has been told; it is tried again and again.
    unreadable = unreadable.intersection([.root])
    fallback.reset()
    guardian.establish(inotify)
    guard case .present = guardian.state else { return }
    git.reopen(inotify)
    let path = PathBuffer(root)
    let watch = addWatch(path)
    if watch >= 0 {
      unreadable = []
      map.setWatch(watch, of: DirectoryMap.root)
      map.insert(.pending, to: DirectoryMap.root)
      unread.append(DirectoryMap.root)
    } else {
      noteFailure(-watch, on: path, reporting: false)
    }
    switch options.polling {
    case .nothing: break
    case .everything: fallback.add([], because: .asked, reporting: false)
    case .whereSilent:
      for mount in guardian.silentMounts() {
        fallback.add(mount.path, because: .silent(mount.type), reporting: false)
      }
    }
  }

  /// Starts over with a new inotify instance: nothing of the old one, stale or lost, is left.
  func restart() {
    let now = options.clock()
    rescan.started(now)
    let wasGone = guardian.isGone
    do {
      inotify = try Self.newInstance()
    } catch {
      outbox.append(.warning("\(error); trying again"))
      rescan.plan(now: now, pause: options.rescanPause.nanoseconds)
      return
    }
    start()
    if guardian.isGone {
      if !wasGone { outbox.append(.rootGone) }
      return
    }
    // Another try is planned; the loss is told when it succeeds.
    if unreadable.contains(.root) { return }
    let lost = overflows
    let heldBack = holdsBack
    holdsBack = true
    defer { holdsBack = heldBack }
    do {
      repeat { try readQueue { _ in } } while readSomeDirectories { _ in }
    } catch {
      outbox.append(.warning("\(error); trying again"))
      rescan.plan(now: now, pause: options.rescanPause.nanoseconds)
      return
    }
    // An overflow on the way has planned another rescan, which will report the loss.
    if overflows != lost { return }
    dropChanges()
    if wasGone { outbox.append(.rootBack) }
    let reason = rescan.reason.isEmpty ? "the tree was read again" : rescan.reason
    rescan.reason = ""
    outbox.append(.lost(reason: reason))
  }

  /// Takes note that the kernel dropped records.
  func overflowed() {
    overflows += 1
    let limit = kernelSetting("fs/inotify/max_queued_events")
    rescan.plan(
      now: options.clock(), pause: options.rescanPause.nanoseconds,
      reason: """
        the kernel's event queue overflowed (fs.inotify.max_queued_events = \(limit)); \
        everything is looked at again
        """)
  }

  /// Starts over when the root is another directory than before, or none.
  func checkRoot() {
    guard guardian.hasChanged() else { return }
    rescan.plan(
      now: options.clock(), pause: options.rescanPause.nanoseconds,
      reason: "the watched directory was replaced")
  }

  /// Starts over when something was mounted or unmounted in the tree or over it.
  func checkMounts() {
    let mountsChanged = guardian.mountsChanged()
    if mountsChanged {
      rescan.plan(
        now: options.clock(), pause: options.rescanPause.nanoseconds,
        reason: "a mount inside the tree changed")
    }
    checkRoot()
  }
}
