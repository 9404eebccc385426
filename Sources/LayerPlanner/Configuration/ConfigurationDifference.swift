/// What an edit of the configuration changed.
public struct ConfigurationDifference: Hashable, Sendable {
  /// Layers whose definition is new or another, in the new build order. Layers above them are not
  /// listed unless their own definition changed.
  public let layers: [LayerName]
  /// Layers that are gone, in the old build order.
  public let removedLayers: [LayerName]
  /// The sections other than `layer` in which a value changed, in the schema's order.
  public let sections: [String]

  /// Whether nothing changed.
  public var isEmpty: Bool { layers.isEmpty && removedLayers.isEmpty && sections.isEmpty }
}

extension Configuration {
  /// What differs between this configuration and the `newer` one.
  public func difference(to newer: Configuration) -> ConfigurationDifference {
    let sections = [
      ("image", repository == newer.repository), ("registry", registry == newer.registry),
      ("retention", retention == newer.retention),
      ("engine", engine == newer.engine),
      ("build", build == newer.build), ("container", container == newer.container),
      ("sync", syncs == newer.syncs), ("watch", watch == newer.watch),
    ]
    return ConfigurationDifference(
      layers: newer.tree.order.filter { layer($0) != newer.layer($0) },
      removedLayers: tree.order.filter { newer.layer($0) == nil },
      sections: sections.filter { !$0.1 }.map(\.0))
  }
}
