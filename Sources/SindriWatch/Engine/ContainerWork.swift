import LayerPlanner

/// Looks after the one local container: asks for it, has it replaced, shows its log.
///
/// Only a container that carries this repository's label is ever touched, and by its ID, so that
/// one of the same name which somebody else has made meanwhile stays.
final class ContainerWork: LoopParticipant {
  /// How what the configuration says becomes command lines.
  struct Requests {
    var name: String
    /// What is written into the label of a container as its owner.
    var owner: String
    var make: (_ layer: LayerName, _ fingerprint: Fingerprint) -> ContainerRequest?
    /// How long the container may take to end, in whole seconds.
    var stopSeconds: Int
    var settings: Replacement.Settings
    /// Whether the container is kept on the newest image; without, nothing is done to it.
    var isKept: Bool
    var followsLog: Bool
    /// How many last lines of a container that was given up are shown.
    var lastLines: Int
  }

  /// What the user is told besides the session's events.
  enum Notice {
    case warning(String)
    /// The last lines of a container that was given up; why comes next.
    case lastLines([String])
    /// A line of the container's log.
    case logLine(container: String, [UInt8])
  }

  /// Nil when no container is configured.
  var requests: Requests? {
    didSet { if !showsLog { follower.stop() } }
  }
  private let engine: Engine
  private let notice: (Notice) -> Void
  private let follower: LogFollower
  /// Whether a person wants the log to be shown; nil for what the configuration says.
  private var isLogWanted: Bool?
  /// The ID of our container when it was last seen running. Stopped since, it is not started again.
  private var watched: String?
  private var swap: ContainerSwap?
  private var waiting: [() -> Void] = []
  private var hasToldOfLeftovers = false

  init(engine: Engine, requests: Requests?, notice: @escaping (Notice) -> Void) {
    self.engine = engine
    self.requests = requests
    self.notice = notice
    follower = LogFollower(engine: engine)
    follower.show = { [unowned self] line in
      notice(.logLine(container: self.requests?.name ?? "", line))
    }
    engine.addParticipant(self)
  }

  // MARK: The loop

  let descriptors: [(number: Int32, events: Int32)] = []
  var deadline: Int64? { [swap?.deadline, follower.deadline].compactMap { $0 }.min() }
  func drain() {}

  func tick(now: Int64) {
    swap?.tick(now: now)
    follower.tick(now: now)
  }

  /// Whether no replacement is under way.
  var isAtRest: Bool { swap == nil }

  /// Calls `body` when no replacement is under way.
  func whenDone(_ body: @escaping () -> Void) {
    if swap == nil { body() } else { waiting.append(body) }
  }

  // MARK: Queries

  /// The engine was away: whatever stopped the container meanwhile was not the user.
  func engineWasLost() { watched = nil }

  /// Asks what container of the configured name there is, after having brought to an end what an
  /// earlier run left half done.
  func query(
    _ client: EngineClient, _ completion: @escaping (Inventory.Container) -> Void
  ) {
    guard let requests else { return completion(.absent) }
    survey(client, requests) { survey in
      guard survey.hasLeftovers else { return completion(self.note(survey)) }
      guard requests.isKept else {
        self.tellOfLeftovers(requests)
        return completion(self.note(survey))
      }
      let machine = Replacement(resolving: survey, settings: requests.settings)
      self.run(machine, nil, requests, client) { ending in
        if case .resolved(let message) = ending { self.notice(.warning(message)) }
      }
      self.whenDone {
        self.survey(client, requests) { completion(self.note($0)) }
      }
    }
  }

  private func survey(
    _ client: EngineClient, _ requests: Requests, _ completion: @escaping (ContainerSurvey) -> Void
  ) {
    let names = ContainerPlace.allCases.map { $0.name(for: requests.name) }
    engine.run(client, client.inspectContainers(names)) { result in
      completion(
        ContainerSurvey(result?.text ?? "", name: requests.name, owner: requests.owner))
    }
  }

