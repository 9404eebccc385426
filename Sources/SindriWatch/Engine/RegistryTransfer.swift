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

  /// What the registry has under these tags. A tag that is gone meanwhile is left out.
  func images(
    _ tags: [String], of repository: String
  ) throws(CommandFailure) -> Result<[String: RemoteImage], Failure> {
    var found: [String: RemoteImage] = [:]
    var failure: Failure?
    var rest = tags[...]
    var running = 0
    func startNext() {
      guard failure == nil, let tag = rest.popFirst() else { return }
      running += 1
      let command = RemoteImage.command(
        repository: repository, tag: tag, verifiesTLS: configuration.verifiesTLS.value)
      engine.run(client, command) { result in
        running -= 1
        if let result, result.succeeded {
          found[tag] = RemoteImage(line: result.text)
          if found[tag] == nil {
            let message = "skopeo inspect gave no digest and time for \(tag)"
            failure = failure ?? Failure(kind: .transient, message: message)
          }
        } else if let problem = self.failure(result), problem.kind != .notFound {
          failure = failure ?? problem
        }
        startNext()
      }
    }
    output.begin("asking", "the registry for \(tags.count) tags")
    // Each waits for the network most of its time.
    for _ in 0..<8 { startNext() }
    let timer = LoopTimer(after: configuration.timeout.value, output) {
      failure = failure ?? Failure(kind: .transient, message: "not done in registry.timeout")
    }
    loop.add(timer)
    defer { loop.remove(timer) }
    do { try loop.run { running == 0 } } catch { throw .work(error.description) }
    output.end()
    if let signal = loop.endingSignal { endBySignal(signal) }
    if let failure { return .failure(failure) }
    return .success(found)
  }

  /// Deletes what a tag names.
  func delete(_ tag: String, of repository: String) throws(CommandFailure) -> Failure? {
    let command = RemoteImage.deletion(
      repository: repository, tag: tag, verifiesTLS: configuration.verifiesTLS.value)
    return try attempt("deleting", "\(repository):\(tag)", command).failure
  }

  private func transfer(
    _ verb: String, _ reference: String, _ command: [String],
    _ event: (_ seconds: Double, _ summary: String) -> Event
  ) throws(CommandFailure) -> Failure? {
    let began = monotonicNanoseconds()
    let (result, failure) = try attempt(verb, reference, command)
    if let result {
      let seconds = Double(monotonicNanoseconds() - began) / 1e9
      output.report(event(seconds, TransferSummary(output: result.text).text))
    }
    return failure
  }

  /// Runs a command, again after a pause when that may help.
  private func attempt(
    _ verb: String, _ subject: String, _ command: [String]
  ) throws(CommandFailure) -> (result: CommandResult?, failure: Failure?) {
    let attempts = max(1, configuration.attempts.value)
    var pause: Int64 = 1
    var count = 1
    while true {
      output.begin(verb, subject)
      let result = try run(command)
      output.end()
      switch result {
      case .success(let result): return (result, nil)
      case .failure(let failure):
        guard failure.kind.isWorthRetrying, count < attempts else { return (nil, failure) }
        output.report(
          .warning(
            message: "\(verb) \(subject): \(failure.message); trying again in \(pause) s"
              + " (\(count) of \(attempts) attempts failed)"))
        try wait(seconds: pause)
        pause = min(pause * 2, 30)
        count += 1
      }
    }
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
    if isLate, answer?.succeeded != true {
      return .failure(
        Failure(kind: .transient, message: "not done after \(limit) (registry.timeout)"))
    }
    if let failure = failure(answer) { return .failure(failure) }
    return answer.map { .success($0) } ?? .failure(Failure(kind: .transient, message: "no answer"))
  }

  /// What went wrong with a command; nil when nothing did.
  private func failure(_ result: CommandResult?) -> Failure? {
    guard let result else {
      return Failure(kind: .transient, message: "the program cannot be started")
    }
    guard !result.succeeded else { return nil }
    let text = result.errorText.isEmpty ? result.text : result.errorText
    let last = text.split(separator: "\n" as Character).last.map(String.init) ?? text
    return Failure(kind: TransferFailure.classify(text), message: RemoteTags.message(last))
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
