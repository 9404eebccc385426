import CLinux
import Glibc
import LayerPlanner

/// Keeps the fingerprints of all layers: reads what changed, in small steps, and answers the
/// session's scans.
final class InputScanner {
  private let root: [UInt8]
  private(set) var layers: [LayerDefinition]
  private var classifier: PathClassifier
  private var index = InputIndex()
  /// Input files that cannot be read, each with the reason.
  private var unreadable: [RepositoryPath: String] = [:]
  private var layerNumbers: [LayerName: Int] = [:]

  /// The scan under way.
  private struct Work {
    var id: Int
    /// Paths to look at, last first. What is known below an `asked` one is void, since it may be
    /// a directory that came or went as a whole; the others were found by reading a directory.
    var waiting: [(path: RepositoryPath, asked: Bool)]
    /// With a scan of everything: the index as it is built anew.
    var fresh: InputIndex?
    /// With a scan of everything: small files that are to be hashed together.
    var batch: [RepositoryPath] = []
  }
  private var work: Work?
  /// The file that is being read for its content.
  private var hashing: FileHashing?
  private var hashedPath = RepositoryPath.root
  /// Whether everything has been read at least once.
  private(set) var isComplete = false
  /// How many files have been read for their content; for tests and `--verbose`.
  private(set) var hashedFiles = 0

  /// What a layer's fingerprint is made of besides its files.
  struct LayerDefinition: Sendable {
    let name: LayerName
    let dockerfile: RepositoryPath
    let settings: [LayerInputs.Setting]
  }

  init(root: [UInt8], layers: [LayerDefinition], classifier: PathClassifier) {
    self.root = root
    self.layers = layers
    self.classifier = classifier
    number(layers)
  }

  /// Takes over new rules; what was read before is looked at again by the next scan of everything.
  func replace(layers: [LayerDefinition], classifier: PathClassifier) {
    self.layers = layers
    self.classifier = classifier
    number(layers)
    isComplete = false
  }

  private func number(_ layers: [LayerDefinition]) {
    layerNumbers = Dictionary(uniqueKeysWithValues: layers.enumerated().map { ($1.name, $0) })
  }

  /// Whether a scan is under way.
  var isBusy: Bool { work != nil }

  /// Starts the scan `id`. What an unfinished one had to look at is looked at by this one.
  func begin(_ id: Int, _ scope: Session.Scope) {
    guard case .paths(let paths) = scope, isComplete || work?.fresh != nil else {
      hashing = nil
      unreadable = [:]
      work = Work(id: id, waiting: [(.root, false)], fresh: InputIndex())
      return
    }
    let asked = paths.map { (path: $0, asked: true) }
    work = Work(id: id, waiting: (work?.waiting ?? []) + asked, fresh: work?.fresh)
  }

  /// Works for about `budget` nanoseconds. Gives the answer when the scan is done.
  func step(budget: Int64) -> Scan? {
    guard work != nil else { return nil }
    let end = monotonicNanoseconds() + budget
    while true {
      if hashing != nil {
        hashNextPiece()
      } else if isBatchFull {
        hashBatch()
      } else if let (path, asked) = work?.waiting.popLast() {
        look(at: path, asked: asked)
      } else if work?.batch.isEmpty == false {
        hashBatch()
      } else {
        break
      }
      if monotonicNanoseconds() >= end { return nil }
    }
    guard let done = work else { return nil }
    work = nil
    if let fresh = done.fresh {
      index = fresh
      isComplete = true
    }
    return answer(done.id)
  }

  /// Looks at everything, for a command that has nothing else to do meanwhile.
  func scanEverything() -> Scan {
    begin(0, .everything)
    while true {
      if let scan = step(budget: .max / 2) { return scan }
    }
  }

  /// The layers that read something at or below a directory that came or went.
  func readers(ofDirectory path: RepositoryPath) -> [Change.Reader] {
    let known = index.paths(within: path)
    var found: [Change.Reader] = []
    for reader in known.lazy.flatMap({ self.classifier.readers($0) })
    where !found.contains(where: { $0.layer == reader.layer }) {
      found.append(reader)
      if found.count == layers.count { break }
    }
    return found
  }

  /// The inputs of a layer that have changed after `time`, nanoseconds since 1970.
  func changes(of layer: LayerName, after time: Int64) -> [(path: RepositoryPath, time: Int64)] {
    layerNumbers[layer].map { index.changes(of: $0, after: time) } ?? []
  }

  // MARK: Looking

  private func look(at path: RepositoryPath, asked: Bool) {
    let absolute = path.bytes.isEmpty ? root : root + [0x2F] + path.bytes
    do {
      let status = try fileStatus(absolute)
      switch status.st_mode & S_IFMT {
      case S_IFDIR:
        if asked { forget(path) }
        try enter(path, absolute)
      case S_IFREG: try read(path, absolute, FileSignature(status))
      case S_IFLNK:
        let target = try readLink(absolute)
        record(path, FileSignature(status), .symlink(target: target), wallClockNanoseconds())
      default: forget(path)
      }
    } catch {
      fail(path, error)
    }
  }

  private func fail(_ path: RepositoryPath, _ error: SystemError) {
    forget(path)
    // Gone meanwhile: that has an event of its own.
    if error.number == ENOENT || error.number == ENOTDIR { return }
    let matters = path.bytes.isEmpty || classifier.mayHoldInputs(below: path)
    if matters || !classifier.contentReaders(path).isEmpty { unreadable[path] = error.description }
  }

