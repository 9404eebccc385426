import LayerPlanner

/// Images and tags as an engine keeps them, with the truth that no engine knows.
struct FakeEngine {
  struct Image {
    /// The number of the inputs that this image was really made from, besides its parent.
    let recipe: Int
    /// The number of what it is to the images on it.
    let effect: Int
    /// The effect of the image that it stands on, -1 for none.
    let base: Int
  }

  struct BuildJob {
    let build: Build
    let layer: Int
    let number: Int
    /// The effect of the parent, -1 for none.
    let base: Int
    let salt: Int
    /// What this build does not share with another of the same inputs: builds are not all
    /// reproducible.
    let nonce: Int
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
  /// The image that the container runs, -1 for none.
  var container = -1
  /// What images are to those that stand on them, by number.
  var effects = FingerprintTable()
  var isDown = false

  /// The answer to a query.
  func inventory(_ table: FingerprintTable) -> Inventory {
    var available: [LayerName: [Fingerprint: LayerPlanner.Image]] = [:]
    var stands: [LayerName: String] = [:]
    for layer in 0..<4 {
      let name = FakeConfiguration.names[layer]
      if stable[layer] >= 0 { stands[name] = "\(stable[layer])" }
      for (number, image) in tags[layer] {
        available[name, default: [:]][table.fingerprint(number)] = description(image, table)
      }
    }
    let state = container < 0 ? Inventory.Container.absent : .running("\(container)")
    return Inventory(available: available, stable: stands, container: state)
  }

  /// An image as the session is told of it.
  func description(_ number: Int, _ table: FingerprintTable) -> LayerPlanner.Image {
    let image = images[number]
    return LayerPlanner.Image(
      id: "\(number)", recipe: table.fingerprint(image.recipe),
      identity: effects.fingerprint(image.effect),
      base: image.base < 0 ? nil : effects.fingerprint(image.base))
  }

  /// The result of a build. That a file has content 2 and not 1 makes no difference to what stands
  /// on the image: it is like a comment.
  mutating func make(
    layer: Int, own: Int, salt: Int, base: Int, nonce: Int, _ table: inout FingerprintTable
  ) -> Int {
    let recipe = table.number(layer: layer, own: own, salt: salt, parent: -1)
    let visible = own & 3 == 2 ? own - 1 : own
    let effect = effects.number(layer: layer, own: visible, salt: salt + 2 * nonce, parent: base)
    images.append(Image(recipe: recipe, effect: effect, base: base))
    return images.count - 1
  }

  /// Whether anything still names the image.
  func isThere(_ image: Int) -> Bool {
    stable.contains(image) || tags.contains { $0.values.contains(image) }
  }

  /// An image of the layer that was made from these inputs on an image like `base`.
  func equal(layer: Int, recipe: Int, base: Int) -> Int? {
    tags[layer].values.first { images[$0].recipe == recipe && images[$0].base == base }
  }
}
