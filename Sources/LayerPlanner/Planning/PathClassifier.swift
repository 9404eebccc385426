/// What decides over one layer's inputs. A class, because it is read once a path and layer, and to
/// pass a value of this size costs more than to match most paths.
public final class LayerRules: Sendable {
  /// The layer.
  public let name: LayerName
  /// The Dockerfile, relative to the repository; always an input.
  public let dockerfile: RepositoryPath
  /// The build context's directory.
  public let context: RepositoryPath
  /// The configured patterns.
  public let filter: PathFilter
  /// The ignore file that applies to the build, and its rules; nil when there is none.
  public let ignore: (file: RepositoryPath, rules: IgnoreRules)?
  /// Where an ignore file of this layer may stand.
  let ignoreFiles: [RepositoryPath]

  /// The rules of one layer.
  public init(
    name: LayerName, dockerfile: RepositoryPath, context: RepositoryPath, filter: PathFilter,
    ignore: (file: RepositoryPath, rules: IgnoreRules)?
  ) {
    self.name = name
    self.dockerfile = dockerfile
    self.context = context
    self.filter = filter
    self.ignore = ignore
    ignoreFiles = Self.ignoreFiles(dockerfile: dockerfile, context: context)
  }

  /// The places where an ignore file of this layer may stand, the preferred one first: BuildKit
  /// takes `<Dockerfile name>.dockerignore` beside the Dockerfile over the context's own.
  public static func ignoreFiles(
    dockerfile: RepositoryPath, context: RepositoryPath
  ) -> [RepositoryPath] {
    [
      RepositoryPath(bytes: dockerfile.bytes + Array(".dockerignore".utf8)),
      context.appending(".dockerignore".utf8),
    ]
  }
}

/// Maps paths to the layers that read them. Every answer of `plan`, `why`, the watch and the
/// fingerprints comes from here, so that they cannot disagree.
public struct PathClassifier: Sendable {
  /// What a path is to one layer.
  public enum Verdict: Equatable, Sendable {
    /// An input, for this pattern or this part of the build.
    case input(pattern: String)
    /// A pattern names it, but the ignore file keeps it out of the build.
    case ignored(pattern: String, by: String)
    /// No pattern names it.
    case unmatched
  }

  /// The layers in build order.
  public let layers: [LayerRules]
  /// Which stands on which.
  public let tree: LayerTree
  /// A first look at a path.
  let probes: LayerProbes

  /// A classifier for the layers of `tree`.
  public init(layers: [LayerRules], tree: LayerTree) {
    self.layers = layers.sorted { tree.rank(of: $0.name) < tree.rank(of: $1.name) }
    self.tree = tree
    probes = LayerProbes(self.layers)
  }

  /// What `path` is to `layer`.
  public func verdict(
    _ path: RepositoryPath, status: ChangeStatus, for layer: LayerRules
  ) -> Verdict {
    var memo = IgnoreRules.Memo()
    return verdict(path, status: status, for: layer, memo: &memo)
  }

  /// The same for one of many paths; `memo` belongs to this layer alone.
  func verdict(
    _ path: RepositoryPath, status: ChangeStatus, for layer: LayerRules,
    memo: inout IgnoreRules.Memo
  ) -> Verdict {
    // The builder reads these two whatever the patterns and the ignore file say.
    if path == layer.dockerfile { return .input(pattern: quoted(path.bytes)) }
    if layer.ignoreFiles.contains(path) { return .input(pattern: quoted(path.bytes)) }
    guard let decision = layer.filter.match(path.bytes, status: status) else { return .unmatched }
    let pattern = decision.pattern?.text ?? ""
    if let rule = ignoringRule(path, layer, &memo) { return .ignored(pattern: pattern, by: rule) }
    return .input(pattern: pattern)
  }

  /// The layers that read `path`, in build order, each with its deciding pattern.
  public func readers(
    _ path: RepositoryPath, status: ChangeStatus = .modified
  ) -> [Change.Reader] {
    layers.compactMap { layer in
      guard case .input(let pattern) = verdict(path, status: status, for: layer) else { return nil }
      return Change.Reader(layer: layer.name, pattern: pattern)
    }
  }

  /// The layers whose images depend on the content of `path`. An ignore file is not among these
  /// paths unless a pattern names it: what it does to a build is which files are inputs.
  public func contentReaders(_ path: RepositoryPath) -> [LayerName] {
    layers.compactMap { layer in
      if path == layer.dockerfile { return layer.name }
      guard layer.filter.match(path.bytes, status: .modified) != nil,
        !isIgnored(path, layer)
      else { return nil }
      return layer.name
    }
  }

  /// False only when nothing below `directory` can be an input of any layer: it needs no watch.
  public func mayHoldInputs(below directory: RepositoryPath) -> Bool {
    layers.contains { layer in
      let fixed = [layer.dockerfile] + layer.ignoreFiles
      if fixed.contains(where: { $0 != directory && $0.isWithin(directory) }) { return true }
      guard layer.filter.mayMatch(below: directory.bytes) else { return false }
      guard let ignore = layer.ignore, let path = relative(directory, to: layer.context),
        !path.isEmpty
      else { return true }
      // A pattern that fails in the builder fails there, with its message: watch all the same.
      return (try? ignore.rules.prunes(path)) != true
    }
  }

  /// False only when the ignore files keep everything below `directory` out of every build.
  public func mayBeCopied(below directory: RepositoryPath) -> Bool {
    layers.contains { layer in
      guard let ignore = layer.ignore, let path = relative(directory, to: layer.context),
        !path.isEmpty
      else { return true }
      return (try? ignore.rules.prunes(path)) != true
    }
  }

  /// Whether the ignore file of one of `layers` lets `path` into its build, whatever the patterns
  /// say. A directory is let in when something below it may be.
  public func isCopied(
    _ path: RepositoryPath, isDirectory: Bool, into layers: [LayerName]
  ) -> Bool {
    self.layers.contains { layer in
      guard layers.contains(layer.name) else { return false }
      guard isIgnored(path, layer) else { return true }
      guard isDirectory, let ignore = layer.ignore, let inside = relative(path, to: layer.context)
      else { return false }
      return (try? ignore.rules.prunes(inside)) != true
    }
  }

  /// The line of the ignore file that keeps `path` out of the layer's build, or nil.
  private func ignoringRule(
    _ path: RepositoryPath, _ layer: LayerRules, _ memo: inout IgnoreRules.Memo
  ) -> String? {
    guard let ignore = layer.ignore, let inside = relative(path, to: layer.context),
      let decision = try? ignore.rules.decide(inside, memo: &memo), decision.isExcluded
    else { return nil }
    return "\(ignore.file):\(decision.pattern.line): \(decision.pattern)"
  }

  private func isIgnored(_ path: RepositoryPath, _ layer: LayerRules) -> Bool {
    guard let ignore = layer.ignore, let inside = relative(path, to: layer.context) else {
      return false
    }
    return (try? ignore.rules.excludesInBuild(inside)) == true
  }

  /// `path` seen from the context; nil when it lies outside.
  private func relative(_ path: RepositoryPath, to context: RepositoryPath) -> [UInt8]? {
    guard !context.bytes.isEmpty else { return path.bytes }
    guard path.isWithin(context) else { return nil }
    return Array(path.bytes.dropFirst(context.bytes.count + 1))
  }
}
