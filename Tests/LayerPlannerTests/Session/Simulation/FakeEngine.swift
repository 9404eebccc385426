import LayerPlanner

/// Images and tags as an engine keeps them, with the truth that no engine knows.
struct FakeEngine {
  struct Image {
    /// The build that this image really is the result of.
    let truth: Int
    /// The same of the image that it stands on, -1 for none.
    let parentTruth: Int
  }

  struct BuildJob {
    let build: Build
    let layer: Int
    let number: Int
    let parentTruth: Int
    let salt: Int
    let isShared: Bool
    /// When the layer's own file and the shared file are read.
    var readsAt: [Int64]
    var seen: [FakeFile?] = [nil, nil]
    var endsAt: Int64
    var outcome: Outcome

    enum Outcome { case byContent, failure, cancelled, lost }
  }

  var images: [Image] = []
  /// For each layer the tags `LAYER-FINGERPRINT`: number of the fingerprint to image.
  var tags: [[Int: Int]] = [[:], [:], [:], [:]]
  /// For each layer the image of the stable tag, -1 for none.
  var stable = [-1, -1, -1, -1]
  /// The number of the fingerprint that the container runs, -1 for none.
  var container = -1
  var isDown = false

  /// The answer to a query.
  func inventory(_ table: FingerprintTable) -> Inventory {
    var available: [LayerName: [Fingerprint: String]] = [:]
    var stands: [LayerName: Fingerprint] = [:]
    for layer in 0..<4 where !tags[layer].isEmpty {
      let name = FakeConfiguration.names[layer]
      var known: [Fingerprint: String] = [:]
      for (number, image) in tags[layer] {
        known[table.fingerprint(number)] = "image"
        if image == stable[layer] { stands[name] = table.fingerprint(number) }
      }
      available[name] = known
    }
    let state = container < 0 ? Inventory.Container.absent : .running(table.fingerprint(container))
    return Inventory(available: available, stable: stands, container: state)
  }
}