  private func note(_ survey: ContainerSurvey) -> Inventory.Container {
    guard let current = survey.own(.current) else {
      return survey.foreignName == requests?.name ? .other : .absent
    }
    guard current.isRunning else { return .other }
    watched = current.id
    if showsLog { follower.follow(current.id, isNew: false) }
    return .running(ImageFacts.normalised(current.imageID))
  }

  private func tellOfLeftovers(_ requests: Requests) {
    guard !hasToldOfLeftovers else { return }
    hasToldOfLeftovers = true
    notice(
      .warning(
        "a replacement of \(requests.name) was interrupted; since container.restart is off, "
          + "nothing is done about it: 'sindri-watch watch --restart' puts it right"))
  }

  // MARK: The log

  private var showsLog: Bool { requests != nil && isLogWanted ?? (requests?.followsLog == true) }

  /// Shows the container's log, with that of the last minute, or no longer. Gives which.
  func toggleLog() -> Bool {
    isLogWanted = !showsLog
    if !showsLog {
      follower.stop()
    } else if let watched {
      follower.follow(watched, isNew: false, secondsBack: 60)
    }
    return showsLog
  }

  // MARK: Replacing

  /// Somebody asks for the container: that it was stopped by hand counts no longer.
  func isAskedFor() { watched = nil }

  /// Replaces the container by one of this image. Making room begins at once; the image is used when
  /// `whenTagged` calls back, with an obstacle if it may not be.
  func recreate(
    _ layer: LayerName, _ fingerprint: Fingerprint, image: String,
    answer: @escaping (Session.Input) -> Void,
    whenTagged: @escaping (_ body: @escaping (_ obstacle: String?) -> Void) -> Void
  ) {
    guard let requests, let request = requests.make(layer, fingerprint) else { return }
    let began = monotonicNanoseconds()
    func answered(_ outcome: Session.ContainerOutcome) {
      let seconds = Double(monotonicNanoseconds() - began) / 1e9
      answer(.containerRecreated(outcome, seconds: seconds))
    }
    // The one before may still be tidying up.
    whenDone {
      self.engine.withClient { client in
        guard let client = try? client.get() else {
          return answered(.failed("the engine is gone"))
        }
        let machine = Replacement(
          image: image, watched: self.watched, stopTells: requests.stopSeconds == 0,
          settings: requests.settings)
        self.run(machine, request, requests, client) { ending in
          answered(self.outcome(ending, requests.name))
        }
        whenTagged { obstacle in self.swap?.handle(.imageReady(obstacle: obstacle)) }
      }
    }
  }

  /// A newer image waits: the replacement under way need not be waited for.
  func supersede() { swap?.supersede() }

  private func run(
    _ machine: Replacement, _ request: ContainerRequest?, _ requests: Requests,
    _ client: EngineClient, _ ended: @escaping (Replacement.Ending) -> Void
  ) {
    let swap = ContainerSwap(
      machine, request: request, requests: requests, engine: engine, client: client,
      notice: notice)
    self.swap = swap
    swap.ended = { [unowned self, unowned swap] ending in
      if let serving = swap.serving {
        self.watched = serving
        if self.showsLog {
          self.follower.follow(serving, isNew: ending == .running)
        }
      }
      // What ended because it was stopped for a replacement that failed was not stopped by hand.
      if case .failed = ending { self.watched = nil }
      ended(ending)
    }
    swap.over = { [unowned self] in
      self.swap = nil
      let bodies = self.waiting
      self.waiting = []
      for body in bodies { self.whenDone(body) }
    }
    swap.start()
  }

  private func outcome(_ ending: Replacement.Ending, _ name: String) -> Session.ContainerOutcome {
    switch ending {
    case .running: .running(name)
    case .rolledBack(let reason): .rolledBack(container: name, reason: reason)
    case .failed(let reason): .failed(reason)
    case .leftAlone(let reason): .leftAlone("\(name): \(reason)")
    case .superseded: .superseded
    case .resolved(let message): .failed(message)
    }
  }
}
