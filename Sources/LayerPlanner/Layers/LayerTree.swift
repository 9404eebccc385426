/// Which layer stands on which: a forest of layers, each with at most one parent.
///
/// Built once from the configuration; cycles and unknown parents are refused, so every query
/// below is total and ends.
public struct LayerTree: Equatable, Sendable {
  /// Why a set of layers is not a tree.
  public enum Problem: Error, Equatable, Sendable {
    /// Two layers have this name.
    case duplicate(LayerName)
    /// `layer` names a parent that is not configured.
    case unknownParent(layer: LayerName, parent: LayerName)
    /// These layers stand on each other in a ring; the first is the smallest name.
    case cycle([LayerName])
  }

  /// Every layer, each after its parent; layers of equal depth keep the configured order.
  public let order: [LayerName]
  private let parents: [LayerName: LayerName]
  private let ranks: [LayerName: Int]

  /// A tree from layers in configured order, each with its parent, if any.
  public init(_ layers: [(name: LayerName, parent: LayerName?)]) throws(Problem) {
    var parents: [LayerName: LayerName] = [:]
    var names: Set<LayerName> = []
    for (name, parent) in layers {
      guard names.insert(name).inserted else { throw .duplicate(name) }
      parents[name] = parent
    }
    for (name, parent) in layers {
      if let parent, !names.contains(parent) {
        throw .unknownParent(layer: name, parent: parent)
      }
    }
    var depths: [LayerName: Int] = [:]
    for (name, _) in layers {
      var chain: [LayerName] = []
      var current: LayerName? = name
      while let here = current, depths[here] == nil {
        if let start = chain.firstIndex(of: here) {
          throw .cycle(Self.fromSmallest(Array(chain[start...])))
        }
        chain.append(here)
        current = parents[here]
      }
      var depth = current.flatMap { depths[$0] }.map { $0 + 1 } ?? 0
      for link in chain.reversed() {
        depths[link] = depth
        depth += 1
      }
    }
    let sorted = layers.map(\.name).enumerated().sorted { left, right in
      let leftDepth = depths[left.element] ?? 0
      let rightDepth = depths[right.element] ?? 0
      return (leftDepth, left.offset) < (rightDepth, right.offset)
    }
    order = sorted.map(\.element)
    self.parents = parents
    ranks = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
  }

  /// The layer that `layer` is built on, or nil for one that starts from an image of elsewhere.
  public func parent(of layer: LayerName) -> LayerName? { parents[layer] }

  /// Everything that `layer` stands on, nearest first.
  public func ancestors(of layer: LayerName) -> [LayerName] {
    var found: [LayerName] = []
    var current = parents[layer]
    while let here = current {
      found.append(here)
      current = parents[here]
    }
    return found
  }

  /// The layers that stand directly on `layer`, in build order.
  public func children(of layer: LayerName) -> [LayerName] {
    order.filter { parents[$0] == layer }
  }

  /// `layers` and everything that stands on them, in build order.
  public func above(_ layers: Set<LayerName>) -> [LayerName] {
    var affected: Set<LayerName> = []
    for name in order where layers.contains(name) || parents[name].map(affected.contains) == true {
      affected.insert(name)
    }
    return order.filter(affected.contains)
  }

  /// Those of `layers` that stand on no other of them: where a path that matches them all belongs.
  public func lowest(of layers: Set<LayerName>) -> [LayerName] {
    order.filter { name in
      layers.contains(name) && !ancestors(of: name).contains(where: layers.contains)
    }
  }

  /// The position of `layer` in `order`; unknown layers come last.
  public func rank(of layer: LayerName) -> Int { ranks[layer] ?? order.count }

  private static func fromSmallest(_ ring: [LayerName]) -> [LayerName] {
    guard let smallest = ring.min(), let start = ring.firstIndex(of: smallest) else { return ring }
    return Array(ring[start...] + ring[..<start])
  }
}
