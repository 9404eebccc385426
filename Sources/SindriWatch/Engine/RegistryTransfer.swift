import LayerPlanner

/// Fetches images from the registry and sends them there: tried again after a pause when that may
/// help, never longer than configured. Layers that came through count: the next attempt takes up
/// where this one ended.
struct RegistryTransfer {
  let engine: Engine
  let client: EngineClient
  let configuration: RegistryConfiguration
  let loop: EventLoop
  let output: Output

  /// Why something was not transferred.
  struct Failure: Error {
    let kind: TransferFailure
    let message: String
  }

  /// Fetches the image of `layer`.
  func pull(_ layer: LayerName, _ reference: String) throws(CommandFailure) -> Failure? {
    try transfer("pulling", reference, client.pull(reference)) { seconds, summary in
      .pulled(layer: layer, reference: reference, seconds: seconds, summary: summary)
    }
  }

  /// Sends what `reference` names.
  func push(_ reference: String) throws(CommandFailure) -> Failure? {
    try transfer("pushing", reference, client.push(reference)) { seconds, summary in
      .pushed(reference: reference, seconds: seconds, summary: summary)
    }
  }

  /// The tags that the registry has; the reason when it does not say.
  func tags(of repository: String) throws(CommandFailure) -> Result<Set<String>, Failure> {
    let command = RemoteTags.command(
      repository: repository, verifiesTLS: configuration.verifiesTLS.value)
    let result = try run(command)
    switch result {
    case .success(let result): return .success(RemoteTags.parse(result.text))
    case .failure(let failure) where failure.kind == .notFound: return .success([])
    case .failure(let failure): return .failure(failure)
    }
  }

  private func transfer(
    _ verb: String, _ reference: String, _ command: [String],
    _ event: (_ seconds: Double, _ summary: String) -> Event
  ) throws(CommandFailure) -> Failure? {
    let began = monotonicNanoseconds()
    let attempts = max(1, configuration.attempts.value)
    var pause: Int64 = 1
    for attempt in 1...attempts {
      output.begin(verb, reference)
      let result = try run(command)
      output.end()
      switch result {
      case .success(let result):
        let seconds = Double(monotonicNanoseconds() - began) / 1e9
        output.report(event(seconds, TransferSummary(output: result.text).text))
        return nil
      case .failure(let failure):
        guard failure.kind.isWorthRetrying, attempt < attempts else { return failure }
        output.report(
          .warning(
            message: "\(verb) \(reference): \(failure.message); trying again in \(pause) s"
              + " (\(attempt) of \(attempts) attempts failed)"))
        try wait(seconds: pause)
        pause = min(pause * 2, 30)
      }
    }
    return nil
  }

  /// Runs a command to its end, for at most the configured time.
  private func run(
    _ command: [String]
  ) throws(CommandFailure) -> Result<CommandResult, Failure> {
    var answer: CommandResult?
    var isDone = false
    var isLate = false
    let pid = engine.run(client, command) {
      answer = $0
      isDone = true
    }
    let limit = configuration.timeout.value
    let timer = LoopTimer(after: limit, output) {
      isLate = true
      if let pid { engine.terminate(pid) }
    }
    loop.add(timer)
    defer { loop.remove(timer) }
    do { try loop.run { isDone } } catch { throw .work(error.description) }
    if let signal = loop.endingSignal { endBySignal(signal) }
    let program = command.first ?? ""
    guard let answer else {
      return .failure(Failure(kind: .transient, message: "\(program) cannot be started"))
    }
    if answer.succeeded { return .success(answer) }
    if isLate {
      return .failure(
        Failure(kind: .transient, message: "not done after \(limit) (registry.timeout)"))
    }
    let text = answer.errorText.isEmpty ? answer.text : answer.errorText
    let last = text.split(separator: "\n" as Character).last.map(String.init) ?? text
    return .failure(
      Failure(kind: TransferFailure.classify(text), message: RemoteTags.message(last)))
  }

  private func wait(seconds: Int64) throws(CommandFailure) {
    var isOver = false
    let timer = LoopTimer(after: .seconds(seconds), output) { isOver = true }
    loop.add(timer)
    defer { loop.remove(timer) }
    do { try loop.run { isOver } } catch { throw .work(error.description) }
    if let signal = loop.endingSignal { endBySignal(signal) }
  }
}

/// Rings once, and keeps the live line alive until then.
private final class LoopTimer: LoopParticipant {
  private var due: Int64?
  private let output: Output
  private let ring: () -> Void

  init(after duration: Duration, _ output: Output, _ ring: @escaping () -> Void) {
    let (seconds, attoseconds) = duration.components
    due = monotonicNanoseconds() + seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    self.output = output
    self.ring = ring
  }

  var descriptors: [(number: Int32, events: Int32)] { [] }

  var deadline: Int64? { [due, output.deadline].compactMap { $0 }.min() }

  func drain() {}

  func tick(now: Int64) {
    output.tick(now: now)
    guard let due, due <= now else { return }
    self.due = nil
    ring()
  }
}
