/// The state machine that puts a new container in the place of the one that runs, or the old one
/// back: the next steps, given what the engine answers and the time.
///
/// The old container is set aside, then it is stopped while the new one is made, and the new one
/// takes the ports that it has released. It stays aside until the new one has proved itself; else it
/// comes back. Whatever step is the last that is done, `ContainerSurvey` shows what was on the way.
///
/// Call `begin`, perform the steps (those of one list at the same time), hand every answer to
/// `handle`, and deliver `tick` when `deadline` has come, until `isOver`.
public struct Replacement: Sendable {
  /// When a new container counts as good.
  public struct Settings: Hashable, Sendable {
    /// How long it may take to become healthy.
    public var healthTimeout: Duration = .seconds(30)
    /// How long one without a health check has to stay up.
    public var stayUp: Duration = .seconds(1)
    /// The pause after the first look that did not settle it; doubled each time.
    public var firstPause: Duration = .milliseconds(20)
    /// The longest pause between two looks.
    public var longestPause: Duration = .milliseconds(500)

    /// The defaults.
    public init() {}
  }

  /// What is to be done; every step but `finish` is answered.
  public enum Step: Hashable, Sendable {
    /// See which containers there are: `surveyed`.
    case survey
    /// Read the health check of the image with this ID: `checkRead`.
    case readCheck(image: String)
    /// Find out why our container does not run: `causeFound`.
    case findCause(ContainerState)
    /// Make the new container: `created`.
    case create
    /// Stop a container: `done`.
    case stop(String)
    /// Start a container: `done`.
    case start(String)
    /// Move a container to this place: `done`.
    case rename(String, ContainerPlace)
    /// Remove a container, running or not: `done`.
    case remove(String)
    /// Keep the last lines that the container said, for the user: `done`.
    case keepLog(String)
    /// Run the health check in the container, for at most `timeout`: `probed`.
    case probe(String, HealthCheck, timeout: Duration)
    /// See whether the container still runs: `inspected`.
    case inspect(String)
    /// This is how it ended; what is left to do is to tidy up.
    case finish(Ending)
  }

  /// What came of a step.
  public enum Answer: Sendable {
    /// The containers; nil when the engine did not answer.
    case surveyed(ContainerSurvey?)
    /// The image's health check, if it has one.
    case checkRead(HealthCheck?)
    /// The image has its tag and can be used, unless there is an obstacle. Comes by itself, once.
    case imageReady(obstacle: String?)
    /// Why our container does not run.
    case causeFound(StopCause)
    /// The ID of the new container, or why there is none.
    case created(String?, failure: String?)
    /// The step was done, or why not.
    case done(Step, failure: String?)
    /// The check succeeded, or what it said.
    case probed(failure: String?)
    /// The container as it is now; nil when it is gone.
    case inspected(ContainerState?)
    /// A newer image waits: this one need not be waited for.
    case superseded
    /// The time of `deadline` has come.
    case tick
  }

  /// How it ended.
  public enum Ending: Hashable, Sendable {
    /// The new container runs and is good.
    case running
    /// The old container runs, for this reason.
    case rolledBack(String)
    /// None could be started, for this reason.
    case failed(String)
    /// Somebody stopped the container, so it was left alone.
    case leftAlone(String)
    /// The old container runs, because a newer image waits.
    case superseded
    /// An interrupted replacement was brought to its end; this is what became of it.
    case resolved(String)
  }

  enum Phase: Equatable, Sendable {
    case looking, asking, repairing, settingAside, preparing, starting, judging, takingBack,
      tidying, over
  }

  let settings: Settings
  /// The ID of the image of the new container; nil when only what was interrupted is resolved.
  let image: String?
  /// The ID of the container that was seen running: stopped since, it is not started again.
  let watched: String?

  var phase = Phase.looking
  /// When `tick` must be delivered; nil means never.
  public internal(set) var deadline: Instant?
  var survey: ContainerSurvey?
  /// The container that was seen running is taken to run still: no time is lost with looking. If it
  /// does not, that is found out when it is stopped, and everything starts anew with a look.
  var isTrusting: Bool
  /// It was trusted in vain.
  var isDisappointed = false
  var check: HealthCheck?
  var isImageReady = false
  var repairsTried = 0
  /// Steps that have to be done one after the other.
  var queue: [Step] = []
  /// Steps at the same time that are not answered yet.
  var waiting = 0

