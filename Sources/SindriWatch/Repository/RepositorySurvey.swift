import LayerPlanner

/// All files of a repository that has no configuration yet. What git itself keeps is left out, and
/// what is installed by a package manager.
struct RepositorySurvey {
  private(set) var files: [RepositoryPath] = []
  /// Directories inside that are repositories themselves.
  private var nested: [RepositoryPath] = []

  private static let installed = "node_modules"
  /// Directories whose Dockerfiles are other people's, or made for tests.
  private static let others = ["fixtures", "testdata", "third_party", "vendor"]

  /// Reads the tree; directories that cannot be read are passed over.
  init(root: [UInt8]) {
    var waiting = [RepositoryPath.root]
    while let directory = waiting.popLast() {
      let absolute = directory.bytes.isEmpty ? root : root + [0x2F] + directory.bytes
      guard let entries = try? listDirectory(absolute) else { continue }
      for (name, kind) in entries {
        guard !name.elementsEqual(".git".utf8) else {
          if directory != .root { nested.append(directory) }
          continue
        }
        let path = directory.appending(name)
        if kind != .directory {
          files.append(path)
        } else if !name.elementsEqual(Self.installed.utf8) {
          waiting.append(path)
        }
      }
    }
  }

  /// Whether a Dockerfile at this path is probably not of this repository's own images.
  func isOthers(_ path: RepositoryPath) -> Bool {
    if nested.contains(where: { path.isWithin($0) }) { return true }
    return path.bytes.split(separator: 0x2F).dropLast().contains { name in
      Self.others.contains { name.elementsEqual($0.utf8) }
    }
  }
}
