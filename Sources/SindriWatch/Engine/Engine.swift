import LayerPlanner

/// The container engine, reached through its command line. Every call returns at once and hands
/// its result to a completion from the loop.
final class Engine {
  private let loop: EventLoop
  private let directory: [UInt8]
  private let environment: ProcessEnvironment
  /// Which engine is used; another one is probed before the next command.
  var settings: Settings {
    didSet { if settings != oldValue { forget() } }
  }
  /// Told of each command line before it runs, for `--verbose`.
  private let trace: ([String]) -> Void
  /// What the probe found; nil before the first probe and after the engine was lost.
  private(set) var finding: EngineProbe.Finding?

  /// Which engine is configured.
  struct Settings: Equatable {
    var kind: EngineClient.Kind
    /// A program to use instead of what PATH offers.
    var program: String?
    /// `--context NAME` and the like.
    var globalArguments: [String]
  }

  init(
    _ settings: Settings, loop: EventLoop, directory: [UInt8], environment: ProcessEnvironment,
    trace: @escaping ([String]) -> Void
  ) {
    self.settings = settings
    self.loop = loop
    self.directory = directory
    self.environment = environment
    self.trace = trace
  }

  /// Hands on the client, probing first when that has not been done or the engine was lost.
  func withClient(_ body: @escaping (Result<EngineClient, EngineProbe.Failure>) -> Void) {
    if let finding { return body(.success(finding.client)) }
    EngineProbe(
      kind: settings.kind, program: settings.program, globalArguments: settings.globalArguments,
      environment: environment,
      run: { arguments, completion in
        self.start(
          arguments.map { Array($0.utf8) }, self.environment, observe: nil, completion)
      }
    ).start { result in
      self.finding = try? result.get()
      body(result.map(\.client))
    }
  }

  /// Forgets what was probed: the engine may come back as another.
  func forget() { finding = nil }

  /// Runs one command of the client; nil is handed on when it could not be started.
  /// - Returns: the process, for `terminate`.
  @discardableResult
  func run(
    _ client: EngineClient, _ arguments: [String], observe: (([UInt8]) -> Void)? = nil,
    observeErrors: (([UInt8]) -> Void)? = nil, completion: @escaping (CommandResult?) -> Void
  ) -> Int32? {
    run(
      client, bytes: arguments.map { Array($0.utf8) }, observe: observe,
      observeErrors: observeErrors, completion: completion)
  }

  /// The same with words that need not be text.
  @discardableResult
  func run(
    _ client: EngineClient, bytes arguments: [[UInt8]], takesInput: Bool = false,
    observe: (([UInt8]) -> Void)? = nil, observeErrors: (([UInt8]) -> Void)? = nil,
    completion: @escaping (CommandResult?) -> Void
  ) -> Int32? {
    var environment = environment
    for (name, value) in client.environment { environment.set(name, value) }
    return start(
      arguments, environment, takesInput: takesInput, observe: observe,
      observeErrors: observeErrors, completion)
  }

  /// Lets something take part in the loop that the commands run in.
  func addParticipant(_ participant: any LoopParticipant) { loop.add(participant) }

  /// Writes to the standard input of a command that `run` started with one.
  func send(_ pid: Int32, _ bytes: [UInt8]) { loop.children.send(pid, bytes) }

  /// Ends the standard input of such a command.
  func endInput(_ pid: Int32) { loop.children.endInput(pid) }

  /// Whether the program is ending: nothing more is started.
  var isEnding: Bool { loop.isEnding }

  /// Asks a command that `run` started to end.
  func terminate(_ pid: Int32) {
    loop.children.terminate(pid, now: monotonicNanoseconds())
  }

  @discardableResult
  private func start(
    _ arguments: [[UInt8]], _ environment: ProcessEnvironment, takesInput: Bool = false,
    observe: (([UInt8]) -> Void)?, observeErrors: (([UInt8]) -> Void)? = nil,
    _ completion: @escaping (CommandResult?) -> Void
  ) -> Int32? {
    // A program that is ending starts nothing more.
    guard !loop.isEnding else {
      completion(nil)
      return nil
    }
    trace(arguments.map { String(decoding: $0, as: UTF8.self) })
    do {
      return try loop.children.start(
        arguments, in: directory, environment: environment, takesInput: takesInput,
        observe: observe, observeErrors: observeErrors, completion: completion)
    } catch {
      completion(nil)
      return nil
    }
  }
}
