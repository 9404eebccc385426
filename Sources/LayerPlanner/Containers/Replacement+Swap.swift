// Looking, making way, and the change from the old container to the new one.
extension Replacement {
  /// Decides when everything that has to be known is known; nothing was touched before.
  mutating func look() -> [Step] {
    guard phase == .looking, let survey, isCheckRead, isImageReady else { return [] }
    if isSuperseded { return finish(.superseded) }
    let current = survey.own(.current)
    if let name = survey.foreignName {
      let reason = "a container named \(name) exists that was not made for this repository; "
      return giveUp(reason + ContainerFailure.nameTaken.nextStep, current)
    }
    if let failure { return giveUp(Self.advised(failure), current) }
    if survey.hasLeftovers { return repair() }
    guard let current else { return prepare() }
    if current.isRunning { return prepare(replacing: current) }
    guard current.id == watched else { return prepare(replacing: current) }
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
    case .byItself: return prepare(replacing: current)
    case .byHand:
      return finish(
        .leftAlone(
          "it was stopped by hand and stays so; start it with 'docker start \(current.name)', "
            + "and the next build replaces it"))
    }
  }

  private mutating func prepare(replacing current: ContainerState? = nil) -> [Step] {
    phase = .preparing
    old = current?.id
    isOldServing = current?.isRunning == true
    waiting = 1
    guard let old, isOldServing else { return [.create] }
    waiting = 2
    return [.stop(old), .create]
  }

  /// One of the steps that are done at the same time, or of those in order, has ended.
  mutating func ended(_ step: Step, _ problem: String?, at now: Instant) -> [Step] {
    switch phase {
    case .preparing:
      if let problem { failure = failure ?? problem }
      return stepEnded(at: now)
    case .starting:
      if case .start = step, problem == nil { isStarted = true }
      if case .rename(_, .previous) = step {
        isOldAside = problem == nil
        // Somebody removed it meanwhile: there is nothing to set aside.
        if problem?.contains("No such container") == true {
          old = nil
        } else if let problem {
          failure = failure ?? problem
          return stepEnded(at: now)
        }
        guard let new else { return stepEnded(at: now) }
        return [.rename(new, .current)]
      }
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

  mutating func stepEnded(at now: Instant) -> [Step] {
    waiting -= 1
    guard waiting == 0 else { return [] }
    if failure != nil || isSuperseded { return takeBack() }
    guard let new else { return takeBack() }
    if phase == .starting { return judge(at: now) }
    phase = .starting
    waiting = 2
    began = now
    return [.start(new), old.map { .rename($0, .previous) } ?? .rename(new, .current)]
  }

  // MARK: The way back

  mutating func takeBack() -> [Step] {
    phase = .takingBack
    deadline = nil
    queue = []
    if let new {
      if !isSuperseded { queue.append(.keepLog(new)) }
      queue.append(.remove(new))
    }
    if let old, isOldAside { queue.append(.rename(old, .current)) }
    if let old, isOldServing { queue.append(.start(old)) }
    return queue.isEmpty ? takenBack() : nextOfQueue()
  }

  private mutating func takenBack() -> [Step] {
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
