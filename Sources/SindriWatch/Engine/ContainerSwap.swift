import LayerPlanner

/// One replacement of the container under way: performs the steps that `Replacement` wants.
final class ContainerSwap {
  /// Called when it is known how it ended.
  var ended: (Replacement.Ending) -> Void = { _ in }
  /// Called when nothing is left to do.
  var over: () -> Void = {}

  private var machine: Replacement
  private let request: ContainerRequest?
  private let requests: ContainerWork.Requests
  private let engine: Engine
  private let client: EngineClient
  private let notice: (ContainerWork.Notice) -> Void
  /// The run of the health check: its process, and when it has taken too long.
  private var probe: (pid: Int32, deadline: Int64)?
  /// Answers that came while another was being handled.
  private var inbox: [Replacement.Answer] = []
  private var isHandling = false
  private var isOver = false

  init(
    _ machine: Replacement, request: ContainerRequest?, requests: ContainerWork.Requests,
    engine: Engine, client: EngineClient, notice: @escaping (ContainerWork.Notice) -> Void
  ) {
    self.machine = machine
    self.request = request
    self.requests = requests
    self.engine = engine
    self.client = client
    self.notice = notice
  }

  /// The container that runs under the configured name after the end.
  var serving: String? { machine.serving }

  var deadline: Int64? {
    [machine.deadline?.nanoseconds, probe?.deadline].compactMap { $0 }.min()
  }

  func start() {
    isHandling = true
    for step in machine.begin() { perform(step) }
    isHandling = false
    work()
  }

  func handle(_ answer: Replacement.Answer) {
    inbox.append(answer)
    work()
  }

  func tick(now: Int64) {
    if let probe, probe.deadline <= now {
      self.probe = nil
      engine.terminate(probe.pid)
    }
    if let due = machine.deadline, due.nanoseconds <= now { handle(.tick) }
  }

  /// Makes it end soon, with the old container in place.
  func supersede() {
    if let probe { engine.terminate(probe.pid) }
    handle(.superseded)
  }

  private func work() {
    guard !isHandling else { return }
    isHandling = true
    while !inbox.isEmpty {
      let next = inbox.removeFirst()
      let now = Instant(nanoseconds: monotonicNanoseconds())
      for step in machine.handle(next, at: now) { perform(step) }
    }
    isHandling = false
    guard machine.isOver, !isOver else { return }
    isOver = true
    over()
  }

  // MARK: Steps

  private func perform(_ step: Replacement.Step) {
    switch step {
    case .survey: survey()
    case .readCheck(let image): readCheck(image)
    case .findCause(let container):
      engine.run(client, client.listEndings(of: container)) { result in
        let events = result?.succeeded == true ? result?.text : nil
        self.handle(.causeFound(StopCause(events: events ?? "", container)))
      }
    case .create: create()
    case .stop(let id):
      let seconds = requests.stopSeconds
      let command =
        seconds > 0 ? client.stopContainer(id: id, seconds: seconds) : client.killContainer(id: id)
      run(step, command)
    case .start(let id): run(step, client.startContainer(id: id))
    case .rename(let id, let place):
      run(step, client.renameContainer(id: id, to: place.name(for: requests.name)))
    case .remove(let id): run(step, client.removeContainer(id: id))
    case .keepLog(let id): keepLog(step, id)
    case .probe(let id, let check, let timeout): probe(id, check, timeout)
    case .inspect(let id):
      engine.run(client, client.inspectContainers([id])) { result in
        self.handle(.inspected(result.flatMap { ContainerState(line: $0.text) }))
      }
    case .finish(let ending): ended(ending)
    }
  }

  private func run(_ step: Replacement.Step, _ command: [String]) {
    engine.run(client, command) { result in
      self.handle(.done(step, failure: result?.succeeded == true ? nil : reason(result)))
    }
  }

  private func survey() {
    let names = ContainerPlace.allCases.map { $0.name(for: requests.name) }
    engine.run(client, client.inspectContainers(names)) { result in
      guard let result, EngineFailure.classify(result.errorText) != .unreachable else {
        return self.handle(.surveyed(nil))
      }
      self.handle(
        .surveyed(
          ContainerSurvey(result.text, name: self.requests.name, owner: self.requests.owner)))
    }
  }

  private func readCheck(_ image: String) {
    engine.run(client, client.inspectHealthCheck(image: image)) { result in
      let line = result?.succeeded == true ? result?.text : nil
      self.handle(.checkRead(line.flatMap { HealthCheck(line: $0) }))
    }
  }

  private func create() {
    guard let request else { return handle(.created(nil, failure: "nothing to create")) }
    let command = client.create(request, owner: requests.owner)
    engine.run(client, command) { result in
      let id = result?.succeeded == true ? result.flatMap { printedID(in: $0.text) } : nil
      self.handle(.created(id, failure: id == nil ? reason(result) : nil))
    }
  }

  private func keepLog(_ step: Replacement.Step, _ id: String) {
    var said: [UInt8] = []
    let command = client.lastLines(of: id, count: requests.lastLines)
    engine.run(client, command, observe: { said += $0 }) { result in
      if result?.succeeded == true {
        let lines = said.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
        self.notice(.lastLines(lines))
      }
      self.handle(.done(step, failure: nil))
    }
  }

  private func probe(_ id: String, _ check: HealthCheck, _ timeout: Duration) {
    let deadline = monotonicNanoseconds() + timeout.nanoseconds
    let pid = engine.run(client, client.execute(check.command, in: id)) { result in
      let isLate = self.probe == nil
      self.probe = nil
      if result?.succeeded == true { return self.handle(.probed(failure: nil)) }
      let said = result.map { lastLine(of: $0) } ?? "the engine's client cannot be started"
      self.handle(.probed(failure: isLate ? "it took too long" : said))
    }
    if let pid { probe = (pid, deadline) }
  }
}

/// What a failed command said; nil stands for one that could not be started.
private func reason(_ result: CommandResult?) -> String {
  result.map { firstLine(of: $0.errorText) } ?? "the engine's client cannot be started"
}

/// What a health check said last, or else how it ended.
private func lastLine(of result: CommandResult) -> String {
  let said = result.errorText.isEmpty ? result.text : result.errorText
  if let line = said.split(separator: "\n" as Character).last { return String(line) }
  guard case .exited(let status) = result.ending else { return "ended by a signal" }
  return "exit status \(status)"
}

/// The ID that `docker create` printed: the last line, 64 hexadecimal digits.
private func printedID(in output: String) -> String? {
  output.split(separator: "\n" as Character).last.map(String.init)
    .flatMap { $0.count == 64 ? $0 : nil }
}