  /// The new container.
  var new: String?
  var isStarted = false
  /// The old container, and whether it runs when all is well.
  var old: String?
  var isOldServing = false
  var isOldAside = false

  /// When the new container was started.
  var began = Instant(nanoseconds: 0)
  var pause: Duration
  /// What the check said last.
  var complaint = ""
  /// The check was given less than its own time, for want of more.
  var isCutShort = false
  /// Why the new container is given up.
  var failure: String?
  /// Why the old one could not be put back.
  var relapse: String?
  var isSuperseded = false

  /// A replacement by a container of this image.
  ///
  /// - Parameters:
  ///   - watched: the ID of our container that was seen running under the configured name, if any.
  ///   - stopTells: whether stopping a container that does not run fails.
  public init(image: String, watched: String?, stopTells: Bool, settings: Settings) {
    self.image = image
    self.watched = watched
    self.settings = settings
    isTrusting = watched != nil && stopTells
    pause = settings.firstPause
  }

  /// Brings to an end what was interrupted.
  public init(resolving survey: ContainerSurvey, settings: Settings) {
    image = nil
    watched = nil
    self.survey = survey
    self.settings = settings
    isTrusting = false
    pause = settings.firstPause
  }

  /// The ID of the container that runs under the configured name after the end; nil when that is not
  /// known or none does.
  public private(set) var serving: String?

  /// Whether nothing is left to do.
  public var isOver: Bool { phase == .over }

  /// The first steps.
  public mutating func begin() -> [Step] {
    if isTrusting, let watched { return setAside(watched, isServing: true) }
    if image != nil { return [.survey] }
    guard let current = survey?.own(.current), current.isRunning, survey?.own(.previous) != nil
    else { return repair() }
    return [.readCheck(image: current.imageID)]
  }

  /// The next steps after this answer.
  public mutating func handle(_ answer: Answer, at now: Instant) -> [Step] {
    switch answer {
    case .surveyed(let found):
      guard let found else { return finish(.failed("the engine does not answer")) }
      survey = found
      return look()
    case .checkRead(let read):
      check = read
      return image == nil ? judgeInterrupted(at: now) : stepEnded(at: now)
    case .imageReady(let obstacle):
      isImageReady = true
      if let obstacle { failure = obstacle }
      return phase == .settingAside ? prepare() : look()
    case .causeFound(let cause): return went(cause)
    case .created(let id, let problem):
      new = id
      if let problem { failure = failure ?? problem }
      return stepEnded(at: now)
    case .done(let step, let problem):
      if isTrusting, case .stop = step, let problem, ContainerFailure.saysStopped(problem) {
        isDisappointed = true
        isOldServing = false
        return stepEnded(at: now)
      }
      let isHarmless = problem.map { ContainerFailure.isHarmless(step, $0) } ?? true
      return ended(step, isHarmless ? nil : problem, at: now)
    case .probed(let problem): return probed(problem, at: now)
    case .inspected(let state): return inspected(state, at: now)
    case .superseded:
      guard image != nil else { return [] }
      isSuperseded = true
      return phase == .judging && deadline != nil ? takeBack() : []
    case .tick: return tick(at: now)
    }
  }

  mutating func finish(_ ending: Ending, then steps: [Step] = []) -> [Step] {
    switch ending {
    case .running: serving = new
    case .rolledBack, .superseded:
      let untouched = survey?.own(.current).flatMap { $0.isRunning ? $0.id : nil }
      serving = isOldServing ? old : untouched
    case .failed, .leftAlone, .resolved: serving = nil
    }
    queue = steps
    deadline = nil
    phase = steps.isEmpty ? .over : .tidying
    return [.finish(ending)] + nextOfQueue()
  }

  mutating func nextOfQueue() -> [Step] {
    queue.isEmpty ? [] : [queue.removeFirst()]
  }
}
