/// A plan in the formats of the `plan` command.
public enum PlanText {
  /// One line of JSON, in the shape that others build on.
  public static func json(_ plan: ChangePlan) -> String {
    let changed = plan.changed.map { ($0.layer.text, paths($0.paths)) }
    return JSONText.object([
      ("changed", JSONText.object(changed)),
      ("lowest", plan.lowest.map { JSONText.string($0.text) } ?? "null"),
      ("build", JSONText.array(plan.build.map { JSONText.string($0.layer.text) })),
      ("ignored", paths(plan.ignored)),
      ("unmatched", paths(plan.unmatched)),
    ])
  }

  private static func paths(_ paths: [RepositoryPath]) -> String {
    JSONText.array(paths.map { JSONText.string($0.bytes) })
  }

  /// Lines for `$GITHUB_OUTPUT`: `LAYER=` is the filter's own answer, `build-LAYER=` the decision.
  public static func github(_ plan: ChangePlan) -> String {
    let built = Set(plan.build.map(\.layer))
    let filters = plan.filters.map { "\($0.layer)=\($0.isMatched)\n" }
    let decisions = plan.filters.map { "build-\($0.layer)=\(built.contains($0.layer))\n" }
    return (filters + decisions).joined()
  }

  /// For people: what is built with its cause, what is not, and the paths that decide nothing.
  public static func text(_ plan: ChangePlan) -> String {
    guard plan.lowest != nil else {
      return "nothing to build\n" + leftovers(plan)
    }
    let causes = Dictionary(uniqueKeysWithValues: plan.build.map { ($0.layer, $0.cause) })
    let width = plan.changed.map(\.layer.text.count).max() ?? 0
    var text = ""
    for (layer, paths) in plan.changed {
      let name = layer.text + String(repeating: " ", count: width - layer.text.count)
      guard let cause = causes[layer] else {
        text += "keep   \(name)  none of its inputs changed\n"
        continue
      }
      text += "build  \(name)  \(reason(cause))\n"
      for path in paths.dropFirst().prefix(4) { text += "       \(spaces(width))  \(path)\n" }
      if paths.count > 5 {
        text += "       \(spaces(width))  and \(paths.count - 5) more\n"
      }
    }
    return text + leftovers(plan)
  }

  private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

  private static func reason(_ cause: Cause) -> String {
    switch cause {
    case .changed(let path, let pattern): "\(path) (matches \(pattern))"
    case .parent(let parent): "stands on \(parent)"
    default: "its inputs changed"
    }
  }

  private static func leftovers(_ plan: ChangePlan) -> String {
    var text = ""
    for path in plan.ignored { text += "ignored    " + path.description + "\n" }
    for path in plan.unmatched { text += "unmatched  " + path.description + "\n" }
    return text
  }
}
