import LayerPlanner

/// Fingerprints for the simulation: a number for each distinct build, written as hexadecimal.
struct FingerprintTable {
  private var numbers: [Int: Int] = [:]
  private var fingerprints: [Fingerprint] = []
  /// For each number that of its own inputs alone, and its parent's.
  private var parts: [(recipe: Int, parent: Int)] = []

  /// The number of the build with these inputs; `parent` is the parent's number, -1 for none.
  mutating func number(layer: Int, own: Int, salt: Int, parent: Int) -> Int {
    let key = (((parent + 1) << 3 | salt) << 5 | own) << 2 | layer
    if let known = numbers[key] { return known }
    let digits = String(fingerprints.count, radix: 16)
    let hex = String(repeating: "0", count: 64 - digits.count) + digits
    guard let fingerprint = Fingerprint(hex: hex) else { preconditionFailure("not hexadecimal") }
    let number = fingerprints.count
    numbers[key] = number
    fingerprints.append(fingerprint)
    parts.append((number, parent))
    if parent >= 0 {
      parts[number].recipe = self.number(layer: layer, own: own, salt: salt, parent: -1)
    }
    return number
  }

  func fingerprint(_ number: Int) -> Fingerprint { fingerprints[number] }

  /// The number of the own inputs of this build.
  func recipe(_ number: Int) -> Int { parts[number].recipe }

  /// The number of the build that this one stands on, -1 for none.
  func parent(_ number: Int) -> Int { parts[number].parent }

  func number(_ fingerprint: Fingerprint) -> Int {
    Int(fingerprint.hex.suffix(15), radix: 16) ?? -1
  }

  /// Starts over when the table has grown large; only between schedules.
  mutating func trim() {
    if fingerprints.count > 20_000 { self = FingerprintTable() }
  }
}

/// Configurations to choose from: which of up to four layers exist, and what each stands on.
struct FakeConfiguration {
  let tree: LayerTree
  /// For each layer its parent, -1 for none, -2 when the layer is not configured.
  let parents: [Int]
  /// The layers in build order.
  let order: [Int]
  /// What `Change.readers` is for each file.
  let readers: [[Change.Reader]]

  static let names: [LayerName] = ["base", "tooling", "application", "extra"]
  /// One file of each layer, and one that the first and the third share.
  static let paths: [RepositoryPath] = [
    "base.sh", "tooling.sh", "application.sh", "extra.sh", "all",
  ]
  static let sharedFile = 4

  init?(parents: [Int]) {
    self.parents = parents
    var layers: [(name: LayerName, parent: LayerName?)] = []
    for (layer, parent) in parents.enumerated() where parent != -2 {
      layers.append((Self.names[layer], parent < 0 ? nil : Self.names[parent]))
    }
    guard let tree = try? LayerTree(layers) else { return nil }
    self.tree = tree
    order = tree.order.compactMap { Self.names.firstIndex(of: $0) }
    readers = Self.paths.indices.map { file in
      parents.indices.filter { parents[$0] != -2 && Self.reads($0, file) }.map {
        Change.Reader(layer: Self.names[$0], pattern: "*")
      }
    }
  }

  static func reads(_ layer: Int, _ file: Int) -> Bool {
    file == layer || (file == sharedFile && (layer == 0 || layer == 2))
  }

  /// The seed's chain first, then other chains, trees and forests.
  static let all: [FakeConfiguration] = [
    [-1, 0, 1, -2], [-1, 0, 1, -2], [-1, 0, 1, -2], [-1, -2, -2, -2], [-1, 0, -2, -2],
    [-1, 0, 1, 2], [-1, 0, 0, -2], [-1, 0, 0, 1], [-1, 0, 0, 2], [-1, -1, -2, -2],
    [-1, 0, -1, 2], [-1, 0, 1, 0], [1, -1, 0, -2], [-1, -2, 0, -2],
  ].compactMap { FakeConfiguration(parents: $0) }
}

/// One file as it is on disk, or as a scan last saw it.
struct FakeFile: Equatable {
  /// 0..<3 builds; 3 is what no build succeeds with.
  var content = 0
  var isExecutable = false
  /// The Dockerfile that goes with it is there.
  var isPresent = true

  static let broken = 3
}
