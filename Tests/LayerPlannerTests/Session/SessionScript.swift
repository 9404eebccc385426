import LayerPlanner

/// A session of the chain base, tooling, application, driven by hand in milliseconds.
struct SessionScript {
  var session: Session
  private(set) var time: Int64 = 0

  static let chain: [LayerName] = ["base", "tooling", "application"]
  static let paths: [LayerName: RepositoryPath] = [
    "base": "base.sh", "tooling": "tooling.sh", "application": "application.sh",
  ]

  init(restart: LayerName? = nil, tree: LayerTree = Self.tree(["", "base", "tooling"])) {
    session = Session(tree: tree, settings: Session.Settings(restart: restart))
  }

  /// A session at rest: images 1, 2 and 3 are there and tagged, and 3 runs in the container.
  static func atRest(restart: LayerName? = nil) -> SessionScript {
    var script = SessionScript(restart: restart)
    _ = script.send(.started(catchUp: true), at: 0)
    _ = script.send(.scanned(Scan(id: 1, fingerprints: wants(1, 2, 3))), at: 1)
    _ = script.send(.images(.inventory(has([1], [2], [3]))), at: 2)
    return script
  }

  /// A tree of base, tooling and application with these parents; "" for none.
  static func tree(_ parents: [String]) -> LayerTree {
    let layers = zip(chain, parents).map { name, parent in
      (name: name, parent: parent.isEmpty ? nil : LayerName(parent))
    }
    guard let tree = try? LayerTree(layers) else { preconditionFailure("not a tree") }
    return tree
  }

  /// The fingerprint that ends in this number.
  static func content(_ number: Int) -> Fingerprint {
    let digits = String(number, radix: 16)
    let hex = String(repeating: "0", count: 64 - digits.count) + digits
    guard let fingerprint = Fingerprint(hex: hex) else { preconditionFailure("not hexadecimal") }
    return fingerprint
  }

  /// What a scan finds, from the lowest layer up.
  static func wants(_ numbers: Int...) -> [LayerName: Fingerprint] {
    Dictionary(uniqueKeysWithValues: zip(chain, numbers.map(content)))
  }

  /// Images of base, tooling and application; the last of each carries the stable tag, and the
  /// last of the application runs in the container.
  static func has(_ numbers: [Int]...) -> Inventory {
    var available: [LayerName: [Fingerprint: Image]] = [:]
    var stable: [LayerName: String] = [:]
    for (layer, contents) in zip(chain, numbers) {
      for number in contents {
        available[layer, default: [:]][content(number)] = Image(id: "image\(number)")
      }
      if let last = contents.last { stable[layer] = "image\(last)" }
    }
    let runs = stable["application"].map { Inventory.Container.running($0) }
    return Inventory(available: available, stable: stable, container: runs ?? .absent)
  }

  static func change(_ layer: LayerName, _ kind: Change.Kind = .final) -> Change {
    let reader = Change.Reader(layer: layer, pattern: "\(layer).*")
    return Change(path: paths[layer] ?? "other", kind: kind, readers: [reader])
  }

  static func cause(_ layer: LayerName) -> Cause {
    .changed(path: paths[layer] ?? "other", pattern: "\(layer).*")
  }

  mutating func send(_ input: Session.Input, at milliseconds: Int64) -> [Session.Action] {
    time = milliseconds
    return session.handle(input, at: Instant(nanoseconds: milliseconds * 1_000_000))
  }

  /// A save of the layer's file, up to the scan's answer.
  mutating func save(
    _ layer: LayerName, wants numbers: [LayerName: Fingerprint], scan: Int, at milliseconds: Int64,
    _ kind: Change.Kind = .final
  ) -> [Session.Action] {
    _ = send(.changed([Self.change(layer, kind)]), at: milliseconds)
    _ = send(.tick, at: milliseconds + 1000)
    return send(.scanned(Scan(id: scan, fingerprints: numbers)), at: milliseconds + 1000)
  }

  mutating func succeed(
    _ layer: LayerName, image: String = "new", at time: Int64
  ) -> [Session.Action] {
    send(.buildFinished(layer: layer, outcome: .succeeded(Image(id: image)), seconds: 2), at: time)
  }

  mutating func tick(at milliseconds: Int64) -> [Session.Action] { send(.tick, at: milliseconds) }

  var deadline: Int64? { session.deadline.map { $0.nanoseconds / 1_000_000 } }
}

extension [Session.Action] {
  /// The layers whose builds are started.
  var builds: [LayerName] {
    compactMap { if case .build(let build) = $0 { build.layer } else { nil } }
  }

  /// The builds that are started.
  var started: [Build] { compactMap { if case .build(let build) = $0 { build } else { nil } } }

  /// What the user is told.
  var events: [Event] { compactMap { if case .report(let event) = $0 { event } else { nil } } }

  /// What the user is warned of.
  var warnings: [String] {
    events.compactMap { if case .warning(let message) = $0 { message } else { nil } }
  }

  /// How builds ended.
  var results: [BuildResult] {
    events.compactMap { if case .buildFinished(_, _, _, let result) = $0 { result } else { nil } }
  }

  /// The plans that are reported.
  var plans: [[PlannedLayer]] {
    events.compactMap { if case .planned(let layers) = $0 { layers } else { nil } }
  }

  /// What is to be done, without reports.
  var deeds: [Session.Action] {
    filter { if case .report = $0 { false } else { true } }
  }
}
