import Glibc
import LayerPlanner

/// The parts of the tree that inotify does not see, and what they looked like last time: mounts of
/// file systems that report nothing, and directories for which no watch was left.
struct PollFallback {
  /// Why a part is polled.
  enum Reason: Equatable {
    /// fs.inotify.max_user_watches is used up.
    case noWatchLeft
    /// The configuration asks for it.
    case asked
    /// A file system of this name reports no foreign changes.
    case silent(String)
  }

  /// What a file looked like; `modified` is compared for equality only, as clocks jump.
  struct Signature: Equatable {
    let inode: UInt64
    let size: Int64
    let modified: Int64
    let changed: Int64
    let mode: UInt32

    var isDirectory: Bool { mode & 0o170000 == 0o040000 }
  }

  /// The polled directories.
  private(set) var parts: [RepositoryPath: Reason] = [:]
  /// Parts that have not been looked at yet, and whether what is in them is to be reported.
  var fresh: [RepositoryPath: Bool] = [:]
  /// What was there last time.
  var known: [RepositoryPath: Signature] = [:]
  /// What the last look reported. The consumer may have looked at it while it was elsewhere, and a
  /// directory that came back since then looks the same inside.
  var reported: [RepositoryPath] = []
  /// When the next look is due, in nanoseconds.
  var due: Int64?
  /// Whether the shortage of watches has been told.
  var hasWarned = false
  let interval: Int64

  /// Nothing to poll yet; `interval` in nanoseconds.
  init(interval: Int64) { self.interval = interval }

  /// Polls the directory at `path` from now on.
  mutating func add(_ path: RepositoryPath, because reason: Reason, reporting: Bool) {
    guard parts[path] == nil else { return }
    parts[path] = reason
    fresh[path] = reporting
  }

  mutating func add(_ path: [UInt8], because reason: Reason, reporting: Bool) {
    add(RepositoryPath(bytes: path), because: reason, reporting: reporting)
  }

  /// Stops polling the directory at `path`, which is gone or watched now.
  mutating func forget(_ path: RepositoryPath) {
    guard !parts.isEmpty else { return }
    for part in parts.keys where part.isWithin(path) {
      parts[part] = nil
      fresh[part] = nil
    }
    known = known.filter { !$0.key.isWithin(path) }
  }

  /// Stops polling anything.
  mutating func reset() {
    parts = [:]
    fresh = [:]
    known = [:]
    due = nil
  }
}

extension TreeWatcher {
  /// Takes a first look at the parts that are polled from now on, and tells of them.
  func startPolling() {
    let fresh = fallback.fresh
    guard !fresh.isEmpty else { return }
    fallback.fresh = [:]
    var unwatched = 0
    for (part, reporting) in fresh.sorted(by: { $0.key < $1.key }) {
      var seen: [RepositoryPath: PollFallback.Signature] = [:]
      let directories = examine(part, into: &seen)
      if reporting { compare(seen, with: [:]) }
      fallback.known.merge(seen) { $1 }
      switch fallback.parts[part] {
      case .silent(let type):
        outbox.append(
          .warning(
            "\(describe(part)): \(type) does not report every change; "
              + "it is looked at every \(interval)"))
      case .noWatchLeft:
        unwatched += directories
      case .asked, nil:
        break
      }
    }
    fallback.due = options.clock() + fallback.interval
    guard unwatched > 0, !fallback.hasWarned else { return }
    fallback.hasWarned = true
    let budget = InotifyBudget(watchedDirectories: map.count + unwatched)
    let others = budget.others.total > 0 ? "; others hold \(budget.others.text())" : ""
    outbox.append(
      .warning(
        """
        no inotify watch is left (\(budget.limit.setting) = \(budget.limit.watches), shared by all \
        of this user's programs\(others)): \(map.count) of \(map.count + unwatched) directories are \
        watched, the other \(unwatched) are looked at every \(interval). \
        To watch all: \(budget.remedy)
        """))
  }

  private var interval: String {
    let seconds = Double(fallback.interval) / 1e9
    return seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(seconds) s"
  }

