/// Under which name a container stands while one is replaced by another.
public enum ContainerPlace: Hashable, Sendable, CaseIterable {
  /// The configured name.
  case current
  /// The old container, set aside until the new one has proved itself.
  case previous

  /// The container's name in this place.
  public func name(for configured: String) -> String {
    switch self {
    case .current: configured
    case .previous: "\(configured).previous"
    }
  }
}

/// Which containers stand under the configured name and the one beside it.
public struct ContainerSurvey: Equatable, Sendable {
  private let name: String
  private let owner: String
  private var found: [ContainerPlace: ContainerState] = [:]

  /// Reads the lines that `inspectContainers` asks for.
  ///
  /// - Parameters:
  ///   - name: the configured name.
  ///   - owner: what the label of our own containers says.
  public init(_ text: String, name: String, owner: String) {
    self.name = name
    self.owner = owner
    for line in text.split(separator: "\n" as Character) {
      guard let state = ContainerState(line: String(line)) else { continue }
      // An ID or its beginning would find a container, too.
      let place = ContainerPlace.allCases.first { $0.name(for: name) == state.name }
      if let place { found[place] = state }
    }
  }

  /// Our own container in this place; nil when there is none.
  public func own(_ place: ContainerPlace) -> ContainerState? {
    found[place].flatMap { $0.owner == owner ? $0 : nil }
  }

  /// Whether an unfinished replacement has left something of ours.
  public var hasLeftovers: Bool { own(.previous) != nil }

  /// The name that somebody else's container has, if there is one.
  public var foreignName: String? {
    ContainerPlace.allCases.first { place in
      found[place].map { $0.owner != owner } ?? false
    }?.name(for: name)
  }

  /// What puts one good container under the configured name and leaves nothing beside it, in this
  /// order. A container that runs under the configured name counts as good. What an earlier client
  /// may still be stopping is stopped before it is started, so that the start is what counts.
  var repairs: [Replacement.Step] {
    guard let previous = own(.previous) else { return [] }
    let current = own(.current)
    if let current, current.isRunning { return [.remove(previous.id)] }
    guard found[.current] == nil || current != nil else { return [] }
    return (current.map { [.remove($0.id)] } ?? []) + [
      .rename(previous.id, .current), .stop(previous.id), .start(previous.id),
    ]
  }
}
