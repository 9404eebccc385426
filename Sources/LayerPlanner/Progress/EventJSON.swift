/// Events as JSON lines: one object a line, `event` and `time` first.
public enum EventJSON {
  /// The line for an event, without its end.
  ///
  /// - Parameter time: when it happened, in RFC 3339.
  public static func line(_ event: Event, time: String) -> String {
    let (name, fields) = parts(event)
    let head = [("event", JSONText.string(name)), ("time", JSONText.string(time))]
    return JSONText.object(head + fields)
  }

  private static func parts(_ event: Event) -> (name: String, fields: [(String, String)]) {
    switch event {
    case .ready: ("ready", [])
    case .changed(let changed): ("changed", [("paths", paths(changed))])
    case .planned(let layers):
      (
        "planned",
        [
          ("build", JSONText.array(layers.map { JSONText.string($0.layer.text) })),
          ("cause", JSONText.object(layers.map { ($0.layer.text, cause($0.cause)) })),
        ]
      )
    case .buildStarted(let layer):
      ("build-started", [("layer", JSONText.string(layer.text))])
    case .buildFinished(let layer, let image, let seconds, let result):
      (
        "build-finished",
        [
          ("layer", JSONText.string(layer.text)), ("image", JSONText.string(image)),
          ("seconds", number(seconds)), ("result", JSONText.string(result.rawValue)),
        ]
      )
    case .pulled(let layer, let reference, let seconds, let summary):
      (
        "pulled",
        [
          ("layer", JSONText.string(layer.text)), ("image", JSONText.string(reference)),
          ("seconds", number(seconds)), ("transferred", JSONText.string(summary)),
        ]
      )
    case .pushed(let reference, let seconds, let summary):
      (
        "pushed",
        [
          ("image", JSONText.string(reference)), ("seconds", number(seconds)),
          ("transferred", JSONText.string(summary)),
        ]
      )
    case .tagged(let tags):
      ("tagged", [("tags", JSONText.array(tags.map { JSONText.string($0) }))])
    case .synced(let synced, _, let milliseconds):
      ("synced", [("paths", paths(synced)), ("milliseconds", number(milliseconds))])
    case .restarted(let container, let seconds):
      (
        "restarted",
        [("container", JSONText.string(container)), ("seconds", number(seconds))]
      )
    case .rolledBack(let container, let reason):
      (
        "rolled-back",
        [("container", JSONText.string(container)), ("reason", JSONText.string(reason))]
      )
    case .rescan(let reason): ("rescan", [("reason", JSONText.string(reason))])
    case .warning(let message): ("warning", [("message", JSONText.string(message))])
    case .paused: ("paused", [])
    case .resumed: ("resumed", [])
    case .idle: ("idle", [])
    }
  }

  private static func paths(_ paths: [RepositoryPath]) -> String {
    JSONText.array(paths.map { JSONText.string($0.bytes) })
  }

  private static func cause(_ cause: Cause) -> String {
    let fields: [(String, String)] =
      switch cause {
      case .changed(let path, let pattern):
        [
          ("kind", JSONText.string("changed")), ("path", JSONText.string(path.bytes)),
          ("pattern", JSONText.string(pattern)),
        ]
      case .parent(let layer):
        [("kind", JSONText.string("parent")), ("layer", JSONText.string(layer.text))]
      case .stale: [("kind", JSONText.string("stale"))]
      case .missing: [("kind", JSONText.string("missing"))]
      case .unfinished: [("kind", JSONText.string("unfinished"))]
      case .configuration: [("kind", JSONText.string("configuration"))]
      case .requested: [("kind", JSONText.string("requested"))]
      }
    return JSONText.object(fields)
  }

  /// A number with three decimals at most; JSON has no infinity.
  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    return "\((value * 1000).rounded() / 1000)"
  }
}
