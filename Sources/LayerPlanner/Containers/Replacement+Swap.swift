// Looking, making way, and the change from the old container to the new one.
extension Replacement {
  /// Decides when everything that has to be known is known; nothing was touched before.
  mutating func look() -> [Step] {
    guard phase == .looking, let survey, isImageReady else { return [] }
    if isSuperseded { return finish(.superseded) }
    let current = survey.own(.current)
    if let name = survey.foreignName {
      let reason = "a container named \(name) exists that was not made for this repository; "
      return giveUp(reason + ContainerFailure.nameTaken.nextStep, current)
    }
    if let failure { return giveUp(Self.advised(failure), current) }
    if survey.hasLeftovers { return repair() }
    guard let current else {
      phase = .settingAside
      return prepare()
    }
    if current.isRunning { return setAside(current.id, isServing: true) }
    guard current.id == watched else { return setAside(current.id, isServing: false) }
    if current.status == "paused" {
      return finish(.leftAlone("it is paused; 'docker unpause' lets the next build replace it"))
    }
    phase = .asking
    return [.findCause(current)]
  }

  /// Ends before anything was touched.
  private mutating func giveUp(_ reason: String, _ current: ContainerState?) -> [Step] {
    guard let current, current.isRunning else { return finish(.failed(reason)) }
    return finish(.rolledBack(reason))
  }

  mutating func went(_ cause: StopCause) -> [Step] {
    guard phase == .asking, let current = survey?.own(.current) else { return [] }
    switch cause {
    case .byItself: return setAside(current.id, isServing: false)
    case .byHand:
      return finish(
        .leftAlone(
          "it was stopped by hand and stays so; start it with 'docker start \(current.name)', "
            + "and the next build replaces it"))
    }
  }

  mutating func setAside(_ id: String, isServing: Bool) -> [Step] {
    phase = .settingAside
    old = id
    isOldServing = isServing
    return [.rename(id, .previous)]
  }

  /// Stops the old container and makes the new one, when the one is aside and the image is ready.
  mutating func prepare() -> [Step] {
    guard phase == .settingAside, isImageReady, old == nil || isOldAside else { return [] }
    if failure != nil || isSuperseded { return takeBack() }
    phase = .preparing
    guard let old, isOldServing else {
      waiting = 1
      return [.create]
    }
    waiting = 2
    return [.stop(old), .create]
  }

  /// One of the steps that are done at the same time, or of those in order, has ended.
  mutating func ended(_ step: Step, _ problem: String?, at now: Instant) -> [Step] {
    switch phase {
    case .settingAside:
      guard let problem else {
        isOldAside = true
        return prepare()
      }
      if isTrusting { return startAnew() }
      failure = failure ?? problem
      return takeBack()
    case .preparing, .starting:
      if let problem { failure = failure ?? problem }
      return stepEnded(at: now)
    case .repairing, .takingBack:
      if let problem { relapse = relapse ?? problem }
      if !queue.isEmpty { return nextOfQueue() }
      return phase == .repairing ? repaired() : takenBack()
    case .tidying:
      if queue.isEmpty { phase = .over }
      return nextOfQueue()
    case .looking, .asking, .judging, .over: return []
    }
  }

  /// The container was not what it was taken for: everything again, with a look.
  private mutating func startAnew() -> [Step] {
    isTrusting = false
    isDisappointed = false
    old = nil
    new = nil
    isOldAside = false
    isOldServing = false
    phase = .looking
    survey = nil
    return [.survey]
  }

  mutating func stepEnded(at now: Instant) -> [Step] {
    waiting -= 1
    guard waiting == 0 else { return [] }
    guard let new, let image, failure == nil, !isSuperseded, !isDisappointed else {
      return takeBack()
    }
    if phase == .starting { return judge(at: now) }
    phase = .starting
    waiting = 2
    began = now
    return [.start(new), .readCheck(image: image)]
  }

  // MARK: The way back

  mutating func takeBack() -> [Step] {
    deadline = nil
    queue = []
    if let new {
      if phase != .preparing, !isSuperseded { queue.append(.keepLog(new)) }
      queue.append(.remove(new))
    }
    if let old, isOldAside { queue.append(.rename(old, .current)) }
    if let old, isOldServing { queue.append(.start(old)) }
    phase = .takingBack
    return queue.isEmpty ? takenBack() : nextOfQueue()
  }

  private mutating func takenBack() -> [Step] {
    if isDisappointed, !isSuperseded, failure == nil, relapse == nil { return startAnew() }
    let reason = failure.map(Self.advised) ?? "it was given up"
    if image == nil { return finish(.resolved(resolution(reason))) }
    if let relapse, old != nil {
      return finish(
        .failed("\(reason)\nthe container from before could not be put back: \(relapse)"))
    }
    if isSuperseded { return finish(.superseded) }
    guard old != nil, isOldServing else { return finish(.failed(reason)) }
    return finish(.rolledBack(reason))
  }

  /// A failure with what to do about it.
  static func advised(_ failure: String) -> String {
    let step = ContainerFailure.classify(failure).nextStep
    return failure.contains(step) ? failure : "\(failure); \(step)"
  }

  // MARK: What was interrupted

  mutating func repair() -> [Step] {
    phase = .repairing
    queue = survey?.repairs ?? []
    repairsTried += 1
    return queue.isEmpty ? repaired() : nextOfQueue()
  }

  private mutating func repaired() -> [Step] {
    guard image != nil else {
      return finish(.resolved(resolution("the container from before runs")))
    }
    let problem = relapse
    relapse = nil
    guard repairsTried < 3 else {
      return finish(.failed("an earlier replacement cannot be tidied up: \(problem ?? "unknown")"))
    }
    phase = .looking
    survey = nil
    return [.survey]
  }

  /// The container that was to be the new one runs, and the old one stands aside.
  mutating func judgeInterrupted(at now: Instant) -> [Step] {
    guard let current = survey?.own(.current), let previous = survey?.own(.previous) else {
      return repair()
    }
    new = current.id
    old = previous.id
    isOldServing = true
    isOldAside = true
    began = now
    return judge(at: now)
  }

  func resolution(_ outcome: String) -> String {
    let end = relapse.map { "\(outcome); but: \($0)" } ?? outcome
    return "a replacement of the container was interrupted: \(end)"
  }
}