  private func enter(_ path: RepositoryPath, _ absolute: [UInt8]) throws(SystemError) {
    guard path.bytes.isEmpty || classifier.mayHoldInputs(below: path) else { return }
    for (name, kind) in try listDirectory(absolute) {
      if kind == .other || name.elementsEqual(".git".utf8) { continue }
      let child = path.appending(name)
      let mayMatter =
        kind == .directory
        ? classifier.mayHoldInputs(below: child)
        : kind == .unknown || !classifier.contentReaders(child).isEmpty
      guard mayMatter else { continue }
      if kind == .regular, isFirstLook {
        // Whoever hashes it asks for its status anyway.
        work?.batch.append(child)
      } else {
        work?.waiting.append((child, false))
      }
    }
  }

  /// Whether no file is known from before, so that every one has to be read.
  private var isFirstLook: Bool { work?.fresh != nil && index.count == 0 }

  private func read(
    _ path: RepositoryPath, _ absolute: [UInt8], _ signature: FileSignature
  ) throws(SystemError) {
    guard !classifier.contentReaders(path).isEmpty else { return forget(path) }
    if !index.needsHash(path, signature: signature), let content = index.content(of: path) {
      // Nothing has touched it since it was read; the layers may be other ones than then.
      record(path, signature, content, wallClockNanoseconds())
      return
    }
    if work?.fresh != nil, signature.size <= Self.smallFile {
      work?.batch.append(path)
      return
    }
    hashing = try FileHashing.open(absolute)
    hashedPath = path
    if hashing == nil { forget(path) }
  }

  /// Files of at most this size are hashed together, so many of them at a time that the loop is
  /// held up for a few milliseconds only.
  private static let smallFile: Int64 = 65_536
  private static let mostBatched = 256

  private var isBatchFull: Bool { (work?.batch.count ?? 0) >= Self.mostBatched }

  private func hashBatch() {
    let paths = Array(work?.batch.suffix(Self.mostBatched) ?? [])
    work?.batch.removeLast(paths.count)
    let absolute = paths.map { root + [0x2F] + $0.bytes }
    for (path, result) in zip(paths, hashFiles(absolute, most: Self.smallFile)) {
      switch result {
      case .success(let file?):
        guard let digest = file.digest else {
          // Larger than a batch may hold: read in pieces.
          work?.waiting.append((path, false))
          continue
        }
        hashedFiles += 1
        let isExecutable = file.signature.mode & 0o100 != 0
        record(path, file.signature, .regular(digest, isExecutable: isExecutable), file.readAt)
      case .success(nil): forget(path)
      case .failure(let error): fail(path, error)
      }
    }
  }

  private func hashNextPiece() {
    do {
      guard let digest = try hashing?.step(), let signature = hashing?.signature,
        let readAt = hashing?.readAt
      else { return }
      hashing = nil
      hashedFiles += 1
      let isExecutable = signature.mode & 0o100 != 0
      record(hashedPath, signature, .regular(digest, isExecutable: isExecutable), readAt)
    } catch {
      hashing = nil
      fail(hashedPath, error)
    }
  }

  private func record(
    _ path: RepositoryPath, _ signature: FileSignature, _ content: InputContent, _ readAt: Int64
  ) {
    let numbers = Set(classifier.contentReaders(path).compactMap { layerNumbers[$0] })
    guard !numbers.isEmpty else { return forget(path) }
    unreadable[path] = nil
    if work?.fresh != nil {
      work?.fresh?.update(
        path, signature: signature, content: content, layers: numbers, readAt: readAt)
    } else {
      index.update(path, signature: signature, content: content, layers: numbers, readAt: readAt)
    }
  }

  private func forget(_ path: RepositoryPath) {
    unreadable[path] = nil
    if work?.fresh != nil {
      work?.fresh?.removeAll(within: path)
    } else {
      index.removeAll(within: path)
    }
  }

  // MARK: The answer

  private func answer(_ id: Int) -> Scan {
    var fingerprints: [LayerName: Fingerprint] = [:]
    var problems: [LayerName: String] = [:]
    var recipes: [LayerName: Fingerprint] = [:]
    let definitions = Dictionary(uniqueKeysWithValues: layers.map { ($0.name, $0) })
    for name in classifier.tree.order {
      guard let layer = definitions[name], let number = layerNumbers[name] else { continue }
      let parent = classifier.tree.parent(of: name)
      if let parent, fingerprints[parent] == nil { continue }
      if let problem = problem(of: layer) {
        problems[name] = problem
        continue
      }
      do {
        let dockerfile = try readFile(root + [0x2F] + layer.dockerfile.bytes)
        var inputs = LayerInputs(
          layer: name, dockerfile: Digest(of: dockerfile), settings: layer.settings, parent: nil,
          files: index.digest(of: number))
        recipes[name] = inputs.fingerprint
        inputs.parent = parent.flatMap { fingerprints[$0] }
        fingerprints[name] = inputs.fingerprint
      } catch {
        problems[name] =
          error.number == ENOENT
          ? "\(layer.dockerfile) is missing; bring it back, or take layer \(name) out of the "
            + "configuration"
          : error.description
      }
    }
    return Scan(id: id, fingerprints: fingerprints, problems: problems, recipes: recipes)
  }

  private func problem(of layer: LayerDefinition) -> String? {
    for path in unreadable.keys.sorted() {
      let readers = classifier.contentReaders(path)
      // A directory that cannot be read may hold inputs of any layer.
      if readers.isEmpty || readers.contains(layer.name) {
        return unreadable[path]
      }
    }
    return nil
  }
}
