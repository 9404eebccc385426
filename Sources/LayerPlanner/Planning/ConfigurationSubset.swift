extension Configuration {
  /// The same configuration with only `names` and what they stand on.
  public func keeping(_ names: [LayerName]) -> Configuration {
    let kept = Set(names + names.flatMap(tree.ancestors))
    var subset = self
    subset.layers = layers.filter { kept.contains($0.name.value) }
    let edges = subset.layers.map { (name: $0.name.value, parent: $0.parent?.value) }
    // A part of a tree that holds every ancestor of its members is a tree.
    if let tree = try? LayerTree(edges) { subset.tree = tree }
    if let container, !kept.contains(container.layer.value) { subset.container = nil }
    return subset
  }
}
