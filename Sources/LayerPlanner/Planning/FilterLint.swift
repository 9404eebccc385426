/// Holds a layer's filter against what its Dockerfile copies: an edit of a file that is copied and
/// that no filter names would never reach the image.
public struct FilterLint: Sendable {
  private let classifier: PathClassifier
  private let files: [RepositoryPath]
  private let tree: RepositoryFiles

  /// A lint over the repository's files; directories need not be given.
  public init(_ classifier: PathClassifier, files: [RepositoryPath]) {
    self.classifier = classifier
    self.files = files
    tree = RepositoryFiles(files)
  }

  /// What is wrong between the filter, the Dockerfile and the tree of one layer.
  ///
  /// - Parameter parentArgument: the configured argument that takes the parent's image.
  public func findings(
    _ layer: LayerRules, _ dockerfile: Dockerfile, parentArgument: String?
  ) -> [Finding] {
    var found = uncovered(layer, dockerfile) + idle(layer)
    if let parentArgument, !dockerfile.arguments.contains(where: { $0.name == parentArgument }) {
      found.append(
        Finding(
          .problem, layer.name.text,
          "\(layer.dockerfile) declares no ARG \(parentArgument) before FROM, so that it would "
            + "not be built on its parent",
          remedy: "write ARG \(parentArgument) and FROM ${\(parentArgument)}"))
    }
    return found
  }

  /// Copied files that this layer's filter does not name. One that the filter of a layer below
  /// names is rebuilt for it, but not if that layer comes out as it was.
  private func uncovered(_ layer: LayerRules, _ dockerfile: Dockerfile) -> [Finding] {
    let below = Set(classifier.tree.ancestors(of: layer.name))
    let deciding = classifier.layers.filter { below.contains($0.name) }
    var found: [Finding] = []
    for transfer in dockerfile.stages.flatMap(\.transfers) where transfer.from == nil {
      for source in transfer.sources {
        guard let copied = CopySource(source, context: layer.context) else { continue }
        let missed = files.filter { file in
          copied.takes(file)
            && classifier.verdict(file, status: .modified, for: layer) == .unmatched
            && !isLeftOut(file, layer)
        }
        let owners = missed.map { file in
          deciding.first { classifier.verdict(file, status: .modified, for: $0) != .unmatched }
        }
        let place = "\(layer.dockerfile):\(transfer.line) copies "
        let patterns = copied.patterns(in: tree).map { "path = \($0)" }
        let remedy = "add \(patterns.joined(separator: ", ")) to layer \(layer.name)"
        let orphans = zip(missed, owners).filter { $1 == nil }.map(\.0)
        if let first = orphans.first {
          found.append(
            Finding(
              .warning, layer.name.text,
              place + "\(first)\(Self.others(orphans)), which no filter names",
              remedy: remedy + ", or leave it out by the ignore file"))
        }
        let lower = zip(missed, owners).compactMap { file, owner in owner.map { (file, $0.name) } }
        if let (first, owner) = lower.first {
          found.append(
            Finding(
              .warning, layer.name.text,
              place + "\(first)\(Self.others(lower)), which only the filter of \(owner) names",
              remedy: remedy))
        }
      }
    }
    return found
  }

  private static func others(_ files: [some Any]) -> String {
    files.count > 1 ? " and \(files.count - 1) more" : ""
  }

  private func isLeftOut(_ file: RepositoryPath, _ layer: LayerRules) -> Bool {
    guard let rules = layer.ignore?.rules, file.isWithin(layer.context) else { return false }
    let skipped = layer.context.bytes.isEmpty ? 0 : layer.context.bytes.count + 1
    return (try? rules.excludesInBuild(Array(file.bytes.dropFirst(skipped)))) == true
  }

  /// Patterns that name no file of the tree.
  private func idle(_ layer: LayerRules) -> [Finding] {
    layer.filter.rules.flatMap(\.patterns).compactMap { pattern in
      guard !files.contains(where: { pattern.matches($0.bytes) }) else { return nil }
      return Finding(
        .warning, layer.name.text, "the pattern \(pattern.text) matches no file",
        remedy: "correct it, or take it out")
    }
  }
}
