import Glibc
import LayerPlanner

/// The directory of files that belong to one repository and outlive a run: below XDG_STATE_HOME
/// (XDG Base Directory Specification), named after the repository's path.
struct StateDirectory {
  private let path: [UInt8]
  private static let imageIDPrefix = Array("image-id-".utf8)

  /// Makes the directory, and takes out what a run that was killed left in it.
  init(root: [UInt8], environment: ProcessEnvironment) throws(SystemError) {
    path = Self.path(root: root, environment: environment)
    try makeDirectories(path)
    for (name, _) in try listDirectory(path) where name.starts(with: Self.imageIDPrefix) {
      removeFile(path + [0x2F] + name)
    }
  }

  /// The directory of the repository at `root`.
  private static func path(root: [UInt8], environment: ProcessEnvironment) -> [UInt8] {
    let home = environment.bytes(of: "HOME") ?? []
    let state =
      environment.bytes(of: "XDG_STATE_HOME").flatMap { $0.isEmpty ? nil : $0 }
      ?? home + Array("/.local/state".utf8)
    return state + Array("/sindri-watch/\(Digest(of: root).hex.prefix(16))".utf8)
  }

  /// The records of builds, for reading them while another process holds the lock.
  static func buildLog(root: [UInt8], environment: ProcessEnvironment) -> BuildLog {
    BuildLog(path: path(root: root, environment: environment) + Array("/builds".utf8))
  }

  /// What the watcher of the repository keeps for those who ask for it.
  static func watcherFiles(root: [UInt8], environment: ProcessEnvironment) -> WatcherFiles {
    WatcherFiles(directory: path(root: root, environment: environment))
  }

  /// The journal of live sync, for reading it while another process holds the lock.
  static func syncJournal(root: [UInt8], environment: ProcessEnvironment) -> JournalFile {
    JournalFile(path: path(root: root, environment: environment) + Array("/sync".utf8))
  }

  /// Where the moves of tags are noted while they are under way.
  var tagJournal: TagJournal { TagJournal(path: path + Array("/tags".utf8)) }

  /// The records of builds.
  var buildLog: BuildLog { BuildLog(path: path + Array("/builds".utf8)) }

  /// Where what is known of images is kept.
  var imageFactsFile: [UInt8] { path + Array("/images".utf8) }

  /// A name that no other build writes to, not even one whose watcher was killed and which still
  /// runs: its image must not be taken for another's.
  func newImageIDFile() -> [UInt8] {
    let unique = "\(getpid())-\(monotonicNanoseconds())"
    return path + [0x2F] + Self.imageIDPrefix + Array(unique.utf8)
  }
}
