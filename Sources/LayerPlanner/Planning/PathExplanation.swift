/// Why a change of one path builds what it builds.
public struct PathExplanation: Sendable {
  private let path: RepositoryPath
  private let rows: [(layer: LayerName, verdict: PathClassifier.Verdict)]
  private let plan: ChangePlan

  /// Explains a modification of `path`.
  public init(_ path: RepositoryPath, _ classifier: PathClassifier) {
    self.path = path
    rows = classifier.layers.map { layer in
      (layer.name, classifier.verdict(path, status: .modified, for: layer))
    }
    plan = ChangePlan([ChangedPath(path: path)], classifier)
  }

  /// The layers that the path belongs to.
  private var owners: [LayerName] { plan.changed.filter { !$0.paths.isEmpty }.map(\.layer) }

  /// A line for every layer and one for what follows.
  public var text: String {
    let width = rows.map(\.layer.text.count).max() ?? 0
    var text = "\(path)\n"
    for (layer, verdict) in rows {
      let name = layer.text + String(repeating: " ", count: width - layer.text.count)
      text += "  \(name)  \(words(layer, verdict))\n"
    }
    let built = plan.build.map(\.layer.text)
    text += built.isEmpty ? "  builds nothing\n" : "  builds \(built.joined(separator: ", "))\n"
    return text
  }

  private func words(_ layer: LayerName, _ verdict: PathClassifier.Verdict) -> String {
    switch verdict {
    case .input(let pattern):
      let isOwner = owners.contains(layer)
      let owner = isOwner ? "" : "; belongs to \(owners.map(\.text).joined(separator: ", "))"
      return "input     \(pattern)" + owner
    case .ignored(let pattern, let rule): return "ignored   \(rule) (\(pattern) matches)"
    case .unmatched: return "no match"
    }
  }

  /// One object: the path, each layer's verdict with the deciding pattern or rule, the owners, and
  /// what is built.
  public var json: String {
    let layers = rows.map { layer, verdict in
      let fields: [(String, String)] =
        switch verdict {
        case .input(let pattern):
          [("verdict", JSONText.string("input")), ("pattern", JSONText.string(pattern))]
        case .ignored(let pattern, let rule):
          [
            ("verdict", JSONText.string("ignored")), ("pattern", JSONText.string(pattern)),
            ("rule", JSONText.string(rule)),
          ]
        case .unmatched: [("verdict", JSONText.string("unmatched"))]
        }
      return (layer.text, JSONText.object(fields))
    }
    return JSONText.object([
      ("path", JSONText.string(path.bytes)),
      ("layers", JSONText.object(layers)),
      ("owners", JSONText.array(owners.map { JSONText.string($0.text) })),
      ("build", JSONText.array(plan.build.map { JSONText.string($0.layer.text) })),
    ])
  }
}
