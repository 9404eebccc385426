/// How many images of each kind are kept, and how long.
public struct RetentionPolicy: Equatable, Sendable {
  /// For each layer how many versions (by version, time or commit) are kept; a layer that is left
  /// out keeps all.
  public var versions: [LayerName: Int]
  /// How long images of pull requests are kept, in seconds.
  public var pullRequestAge: Int64
  /// How many images of branches are kept, all branches together.
  public var branches: Int
  /// How many images by content are kept of each layer.
  public var contents: Int
  /// How long images by content are kept, in seconds.
  public var contentAge: Int64
  /// Pull requests that have been merged: their images go, however new.
  public var merged: Set<Int>

  /// A policy.
  public init(
    versions: [LayerName: Int], pullRequestAge: Int64, branches: Int, contents: Int,
    contentAge: Int64, merged: Set<Int> = []
  ) {
    self.versions = versions
    self.pullRequestAge = pullRequestAge
    self.branches = branches
    self.contents = contents
    self.contentAge = contentAge
    self.merged = merged
  }
}

extension Configuration {
  /// The policy of `[retention]` and of the layers.
  public var retentionPolicy: RetentionPolicy {
    var versions: [LayerName: Int] = [:]
    for layer in layers { versions[layer.name.value] = keptVersions(layer) }
    return RetentionPolicy(
      versions: versions, pullRequestAge: retention.pullRequestAge.value.components.seconds,
      branches: retention.branches.value, contents: retention.contents.value,
      contentAge: retention.contentAge.value.components.seconds)
  }

  /// What the layer says, else all of the lowest, which rarely change, and of the topmost, which
  /// are only versions because a person called them so; three of those between.
  private func keptVersions(_ layer: LayerConfiguration) -> Int? {
    if let configured = layer.keptVersions { return configured.value }
    let isBetween = layer.parent != nil && !tree.children(of: layer.name.value).isEmpty
    return isBetween ? 3 : nil
  }
}
