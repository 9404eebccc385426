import LayerPlanner

/// All files of a repository but git's own, and how many of its directories are watched.
struct TreeSurvey {
  private(set) var files: [RepositoryPath] = []
  private(set) var watched = 1

  /// Reads the tree. Directories that cannot be read are passed over: the watcher tells of them.
  init(root: [UInt8], classifier: PathClassifier) {
    var waiting = [RepositoryPath.root]
    while let directory = waiting.popLast() {
      let absolute = directory.bytes.isEmpty ? root : root + [0x2F] + directory.bytes
      guard let entries = try? listDirectory(absolute) else { continue }
      for (name, kind) in entries where !name.elementsEqual(".git".utf8) {
        let path = directory.appending(name)
        guard kind == .directory else {
          files.append(path)
          continue
        }
        // What nothing is copied from, such as build results, need not be read.
        guard classifier.mayBeCopied(below: path) else { continue }
        if classifier.mayHoldInputs(below: path) { watched += 1 }
        waiting.append(path)
      }
    }
  }
}
