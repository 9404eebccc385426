/// A first look at a path for all layers at once: numbers alone, in one array, so that a path that
/// no layer reads is passed over without touching a layer.
struct LayerProbes: Sendable {
  /// The layers that a path is worth holding against.
  struct Candidates {
    fileprivate var bits: UInt64

    /// Whether the layer at this position is one. Positions that have no bit always are.
    func contains(_ index: Int) -> Bool { index >= 64 || bits & (1 << UInt64(index)) != 0 }
  }

  private var probes: [(bit: UInt64, probe: PathProbe)] = []
  private var always: UInt64 = 0

  /// The probes of `layers`, in their order.
  init(_ layers: [LayerRules]) {
    for (index, layer) in layers.enumerated().prefix(64) {
      let bit: UInt64 = 1 << UInt64(index)
      for path in [layer.dockerfile] + layer.ignoreFiles {
        probes.append((bit, PathProbe(exactly: path.bytes)))
      }
      switch layer.filter.quantifier {
      case .some: probes += layer.filter.probes.map { (bit, $0) }
      case .every: always |= bit
      }
    }
  }

  /// The layers that may read a path with these ends: never too few.
  func candidates(_ ends: PathEnds) -> Candidates {
    var bits = always
    for (bit, probe) in probes where probe.admits(ends) { bits |= bit }
    return Candidates(bits: bits)
  }
}
