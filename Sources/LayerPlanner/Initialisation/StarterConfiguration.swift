/// The configuration that the Dockerfiles of a repository suggest: what `init` writes.
public struct StarterConfiguration: Sendable {
  /// A Dockerfile that was found.
  public struct File: Sendable {
    /// Its path.
    public let path: RepositoryPath
    /// Its content.
    public let content: [UInt8]

    /// A file that was read.
    public init(path: RepositoryPath, content: [UInt8]) {
      self.path = path
      self.content = content
    }
  }

  /// A layer.
  public struct Layer: Equatable, Sendable {
    /// What its images are built on.
    public struct Parent: Equatable, Sendable {
      /// The layer.
      public let layer: LayerName
      /// The build argument that takes its image; nil when FROM takes none, and the layer therefore
      /// cannot be built on the other one yet.
      public let argument: String?
      /// The line of the FROM.
      public let line: Int
    }

    /// Its name.
    public let name: LayerName
    /// The Dockerfile.
    public let dockerfile: RepositoryPath
    /// The directory to build from.
    public let context: RepositoryPath
    /// The layer that it is built on, if any.
    public let parent: Parent?
    /// The image that it is built from when it is not a layer's, as the Dockerfile has it.
    public let foreignBase: String
    /// The tag that moves to every good image.
    public let stable: String
    /// The patterns of its filter: the Dockerfile, and what it copies, in its order.
    public let patterns: [String]
    /// The ports that its image offers.
    let ports: [Int]
    /// The directories that the last stage copies into absolute ones.
    let directories: [(source: RepositoryPath, target: String)]

    /// Compares what is configured.
    public static func == (left: Layer, right: Layer) -> Bool {
      (left.name, left.dockerfile, left.context, left.stable)
        == (right.name, right.dockerfile, right.context, right.stable)
        && left.parent == right.parent && left.patterns == right.patterns
    }
  }

  /// The layers, each after the one that it can be built on.
  public let layers: [Layer]
  /// The image repository.
  public let repository: String
  /// Where its name was found; nil when it is only the directory's.
  public let repositorySource: String?
  /// What could not be made out, for people, with file and line.
  public let notes: [String]

  /// Decides over what was found.
  ///
  /// - Parameters:
  ///   - dockerfiles: the files whose names `DockerfileName` takes; those that cannot be read as
  ///     Dockerfiles are left out.
  ///   - files: all files of the repository.
  ///   - directoryName: what the repository's directory is called.
  public init(dockerfiles: [File], files: [RepositoryPath], directoryName: [UInt8]) {
    let tree = RepositoryFiles(files)
    var notes: [String] = []
    let candidates = Self.candidates(dockerfiles, tree, &notes)
    let directory = String(decoding: directoryName, as: UTF8.self)
    let inference = ParentInference(candidates, directoryName: directory)
    let names = Self.names(candidates, inference)
    (repository, repositorySource) = StarterRepository.choose(
      candidates, inference, directoryName: directory)
    let tags = Self.stableTags(candidates, inference, names)
    var found: [Layer] = []
    for index in Self.order(candidates, inference) {
      let candidate = candidates[index]
      notes += Self.sourceNotes(candidate, tree)
      notes += Self.linkNotes(candidates, inference, index, names)
      let link = inference.main(of: index) ?? inference.links.first { $0.child == index }
      let parent = link.map { link in
        Layer.Parent(
          layer: names[link.parent], argument: link.isMain ? link.base.argument : nil,
          line: link.base.line)
      }
      let stage = candidate.dockerfile.stages.last
      found.append(
        Layer(
          name: names[index], dockerfile: candidate.path, context: candidate.context,
          parent: parent, foreignBase: stage?.image ?? "", stable: tags[index],
          patterns: Self.patterns(candidate, tree), ports: Self.ports(stage),
          directories: Self.directories(stage, candidate.context, tree)))
    }
    layers = found
    self.notes = notes
  }

  private static func candidates(
    _ dockerfiles: [File], _ files: RepositoryFiles, _ notes: inout [String]
  ) -> [LayerCandidate] {
    var found: [LayerCandidate] = []
    for file in dockerfiles.sorted(by: { $0.path < $1.path }) {
      do throws(Dockerfile.Problem) {
        let dockerfile = try Dockerfile(file.content)
        found.append(LayerCandidate(path: file.path, dockerfile: dockerfile, files: files))
      } catch {
        // What has no FROM only has the name of a Dockerfile.
        let words = file.content.split(separator: UInt8(ascii: "\n")).compactMap { line in
          DockerfileWords.words(line).first?.uppercased()
        }
        guard words.contains("FROM") else { continue }
        notes.append("\(file.path):\(error.line): \(error.message); it is left out")
      }
    }
    return found
  }

  /// The candidates with each one's parent before it; else in the order of their paths.
  private static func order(
    _ candidates: [LayerCandidate], _ inference: ParentInference
  ) -> [Int] {
    func depth(_ index: Int) -> Int {
      inference.main(of: index).map { depth($0.parent) + 1 } ?? 0
    }
    return candidates.indices.sorted { (depth($0), $0) < (depth($1), $1) }
  }

  // MARK: Names and tags

