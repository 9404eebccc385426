// Whether the new container is good.
extension Replacement {
  mutating func judge(at now: Instant) -> [Step] {
    phase = .judging
    return look(at: now)
  }

  /// Looks at the container now. What the engine's own check says is not waited for: it runs for
  /// the first time only after its whole interval.
  private mutating func look(at now: Instant) -> [Step] {
    guard let new else { return takeBack() }
    deadline = nil
    guard let check else { return [.inspect(new)] }
    let left = began.advanced(by: settings.healthTimeout).since(now)
    isCutShort = left < check.timeout
    return [.probe(new, check, timeout: max(min(check.timeout, left), .milliseconds(1)))]
  }

  mutating func probed(_ problem: String?, at now: Instant) -> [Step] {
    guard phase == .judging, let new else { return [] }
    guard let problem else { return pass() }
    // One that had no time to say anything does not hide what was said before.
    if !isCutShort || complaint.isEmpty { complaint = problem }
    // A check fails, too, when there is no container any more to run it in.
    return [.inspect(new)]
  }

  mutating func inspected(_ state: ContainerState?, at now: Instant) -> [Step] {
    guard phase == .judging else { return [] }
    guard let state else { return reject("the new container was removed by somebody") }
    let time = now.since(began)
    guard state.isRunning else {
      let how =
        state.isOutOfMemory
        ? "was killed for want of memory" : "ended with status \(state.exitStatus)"
      return reject(
        "the new container \(how), \(Self.seconds(time)) after its start; its last lines may say why"
      )
    }
    if isSuperseded { return takeBack() }
    let limit = check == nil ? settings.stayUp : settings.healthTimeout
    if time >= limit {
      guard check != nil else { return pass() }
      let said = complaint.isEmpty ? "" : ", its check says: \(complaint)"
      return reject(
        "the new container was not healthy within \(Self.seconds(limit))\(said); raise "
          + "container.health-timeout, or save a fix, and it is tried again")
    }
    deadline = min(now.advanced(by: pause), began.advanced(by: limit))
    pause = min(pause * 2, settings.longestPause)
    return []
  }

  mutating func tick(at now: Instant) -> [Step] {
    guard phase == .judging, let deadline, now >= deadline else { return [] }
    return look(at: now)
  }

  private mutating func pass() -> [Step] {
    let rest = old.map { [Step.remove($0)] } ?? []
    guard image != nil else {
      return finish(.resolved(resolution("the new one is good")), then: rest)
    }
    return finish(.running, then: rest)
  }

  private mutating func reject(_ reason: String) -> [Step] {
    failure = reason
    return takeBack()
  }

  /// Seconds with one decimal.
  private static func seconds(_ duration: Duration) -> String {
    let tenths = max(0, duration.nanoseconds + 50_000_000) / 100_000_000
    return "\(tenths / 10).\(tenths % 10) s"
  }
}
