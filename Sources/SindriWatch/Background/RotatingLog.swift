import Glibc
import LayerPlanner

/// The log of a watcher in the background: text in a file that never grows beyond a bound. When it
/// is full it is renamed and begun anew, so that about the last half of all that is kept is always
/// there.
final class RotatingLog {
  private let path: [UInt8]
  /// The most bytes of each of the two files.
  private let mostBytes: Int
  private let takesStandardOutput: Bool
  private var file: FileDescriptor?
  private var size = 0

  /// Opens the log at `path`, which is made when it is missing.
  ///
  /// - Parameter takesStandardOutput: whether what this process writes to its standard output and
  ///   standard error goes to the log, too, such as the last words of a crash.
  init(
    path: [UInt8], mostBytes: Int = 1 << 20, takesStandardOutput: Bool = false
  ) throws(SystemError) {
    self.path = path
    self.mostBytes = mostBytes
    self.takesStandardOutput = takesStandardOutput
    try open()
  }

  /// Where what was in the log at `path` before goes.
  static func older(_ path: [UInt8]) -> [UInt8] { path + Array(".1".utf8) }

  /// Adds to the log. What cannot be written is lost: a full disk is no reason to stop watching.
  func write(_ bytes: [UInt8]) {
    if size > 0, size + bytes.count > mostBytes { rotate() }
    guard let number = file.number else { return }
    if writeCompletely(number, bytes) { size += bytes.count }
  }

  private func rotate() {
    do {
      try renameFile(path, to: Self.older(path))
      try open()
    } catch {
      // It goes on where it was, and is tried again with the next line.
    }
  }

  private func open() throws(SystemError) {
    let opened = try openForAppending(path)
    size = opened.size
    file = FileDescriptor(taking: opened.number)
    guard takesStandardOutput else { return }
    dup2(opened.number, 1)
    dup2(opened.number, 2)
  }
}
