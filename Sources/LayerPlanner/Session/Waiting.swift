// Layers that are to be built, but not at once: the loop breaker and the cost gate.
extension Session {
  /// A layer whose build waits, though nothing stands in its way.
  public struct Wait: Hashable, Sendable {
    /// The layer.
    public let layer: LayerName
    /// When it is built, if nothing changes any more.
    public let until: Instant
    /// What it waits for.
    public let reason: Reason

    /// Why a build waits.
    public enum Reason: Hashable, Sendable {
      /// This file alone changed, and it is held back.
      case held(RepositoryPath)
      /// A build of the layer usually takes this long; edits have to stop first.
      case cost(Duration)
    }
  }

  /// The layers that wait, in build order. None while the engine's images are not known.
  public func waits(at now: Instant) -> [Wait] {
    guard case .known = knowledge else { return [] }
    return layers.indices.compactMap { isNeeded($0) ? wait(of: $0, at: now) : nil }
  }

  /// What the build of this layer waits for; nil when it may start.
  func wait(of index: Int, at now: Instant) -> Wait? {
    let layer = layers[index]
    guard !layer.isConfirmed, !layer.isRequested else { return nil }
    if let hold = layer.hold, !layer.hasFreeChange, now < hold.until {
      return Wait(layer: layer.name, until: hold.until, reason: .held(hold.path))
    }
    guard let limit = settings.confirmAbove, let cost = layer.cost, cost > limit,
      let until = settling.latest?.advanced(by: settings.confirmIdle), now < until
    else { return nil }
    return Wait(layer: layer.name, until: until, reason: .cost(cost))
  }

  /// Says of each layer once that its build waits for its price. That a file is held back was said
  /// when it was.
  mutating func reportCosts(at now: Instant) {
    for index in layers.indices where !layers[index].isCostReported {
      guard isNeeded(index), isCurrent(index), let wait = wait(of: index, at: now),
        case .cost(let cost) = wait.reason
      else { continue }
      layers[index].isCostReported = true
      let usual = EventText.duration(Double(cost.nanoseconds) / 1e9)
      let idle = EventText.duration(Double(settings.confirmIdle.nanoseconds) / 1e9)
      let message =
        "\(wait.layer) usually takes \(usual), which is more than watch.confirm-above: it is built "
        + "after \(idle) without an edit, or at once by the key b or 'sindri-watch build'"
      actions.append(.report(.warning(message: message)))
    }
  }

  /// Takes in a change of content for the loop breaker, and holds the layers that read it back.
  mutating func noteAnswer(_ change: Change, at now: Instant) {
    let readers = change.readers.compactMap { index(of: $0.layer) }
    let builds = readers.reduce(0) { $0 + layers[$1].builds }
    guard let hold = breaker.note(change.path, builds: builds, at: now) else {
      for index in readers { layers[index].hasFreeChange = true }
      return
    }
    for index in readers { layers[index].hold = (change.path, hold.until) }
    guard hold.isNew else { return }
    let quiet = EventText.duration(Double(hold.quiet.nanoseconds) / 1e9)
    let message =
      "\(change.path) has changed just after each of the last \(hold.count) builds:"
      + " it is held back until it is left alone for \(quiet), or the key b is pressed; if a build"
      + " or a hook writes it, name it in .dockerignore or take it out of the layer's paths"
    actions.append(.report(.warning(message: message)))
  }

  /// Lets everything be built at once that waits.
  mutating func confirmAll() {
    breaker.reset()
    for index in layers.indices {
      layers[index].isConfirmed = true
      layers[index].hold = nil
    }
  }
}
