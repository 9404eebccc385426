/// A Dockerfile that was found, and what it says of the layer that is built from it.
struct LayerCandidate {
  /// An image of another place that it is built from.
  struct Base {
    /// The build argument that is the whole image, declared where FROM sees it.
    let argument: String?
    /// The image, defaults expanded; empty when there is none.
    let image: ImageReference
    /// The line of the FROM.
    let line: Int
  }

  let path: RepositoryPath
  let dockerfile: Dockerfile
  /// Names for it, the best first; empty when neither the file nor its directory tells.
  let names: [String]
  /// The directory to build from.
  let context: RepositoryPath
  /// The images that it is built from, each once, that of the last stage first.
  let bases: [Base]

  init(path: RepositoryPath, dockerfile: Dockerfile, files: RepositoryFiles) {
    self.path = path
    self.dockerfile = dockerfile
    names = DockerfileName.layerNames(path)
    context = Self.context(path, dockerfile, files)
    bases = Self.bases(dockerfile)
  }

  /// The files that it copies, with the line of each step.
  var sources: [(source: CopySource, line: Int)] {
    Self.transfers(dockerfile).flatMap { transfer in
      transfer.sources.compactMap { text in
        CopySource(transfer.hasUnresolvedSource ? "." : text, context: context)
          .map { ($0, transfer.line) }
      }
    }
  }

  private static func transfers(_ dockerfile: Dockerfile) -> [Dockerfile.Transfer] {
    dockerfile.stages.flatMap(\.transfers).filter { $0.from == nil }
  }

  // MARK: What it is built from

  private static func bases(_ dockerfile: Dockerfile) -> [Base] {
    var found: [Base] = []
    var roots: [String: Int] = [:]
    var last = 0
    for stage in dockerfile.stages {
      if let root = roots[stage.image.lowercased()], stage.unresolved.isEmpty {
        last = root
      } else {
        let base = Base(
          argument: wholeArgument(stage.imageWord, dockerfile),
          image: ImageReference(stage.image), line: stage.line)
        let known = found.firstIndex { $0.argument == base.argument && $0.image == base.image }
        last = known ?? found.count
        if known == nil { found.append(base) }
      }
      if let alias = stage.alias { roots[alias.lowercased()] = last }
    }
    if found.indices.contains(last) { found.insert(found.remove(at: last), at: 0) }
    return found.filter { $0.argument != nil || $0.image.repository != "scratch" }
  }

  /// The argument that a FROM consists of: `$X`, `${X}`, `${X:-image}`.
  private static func wholeArgument(_ word: String, _ dockerfile: Dockerfile) -> String? {
    var text = word[...]
    if text.count > 1, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
    guard text.first == "$" else { return nil }
    text = text.dropFirst()
    if text.first == "{" {
      guard text.last == "}", text.filter({ $0 == "}" }).count == 1 else { return nil }
      text = text.dropFirst().dropLast()
    }
    let name = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    let rest = text.dropFirst(name.count)
    guard rest.isEmpty || rest.hasPrefix(":-") || rest.hasPrefix("-") else { return nil }
    return dockerfile.arguments.contains { $0.name == name } ? String(name) : nil
  }

  // MARK: What it is built in

  /// The directory, from the Dockerfile's own upwards, in which most sources are found. Of several,
  /// the one with an ignore file of its own; else the nearest when the whole context is copied, and
  /// the repository itself when files are named.
  private static func context(
    _ path: RepositoryPath, _ dockerfile: Dockerfile, _ files: RepositoryFiles
  ) -> RepositoryPath {
    let sources = transfers(dockerfile).flatMap { transfer in
      transfer.hasUnresolvedSource ? [] : transfer.sources
    }
    func count(_ directory: RepositoryPath) -> Int {
      sources.compactMap { CopySource($0, context: directory) }
        .count { !$0.isContext && $0.isPresent(in: files) }
    }
    let directories = path.directories
    let counts = directories.map(count)
    let most = counts.max() ?? 0
    let copiesContext = sources.contains { CopySource($0, context: .root)?.isContext == true }
    guard most > 0 || copiesContext else { return .root }
    let best = zip(directories, counts).filter { $1 == most }.map(\.0)
    let ignoring = best.first { directory in
      directory != .root && files.kind(of: directory.appending(".dockerignore".utf8)) == .file
    }
    return ignoring ?? (copiesContext ? best.first : best.last) ?? .root
  }
}
