import LayerPlanner

/// Shows what the container writes, for as long as it is asked for; goes on with a new container.
final class ContainerLog {
  private let engine: Engine
  private let show: (String) -> Void
  private(set) var isOn = false
  /// The command that follows the log, and how many were started before it.
  private var follower: Int32?
  private var followers = 0
  private var lines = OutputLines()

  /// How many lines are shown of what was written before.
  private static let before = 20

  /// - Parameter show: prints one line.
  init(engine: Engine, show: @escaping (String) -> Void) {
    self.engine = engine
    self.show = show
  }

  /// Shows the log of this container from now on, or no longer.
  func toggle(_ container: String) {
    isOn.toggle()
    if isOn { return follow(container) }
    if let follower { engine.terminate(follower) }
    follower = nil
  }

  /// The container was replaced: shows the new one, if a log is wanted.
  func replaced(_ container: String) {
    if isOn, follower == nil { follow(container) }
  }

  private func follow(_ container: String) {
    engine.withClient { [self] client in
      guard let client = try? client.get(), isOn else { return }
      lines = OutputLines()
      followers += 1
      let number = followers
      follower = engine.run(
        client, client.followLog(container: container, lines: Self.before),
        observe: { [self] bytes in
          guard isOn, number == followers else { return }
          lines.feed(bytes) { show("\(container) | \($0)") }
        },
        completion: { [self] _ in
          if number == followers { follower = nil }
        })
    }
  }
}
