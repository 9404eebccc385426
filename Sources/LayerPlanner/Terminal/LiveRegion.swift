/// What the lines at the foot of the terminal show: each layer, the container, and what goes on.
///
/// It learns of events as they are printed, and of what the session says after each input. `lines`
/// draws it.
public struct LiveRegion: Sendable {
  /// One layer.
  struct Row: Sendable {
    let name: LayerName
    /// The stable tag; nil when it has none.
    let stable: String?
    var state = State.unknown
    /// When the stable tag last moved: a time of day or a date; empty when that is not known.
    var since = ""
    /// How long a build usually takes, in seconds.
    var usual: Double?
    /// Why it is built, for people.
    var cause = ""
  }

  /// What is known of a layer.
  enum State: Equatable, Sendable {
    /// It has not been compared yet.
    case unknown
    /// Its image is that of the tree.
    case current
    /// It is to be built after others.
    case planned
    /// It is being built since then.
    case building(Instant)
    /// Its last build failed, in this step.
    case failed(String)
    /// Its last build was stopped.
    case stopped
    /// It is to be built, and waits for this.
    case waiting(String)
  }

  /// What the program is doing.
  public enum Activity: Hashable, Sendable {
    /// The tree and the images are being compared for the first time.
    case starting
    /// Nothing is done before the first change.
    case watching
    /// Nothing is left to do, since that time of day.
    case idle(since: String)
    /// Something is being done.
    case working
    /// Something cannot be built as it is.
    case failed
    /// Layers wait for edits to stop.
    case waiting
    /// Nothing is started until somebody says so.
    case paused
    /// The engine does not answer.
    case unreachable
    /// What runs is being ended.
    case ending
  }

  /// The container of the configuration.
  struct Container: Sendable {
    let name: String
    var state = "not known yet"
    var since = ""
    var isBad = false
  }

  var rows: [Row]
  var container: Container?
  /// The last sync, for people; empty when there was none.
  var sync = ""
  /// The step that the running build is in.
  public var step: BuildStep?
  /// What the program is doing.
  public var activity = Activity.starting

  /// Nothing is known yet of these layers, the lowest first.
  ///
  /// - Parameters:
  ///   - layers: each layer with its stable tag.
  ///   - container: the name of the container, if one is configured.
  public init(layers: [(name: LayerName, stable: String?)], container: String?) {
    rows = layers.map { Row(name: $0.name, stable: $0.stable) }
    self.container = container.map { Container(name: $0) }
  }

  /// Shows other layers from now on, after an edit of the configuration; keeps what is known.
  public mutating func replace(
    layers: [(name: LayerName, stable: String?)], container name: String?
  ) {
    let known = self
    self = LiveRegion(layers: layers, container: name)
    for index in rows.indices {
      guard let row = known.rows.first(where: { $0.name == rows[index].name }) else { continue }
      rows[index].state = row.state
      rows[index].since = row.since
      rows[index].usual = row.usual
      rows[index].cause = row.cause
    }
    if known.container?.name == name { container = known.container }
    (sync, step, activity) = (known.sync, known.step, known.activity)
  }

  /// How long builds usually take, in seconds.
  public mutating func note(usual: [LayerName: Double]) {
    for index in rows.indices { rows[index].usual = usual[rows[index].name] }
  }

  /// When the stable tags last moved, as far as it is known: times of day or dates.
  public mutating func note(tagged: [LayerName: String]) {
    for index in rows.indices where rows[index].since.isEmpty {
      rows[index].since = tagged[rows[index].name] ?? ""
    }
  }

  /// Takes in an event.
  ///
  /// - Parameter clock: the local time of day.
  public mutating func take(_ event: Event, clock: String, at now: Instant) {
    switch event {
    case .planned(let planned):
      for step in planned {
        update(step.layer) {
          $0.state = .planned
          $0.cause = EventText.reason(step.cause)
        }
      }
    case .buildStarted(let layer):
      step = nil
      update(layer) { $0.state = .building(now) }
    case .buildFinished(let layer, _, _, let result):
      let place = step.map { "step \($0.title)" } ?? ""
      update(layer) { row in
        switch result {
        case .built, .reused, .cutOff: row.state = .current
        case .failed: row.state = .failed(place)
        case .cancelled: row.state = .stopped
        }
      }
    case .tagged(let tags):
      for index in rows.indices {
        guard let stable = rows[index].stable else { continue }
        if tags.contains(where: { $0 == stable || $0.hasSuffix(":\(stable)") }) {
          rows[index].since = clock
        }
      }
    case .synced(let paths, _, let milliseconds):
      let files = paths.count == 1 ? paths[0].description : "\(paths.count) files"
      sync = "synced \(files) in \(Int(milliseconds.rounded())) ms at \(clock)"
    case .restarted: setContainer("running", since: clock)
    case .rolledBack: setContainer("rolled back", since: clock, isBad: true)
    case .idle:
      for index in rows.indices { rows[index].state = .current }
      activity = .idle(since: clock)
    default: break
    }
  }

  /// Takes in how the session stands after an input.
  public mutating func take(_ session: Session, at now: Instant) {
    let waits = session.waits(at: now)
    for index in rows.indices {
      let wait = waits.first { $0.layer == rows[index].name }
      if let wait {
        if case .building = rows[index].state { continue }
        rows[index].state = .waiting(Self.text(wait.reason))
      } else if case .waiting = rows[index].state {
        rows[index].state = .planned
      }
    }
    takeContainer(of: session)
    if activity != .ending { activity = newActivity(session, isWaiting: !waits.isEmpty) }
  }

  private func newActivity(_ session: Session, isWaiting: Bool) -> Activity {
    if session.isPaused { return .paused }
    switch session.outcome {
    case .unreachable: return .unreachable
    case .failed, .containerFailed: return .failed
    case .upToDate:
      if case .idle = activity { return activity }
      return .working
    case .working:
      let isBuilding = rows.contains { if case .building = $0.state { true } else { false } }
      if isWaiting, !isBuilding { return .waiting }
      if session.isSettled { return .watching }
      return activity == .starting && !isBuilding ? .starting : .working
    }
  }

  private mutating func takeContainer(of session: Session) {
    guard container != nil else { return }
    if session.outcome == .containerFailed { return setContainer("not started", isBad: true) }
    switch session.container {
    case .running where container?.isBad == false: setContainer("running")
    case .absent where container?.isBad == false: setContainer("none")
    case .other where container?.isBad == false: setContainer("stopped, or not ours")
    default: break
    }
  }

  private mutating func setContainer(_ state: String, since: String? = nil, isBad: Bool = false) {
    if container?.state != state { container?.since = "" }
    container?.state = state
    container?.isBad = isBad
    if let since { container?.since = since }
  }

  private mutating func update(_ name: LayerName, _ body: (inout Row) -> Void) {
    guard let index = rows.firstIndex(where: { $0.name == name }) else { return }
    body(&rows[index])
  }

  private static func text(_ reason: Session.Wait.Reason) -> String {
    switch reason {
    case .held(let path): "\(path) is held back; b builds now"
    case .cost(let usual):
      "takes \(EventText.duration(Double(usual.nanoseconds) / 1e9)): after the edits, or b"
    }
  }

  /// Whether something in it changes with time alone.
  public var isMoving: Bool {
    rows.contains { if case .building = $0.state { true } else { false } }
  }
}
