import Foundation

@testable import SindriWatch

/// A directory of its own for one test, removed at the end.
final class ScratchTree {
  /// The directory that the test may do anything in.
  let outside: String
  /// The directory that is watched.
  let root: String

  init() throws {
    outside = NSTemporaryDirectory() + "sindri-watch-" + UUID().uuidString
    root = outside + "/root"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: outside) }

  func watch(
    _ options: TreeWatcher.Options = TreeWatcher.Options(),
    shouldWatch: @escaping (ArraySlice<UInt8>) -> Bool = { _ in true }
  ) throws -> TreeWatcher {
    try TreeWatcher(root: Array(root.utf8), options: options, shouldWatch: shouldWatch)
  }

  /// Writes a file and makes the directories on the way.
  func write(_ path: String, _ content: String) throws {
    let full = root + "/" + path
    let parent = (full as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    try Data(content.utf8).write(to: URL(fileURLWithPath: full))
  }
}