  /// Tries to watch what is polled, and looks at what still is.
  func pollUnwatched(_ now: Int64) {
    for part in fallback.parts.keys.sorted() where fallback.parts[part] == .noWatchLeft {
      var path = PathBuffer(root)
      if !part.bytes.isEmpty { path.append(part.bytes[...]) }
      let watch = addWatch(path)
      // Still none: the others need not be tried.
      if watch == -ENOSPC { break }
      if watch >= 0 { map.orphan(watch) }
      lookAgain(at: part)
    }
    if fallback.parts.isEmpty {
      fallback.reset()
      return
    }
    var seen: [RepositoryPath: PollFallback.Signature] = [:]
    for part in fallback.parts.keys.sorted() where fallback.fresh[part] == nil {
      _ = examine(part, into: &seen)
    }
    let before = fallback.known
    fallback.known = seen
    compare(seen, with: withoutSuspects(before, seen))
    // A large tree is looked at less often: at most a tenth of the time goes into it.
    let after = options.clock()
    fallback.due = after + max(fallback.interval, 9 * (after - now))
  }

  /// `before` without what lies in directories that changed and in which something was reported last
  /// time: all of it is reported again.
  private func withoutSuspects(
    _ before: [RepositoryPath: PollFallback.Signature],
    _ seen: [RepositoryPath: PollFallback.Signature]
  ) -> [RepositoryPath: PollFallback.Signature] {
    let reported = fallback.reported
    guard !reported.isEmpty else { return before }
    let suspects = before.filter { path, signature in
      signature.isDirectory && seen[path] != signature
        && (reported.count > 64 || reported.contains { $0.isWithin(path) })
    }
    guard !suspects.isEmpty else { return before }
    return before.filter { path, _ in
      !suspects.keys.contains { path.isWithin($0) }
    }
  }

  private func compare(
    _ seen: [RepositoryPath: PollFallback.Signature],
    with before: [RepositoryPath: PollFallback.Signature]
  ) {
    fallback.reported = []
    for (path, signature) in seen.sorted(by: { $0.key < $1.key }) where before[path] != signature {
      // A directory that is not new changes with every entry; those are reported themselves.
      let isKnown = signature.isDirectory && before[path]?.isDirectory == true
      let kind: ChangeKind = isKnown ? .attributes : .final
      outbox.append(.changed(path: path, kind: kind, isDirectory: signature.isDirectory))
      fallback.reported.append(path)
    }
    for (path, signature) in before.sorted(by: { $0.key < $1.key }) where seen[path] == nil {
      outbox.append(.changed(path: path, kind: .final, isDirectory: signature.isDirectory))
      fallback.reported.append(path)
    }
  }

  /// Reads the directory at `part` and everything below it. Returns the number of directories.
  private func examine(
    _ part: RepositoryPath, into seen: inout [RepositoryPath: PollFallback.Signature]
  ) -> Int {
    var directories = 0
    var waiting = [part]
    while let directory = waiting.popLast() {
      var path = PathBuffer(root)
      if !directory.bytes.isEmpty { path.append(directory.bytes[...]) }
      let number = openDirectory(path.bytes)
      guard number >= 0 else { continue }
      let open = FileDescriptor(taking: number)
      directories += 1
      if directory == part, !part.bytes.isEmpty, let status = FileStatus(of: open.number) {
        seen[part] = signature(status)
      }
      while reader.fill(from: open.number) > 0 {
        while let entry = reader.next() {
          let name = reader.buffer[entry.name]
          if EditorFiles.isTemporary(name) { continue }
          guard let status = FileStatus(of: Array(name) + [0], at: open.number) else { continue }
          if status.isDirectory {
            let base = path.count
            path.append(name)
            let isPart = isWatched(path, name: name)
            path.truncate(to: base)
            guard isPart else { continue }
            waiting.append(directory.appending(name))
          }
          seen[directory.appending(name)] = signature(status)
        }
      }
    }
    return directories
  }

  private func signature(_ status: FileStatus) -> PollFallback.Signature {
    PollFallback.Signature(
      inode: status.inode, size: status.size, modified: status.modified, changed: status.changed,
      mode: status.mode)
  }
}
