@testable import LayerPlanner

/// Containers as an engine keeps them, all in want of the same port. Performs the steps of a
/// replacement one at a time, in the order in which the test wants it.
struct FakeContainers {
  struct Container: Equatable {
    let id: String
    var place: ContainerPlace
    var isRunning: Bool
    /// Whether it passes its health check, or stays up.
    let isGood: Bool
    var owner = "/repo"
  }

  var all: [Container] = []
  var isNewGood = true
  var hasCheck = true
  var isImageThere = true
  var isPortTaken = false
  var cause = StopCause.byHand
  var made = 0

  var survey: ContainerSurvey {
    let lines = all.map { container in
      ContainerSurveyTests.line(
        container.id, container.place.name(for: "dev"), owner: container.owner,
        status: container.isRunning ? "running" : "exited", exit: container.isRunning ? 0 : 3)
    }
    return ContainerSurvey(lines.joined(separator: "\n"), name: "dev", owner: "/repo")
  }

  private func index(_ id: String) -> Int? { all.firstIndex { $0.id == id } }

  /// Does a step and gives its answer; nil for `finish`.
  mutating func perform(_ step: Replacement.Step) -> Replacement.Answer? {
    switch step {
    case .survey: return .surveyed(survey)
    case .readCheck:
      return .checkRead(hasCheck ? HealthCheck(command: ["check"]) : nil)
    case .findCause: return .causeFound(cause)
    case .create:
      guard isImageThere else { return .created(nil, failure: "No such image: x") }
      if all.contains(where: { $0.place == .current }) {
        return .created(nil, failure: "the name is already in use by container 1")
      }
      made += 1
      let id = "new\(made)"
      all.append(Container(id: id, place: .current, isRunning: false, isGood: isNewGood))
      return .created(id, failure: nil)
    case .stop(let id), .start(let id), .rename(let id, _), .remove(let id):
      guard let index = index(id) else {
        return .done(step, failure: "Error: No such container: \(id)")
      }
      return .done(step, failure: change(index, by: step))
    case .keepLog: return .done(step, failure: nil)
    case .probe(let id, _, _):
      let isHealthy = index(id).map { all[$0].isRunning && all[$0].isGood } ?? false
      return .probed(failure: isHealthy ? nil : "not yet")
    case .inspect(let id):
      guard let index = index(id) else { return .inspected(nil) }
      if !hasCheck, !all[index].isGood { all[index].isRunning = false }
      let status = all[index].isRunning ? "running" : "exited"
      return .inspected(
        ContainerState(line: ContainerSurveyTests.line(id, "dev", status: status, exit: 3)))
    case .finish: return nil
    }
  }

  private mutating func change(_ index: Int, by step: Replacement.Step) -> String? {
    switch step {
    case .stop:
      guard all[index].isRunning else { return "Container \(all[index].id) is not running" }
      all[index].isRunning = false
    case .start:
      guard !all[index].isRunning else { return nil }
      if all.contains(where: \.isRunning) || isPortTaken { return "port is already allocated" }
      all[index].isRunning = true
    case .rename(_, let place):
      if all.contains(where: { $0.place == place && $0.id != all[index].id }) {
        return "the name is already in use by container"
      }
      all[index].place = place
    case .remove: all.remove(at: index)
    default: break
    }
    return nil
  }
}
