import Glibc
import LayerPlanner

/// What a watcher keeps in the repository's state directory for those who ask for it.
struct WatcherFiles {
  /// The directory, which only its owner may enter.
  let directory: [UInt8]

  /// Where the watcher answers.
  var socket: [UInt8] { directory + Array("/control".utf8) }
  /// What a watcher in the background has said; the older part is in `olderLog`.
  var log: [UInt8] { directory + Array("/log".utf8) }
  /// What was in the log before it was begun anew.
  var olderLog: [UInt8] { RotatingLog.older(log) }
  /// Says that a watcher runs, and which.
  private var record: [UInt8] { directory + Array("/watcher".utf8) }

  /// Makes the directory when it is missing, and shuts everybody but its owner out.
  func prepare() throws(CommandFailure) {
    do {
      try makeDirectories(directory)
      try makePrivate(directory)
    } catch {
      throw .work("\(error); set XDG_STATE_HOME to a directory that can be written")
    }
  }

  /// The watcher that runs, or that did not end as it should.
  struct Record: Equatable {
    let pid: Int32
    let isDetached: Bool

    var text: String { "\(pid) \(isDetached ? "background" : "foreground")\n" }

    init(pid: Int32, isDetached: Bool) {
      self.pid = pid
      self.isDetached = isDetached
    }

    init?(_ text: [UInt8]) {
      let words = String(decoding: text, as: UTF8.self).split { $0 == " " || $0 == "\n" }
      guard words.count == 2, let pid = Int32(words[0]) else { return nil }
      self.init(pid: pid, isDetached: words[1] == "background")
    }
  }

  func write(_ record: Record) throws(CommandFailure) {
    do {
      try writeFile(self.record, Array(record.text.utf8))
    } catch {
      throw .work("\(error); set XDG_STATE_HOME to a directory that can be written")
    }
  }

  /// What is recorded; nil when no watcher runs, or the last one ended as it should.
  func readRecord() -> Record? { (try? readFile(record)).flatMap(Record.init) }

  func removeRecord() { removeFile(record) }

  /// Marks that the watcher is alive.
  func touchRecord() { touchFile(record) }

  /// When the recorded watcher was last seen alive, in seconds since 1970.
  var lastSeen: Int64 {
    [record, log].compactMap(modificationTime).max() ?? 0
  }
}

/// Whether a watcher works on a repository.
enum WatcherPresence: Equatable {
  /// Nothing does.
  case absent
  /// Nothing does, but a watcher did and did not end as it should; in seconds since 1970.
  case died(lastSeen: Int64)
  /// A watcher does; nil when the kernel does not tell which process it is.
  case watching(pid: Int32?)
  /// A command that builds once and ends does.
  case working(pid: Int32)

  /// The process, if one is known.
  var pid: Int32? {
    switch self {
    case .absent, .died: nil
    case .watching(let pid): pid
    case .working(let pid): pid
    }
  }
}

extension Workspace {
  /// Whether a watcher works on this repository.
  func watcher(_ files: WatcherFiles) throws(CommandFailure) -> WatcherPresence {
    // Read first: a watcher that ends takes its record away before it lets go of the lock.
    let record = files.readRecord()
    do {
      guard let held = try RepositoryLock.holder(of: root) else {
        guard record != nil, files.readRecord() != nil else { return .absent }
        return .died(lastSeen: files.lastSeen)
      }
      guard let pid = held.pid else { return .watching(pid: nil) }
      return files.readRecord()?.pid == pid ? .watching(pid: pid) : .working(pid: pid)
    } catch {
      throw .work("\(error)")
    }
  }
}
