// The one build that is under way: its end, and what spoils it.
extension Session {
  /// Ends the hope for the running build: what it read is not known any more.
  mutating func taint() {
    guard running != nil else { return }
    running?.isTainted = true
    cancel()
  }

  /// Asks the running build to stop, once; one that only waits for a verdict has nothing to stop.
  mutating func cancel() {
    guard let build = running, !build.isCancelled else { return }
    running?.isCancelled = true
    if build.result == nil { actions.append(.cancel(build.layer)) }
  }

  mutating func finish(
    _ name: LayerName, _ outcome: BuildOutcome, _ seconds: Double, at now: Instant
  ) {
    guard let build = running, build.layer == name, build.result == nil else { return }
    breaker.noteWork(at: now)
    switch outcome {
    case .succeeded(let image):
      // Whether it may be tagged is decided in `judgeRunningBuild`.
      running?.result = (image, seconds)
    case .failed(let message) where !build.isCancelled:
      if !message.isEmpty {
        actions.append(.report(.warning(message: "\(name) was not built: \(message)")))
      }
      end(build, seconds, .failed)
    case .cancelled where !build.isCancelled:
      // Stopped by someone else: starting it again at once would fight them.
      end(build, seconds, .failed)
    case .failed, .cancelled:
      end(build, seconds, .cancelled)
    case .engineLost(let reason):
      end(build, seconds, .cancelled)
      askAgain()
      loseEngine(reason, at: now)
    }
  }

  /// The running build came to nothing.
  mutating func end(_ build: Running, _ seconds: Double, _ result: BuildResult) {
    running = nil
    let event = Event.buildFinished(
      layer: build.layer, image: "", seconds: seconds, result: result)
    actions.append(.report(event))
    guard let index = index(of: build.layer) else { return }
    layers[index].isUnfinished = true
    if result == .failed {
      layers[index].failed = build.content
      layers[index].isFailureUnsure = true
      askAgain()
    }
  }

  /// Stops a build that is for nothing now, and decides whether a finished one may be tagged.
  mutating func judgeRunningBuild() {
    guard let build = running else { return }
    guard let index = index(of: build.layer) else {
      if let result = build.result { end(build, result.seconds, .cancelled) }
      return
    }
    let layer = layers[index]
    guard let result = build.result else {
      if isCurrent(index), layer.content != build.content { cancel() }
      return
    }
    if build.isTainted {
      end(build, result.seconds, .cancelled)
    } else if build.isQuestioned, layer.isInDoubt || layer.isScanning {
      return
    } else if build.isQuestioned, layer.content != build.content {
      end(build, result.seconds, .cancelled)
    } else {
      adopt(build, index, result)
    }
  }

  /// The image holds what it was meant to, even if something else is wanted by now.
  private mutating func adopt(
    _ build: Running, _ index: Int, _ result: (image: Image, seconds: Double)
  ) {
    running = nil
    let adoption = Action.adopt(
      layer: build.layer, fingerprint: build.content, image: result.image.id)
    let event = Event.buildFinished(
      layer: build.layer, image: result.image.id, seconds: result.seconds, result: .built)
    actions += [adoption, .report(event)]
    layers[index].available[build.content] = result.image
    layers[index].reported = build.content
    layers[index].isUnfinished = false
    // It may have been the want of just this image that kept the container from starting.
    if failedContainer == result.image.id { failedContainer = nil }
    guard layers[index].content == build.content else { return }
    layers[index].isForced = false
    layers[index].failed = nil
  }
}