  private static func names(
    _ candidates: [LayerCandidate], _ inference: ParentInference
  ) -> [LayerName] {
    let choices = candidates.indices.map { index -> [String] in
      guard candidates[index].names.isEmpty else { return candidates[index].names }
      let isBelow = inference.links.contains { $0.parent == index }
      return [isBelow && inference.main(of: index) == nil ? "base" : "application"]
    }
    // Those of the same name get longer ones, and in the end a number.
    var lengths = choices.map { _ in 0 }
    while true {
      let current = zip(choices, lengths).map { $0[$1] }
      let longer = choices.indices.filter { index in
        lengths[index] + 1 < choices[index].count
          && current.count { $0 == current[index] } > 1
      }
      if longer.isEmpty { break }
      for index in longer { lengths[index] += 1 }
    }
    var taken: Set<String> = []
    return zip(choices, lengths).map { names, length in
      var name = names[length]
      var number = 2
      while !taken.insert(name).inserted {
        name = String(names[length].prefix(55)) + "-\(number)"
        number += 1
      }
      return LayerName(name)
    }
  }

  /// The tag that the defaults of those above name; else `latest` of the one on top, and
  /// `NAME-stable` of the others.
  private static func stableTags(
    _ candidates: [LayerCandidate], _ inference: ParentInference, _ names: [LayerName]
  ) -> [String] {
    let tops = candidates.indices.filter { index in
      !inference.links.contains { $0.parent == index }
    }
    let plain = tops.filter { candidates[$0].names.isEmpty }
    let top = tops.count == 1 ? tops.first : plain.count == 1 ? plain.first : nil
    // No two of these are the same; what a default names must not be another layer's, either.
    var tags = candidates.indices.map { $0 == top ? "latest" : "\(names[$0])-stable" }
    for index in candidates.indices {
      let named = inference.links.compactMap { $0.parent == index ? $0.tag : nil }.first { tag in
        let kind = TagKind(tag, layers: names, stableTags: [:])
        return kind == .other && !tags.contains(tag)
          && (try? ConfigurationValue.tag(Array(tag.utf8))) != nil
      }
      if let named { tags[index] = named }
    }
    return tags
  }

  // MARK: What a layer reads and offers

  private static func patterns(_ candidate: LayerCandidate, _ files: RepositoryFiles) -> [String] {
    var found = [CopySource.pattern(for: candidate.path)]
    for (source, _) in candidate.sources {
      for pattern in source.patterns(in: files) where !found.contains(pattern) {
        found.append(pattern)
      }
    }
    // What a whole directory's pattern names need not be named again.
    return found.filter { pattern in
      !found.contains { other in
        guard other != pattern, other.hasSuffix("**") else { return false }
        let directory = other.dropLast(2)
        return pattern.hasPrefix(directory) && !directory.contains { "*?[\\".contains($0) }
      }
    }
  }

  private static func ports(_ stage: Dockerfile.Stage?) -> [Int] {
    let words = stage?.instructions.filter { $0.keyword == "EXPOSE" }.flatMap(\.words) ?? []
    return words.compactMap { Int($0.prefix { $0 != "/" }) }.filter { (1...65535).contains($0) }
  }

  private static func directories(
    _ stage: Dockerfile.Stage?, _ context: RepositoryPath, _ files: RepositoryFiles
  ) -> [(source: RepositoryPath, target: String)] {
    let copies = stage?.transfers.filter { transfer in
      transfer.kind == .copy && transfer.from == nil && transfer.sources.count == 1
        && transfer.target.hasPrefix("/") && transfer.unresolved.isEmpty
    }
    return (copies ?? []).compactMap { transfer in
      guard let source = CopySource(transfer.sources[0], context: context),
        source.path != .root, files.kind(of: source.path) == .directory
      else { return nil }
      var target = transfer.target
      while target.count > 1, target.hasSuffix("/") { target.removeLast() }
      return (source.path, target)
    }
  }

  // MARK: Notes

  private static func sourceNotes(
    _ candidate: LayerCandidate, _ files: RepositoryFiles
  ) -> [String] {
    var notes: [String] = []
    for transfer in candidate.dockerfile.stages.flatMap(\.transfers)
    where transfer.from == nil && transfer.hasUnresolvedSource {
      let variables = transfer.unresolved.map { "$\($0)" }.joined(separator: ", ")
      notes.append(
        "\(candidate.path):\(transfer.line): \(variables) is not known, so that every file counts; "
          + "write the real patterns")
    }
    for (source, line) in candidate.sources
    where !source.isContext && !source.isPresent(in: files) {
      notes.append("\(candidate.path):\(line): \(source.path) is not there")
    }
    return notes
  }

  private static func linkNotes(
    _ candidates: [LayerCandidate], _ inference: ParentInference, _ index: Int,
    _ names: [LayerName]
  ) -> [String] {
    let path = candidates[index].path
    let main = inference.main(of: index)
    return inference.links.filter { $0.child == index && !$0.isMain }.map { link in
      let place = "\(path):\(link.base.line): "
      let below = names[link.parent]
      if let main {
        return place + "\(names[index]) is built from \(below), too, but has one parent only, "
          + "\(names[main.parent]): a change of \(below) does not rebuild it"
      }
      let argument = below.text.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" }
      let image = link.base.image
      let whole = image.repository + (image.tag.map { ":\($0)" } ?? "")
      return place + "\(names[index]) is built from \(below), but FROM takes no argument for it; "
        + "write ARG \(String(argument))_IMAGE=\(whole) before the first FROM, and "
        + "FROM ${\(String(argument))_IMAGE}, and take the # from its parent"
    }
  }
}
