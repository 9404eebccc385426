import Foundation
import Glibc
import LayerPlanner

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

  /// Watches the tree.
  func watch(
    _ options: TreeWatcher.Options = TreeWatcher.Options(),
    shouldWatch: @escaping (ArraySlice<UInt8>) -> Bool = { _ in true }
  ) throws -> TreeWatcher {
    try TreeWatcher(root: Array(root.utf8), options: options, shouldWatch: shouldWatch)
  }

  /// The absolute path of `path`.
  func full(_ path: String) -> String { root + "/" + path }

  /// Writes a file and makes the directories on the way.
  func write(_ path: String, _ content: String) throws {
    let parent = (full(path) as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    try Data(content.utf8).write(to: URL(fileURLWithPath: full(path)))
  }

  /// Makes a directory and those on the way.
  func makeDirectory(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: full(path), withIntermediateDirectories: true)
  }

  /// Renames within the watched tree, or between it and `outside`, by absolute paths.
  func rename(_ from: String, _ to: String) -> Bool { unsafe Glibc.rename(from, to) == 0 }
}

extension TreeWatcher {
  /// Everything that is queued, after doing what is due.
  func events() -> [WatchEvent] {
    var seen: [WatchEvent] = []
    drain { seen.append($0) }
    while let due = deadline, due <= monotonicNanoseconds() {
      tick(monotonicNanoseconds()) { seen.append($0) }
    }
    return seen
  }

  /// The directories that are watched, by relative path.
  var directories: Set<String> {
    Set(map.watches.filter { $0.watch >= 0 }.map { text(relative(path(of: $0.node))) })
  }

  private func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// Short forms for expectations.
extension WatchEvent {
  static func file(_ path: RepositoryPath, _ kind: ChangeKind) -> WatchEvent {
    .changed(path: path, kind: kind, isDirectory: false)
  }

  static func directory(_ path: RepositoryPath) -> WatchEvent {
    .changed(path: path, kind: .final, isDirectory: true)
  }
}
