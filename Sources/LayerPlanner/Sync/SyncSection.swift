/// A `[sync]` section, ready for use: a directory of the host and where it goes in the container.
public struct SyncSection: Equatable, Sendable {
  /// The directory below the repository's root.
  public let path: RepositoryPath
  /// The directory in the container: absolute, without a slash at its end; empty for the root.
  public let target: [UInt8]
  /// What is not copied: paths of the repository.
  public let ignore: [PathPattern]
  /// The owner of what is copied; empty to keep the one that is there.
  public let owner: String
  /// What to run in the container after a copy.
  public let hook: HookCommand?
  /// Whether the container's main process is restarted after a copy.
  public let isRestarting: Bool

  /// A section that copies `path` to `target`.
  public init(
    path: RepositoryPath, target: String, ignore: [PathPattern] = [], owner: String = "",
    hook: HookCommand? = nil, isRestarting: Bool = false
  ) {
    self.path = path
    let components = target.utf8.split(separator: 0x2F)
    self.target = components.reduce(into: []) { $0 += [0x2F] + $1 }
    self.ignore = ignore
    self.owner = owner
    self.hook = hook
    self.isRestarting = isRestarting
  }

  /// The section as configured.
  public init(_ configured: SyncConfiguration) {
    self.init(
      path: configured.path.value, target: configured.target.value,
      ignore: configured.ignore.map(\.value), owner: configured.owner?.value ?? "",
      hook: configured.exec.flatMap { try? HookCommand($0.value) },
      isRestarting: configured.isRestarting.value)
  }

  /// `path`, which lies within the section, seen from it; the root for the section itself.
  public func inside(_ path: RepositoryPath) -> RepositoryPath {
    let skipped = self.path.bytes.isEmpty ? 0 : self.path.bytes.count + 1
    return RepositoryPath(bytes: Array(path.bytes.dropFirst(skipped)))
  }

  /// Where `path` is in the container.
  public func destination(_ path: RepositoryPath) -> [UInt8] {
    let inside = inside(path)
    return inside == .root ? target : target + [0x2F] + inside.bytes
  }
}

/// Which paths are copied into the container: those of a section that neither its `ignore`, nor the
/// ignore files of the container's images, nor the names of editors' temporary files leave out.
public struct SyncRules: Sendable {
  /// The sections in configured order.
  public let sections: [SyncSection]
  private let classifier: PathClassifier
  /// The container's layer and those that it stands on.
  private let lineage: [LayerName]

  /// The rules for a container of `layer`.
  public init(sections: [SyncSection], classifier: PathClassifier, layer: LayerName) {
    self.sections = sections
    self.classifier = classifier
    var lineage = [layer]
    while let last = lineage.last, let parent = classifier.tree.parent(of: last) {
      lineage.append(parent)
    }
    self.lineage = lineage
  }

  /// The sections that copy `path`, by their places. With `isDirectory`, also those that may copy
  /// something below it.
  public func sections(covering path: RepositoryPath, isDirectory: Bool) -> [Int] {
    sections.indices.filter { index in
      let section = sections[index]
      guard path.isWithin(section.path), path != section.path else { return false }
      return !isIgnored(path, in: section)
        && classifier.isCopied(path, isDirectory: isDirectory, into: lineage)
    }
  }

  private func isIgnored(_ path: RepositoryPath, in section: SyncSection) -> Bool {
    var here = path
    while here != section.path {
      let name = here.name
      if EditorFiles.isTemporary(name) || name.elementsEqual(".git".utf8)
        || name.starts(with: SyncProgram.temporaryPrefix.utf8)
        || section.ignore.contains(where: { $0.matches(here.bytes) })
      {
        return true
      }
      if here == .root { break }
      here = here.parent
    }
    return false
  }

  /// Whether a section copies `directory`, something below it, or something that it lies in.
  public func concerns(_ directory: RepositoryPath) -> Bool {
    sections.contains { section in
      section.path.isWithin(directory)
        || (directory.isWithin(section.path)
          && !sections(covering: directory, isDirectory: true).isEmpty)
    }
  }

  /// Whether a copy of `path` is all that a new image would change in the container: no layer below
  /// reads it, and it is no part of how images are built.
  public func suffices(
    for path: RepositoryPath, isDirectory: Bool, readers: [Change.Reader]
  ) -> Bool {
    guard readers.allSatisfy({ $0.layer == lineage.first }),
      !sections(covering: path, isDirectory: isDirectory).isEmpty
    else { return false }
    return !classifier.layers.contains {
      $0.dockerfile == path || $0.ignoreFiles.contains(path)
    }
  }

  /// Whether the images of the container are built from `path`.
  public func isInput(_ path: RepositoryPath) -> Bool {
    classifier.contentReaders(path).contains { lineage.contains($0) }
  }
}
