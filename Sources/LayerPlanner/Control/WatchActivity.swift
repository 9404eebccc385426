/// What a watcher is doing, as far as its events tell, for those who ask while it runs.
public struct WatchActivity: Sendable {
  /// What cannot be learnt from events.
  public struct Present: Sendable {
    /// How things stand.
    public var outcome: Session.Outcome
    /// Whether nothing is started.
    public var isPaused: Bool
    /// Whether it is about to end.
    public var isEnding: Bool
    /// The step that the running build is at, such as `3/6 RUN make`; nil when it is not known.
    public var step: String?
    /// Seconds since 1970.
    public var now: Int64

    /// How things stand now.
    public init(
      outcome: Session.Outcome, isPaused: Bool, isEnding: Bool = false, step: String? = nil,
      now: Int64
    ) {
      self.outcome = outcome
      self.isPaused = isPaused
      self.isEnding = isEnding
      self.step = step
      self.now = now
    }
  }

  /// When it started, in seconds since 1970.
  public let started: Int64
  private var building: (layer: LayerName, since: Int64)?
  private var lastFailure: (layer: LayerName, time: Int64)?
  private var pausedSince: Int64?
  /// The latest event.
  private var latest: Int64

  /// The activity of a watcher that started at this time, in seconds since 1970.
  public init(started: Int64) {
    self.started = started
    latest = started
  }

  /// Takes in an event of this time, in seconds since 1970.
  public mutating func note(_ event: Event, at now: Int64) {
    latest = now
    switch event {
    case .buildStarted(let layer): building = (layer, now)
    case .buildFinished(let layer, _, _, let result):
      if building?.layer == layer { building = nil }
      if result == .failed { lastFailure = (layer, now) }
    case .paused: pausedSince = now
    case .resumed: pausedSince = nil
    default: break
    }
  }

  private typealias State = (word: String, detail: String, since: Int64)

  private func state(_ present: Present) -> State {
    if present.isEnding { return ("stopping", "", latest) }
    if let building {
      let step = present.step.map { ", step \($0)" } ?? ""
      return ("building", "\(building.layer)\(step)", building.since)
    }
    if present.isPaused { return ("paused", "", pausedSince ?? latest) }
    switch present.outcome {
    case .working: return ("working", "", latest)
    case .upToDate: return ("idle", "", latest)
    case .failed(let layers):
      let names = layers.map(\.text).joined(separator: ", ")
      return ("failed", names, lastFailure?.time ?? latest)
    case .containerFailed: return ("failed", "the container could not be started", latest)
    case .unreachable(let reason): return ("waiting", "the engine: \(reason)", latest)
    }
  }

  /// What is going on, in few words: `idle`, `building application`.
  public func summary(_ present: Present) -> String {
    let state = state(present)
    let detail = building.map(\.layer.text) ?? state.detail
    return detail.isEmpty ? state.word : "\(state.word) \(detail)"
  }

  /// A line for people, and one for the last failure if that is not what the first is about.
  public func lines(_ present: Present) -> [String] {
    let state = state(present)
    let detail = state.detail.isEmpty ? "" : "  \(state.detail)"
    let span = Self.span(present.now - state.since)
    var lines = ["\(state.word) for \(span)\(detail)"]
    if let lastFailure, state.word != "failed" {
      lines.append(
        "last failure  \(lastFailure.layer), \(StatusReport.age(present.now - lastFailure.time))")
    }
    return lines
  }

  /// One JSON object.
  public func json(_ present: Present) -> String {
    let state = state(present)
    let isBuilding = state.word == "building"
    func time(_ seconds: Int64) -> String {
      JSONText.string(Timestamp.rfc3339(seconds: seconds, nanoseconds: 0))
    }
    return JSONText.object([
      ("state", JSONText.string(state.word)),
      ("since", time(state.since)),
      ("layer", isBuilding ? building.map { JSONText.string($0.layer.text) } ?? "null" : "null"),
      ("step", isBuilding ? present.step.map { JSONText.string($0) } ?? "null" : "null"),
      ("reason", isBuilding ? JSONText.string("") : JSONText.string(state.detail)),
      ("paused", present.isPaused ? "true" : "false"),
      (
        "last-failure",
        lastFailure.map {
          JSONText.object([("layer", JSONText.string($0.layer.text)), ("time", time($0.time))])
        } ?? "null"
      ),
      ("started", time(started)),
    ])
  }

  private static func span(_ seconds: Int64) -> String {
    seconds < 60 ? "\(max(0, seconds)) s" : EventText.duration(Double(seconds))
  }
}
