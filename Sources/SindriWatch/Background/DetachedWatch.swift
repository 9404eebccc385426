import Glibc
import LayerPlanner

/// A watcher in the background: this program again, started with `argument` and the words of the
/// command line.
struct DetachedWatch {
  /// The first word of the command line of such a process; no command has this name.
  static let argument = "--watch-detached"

  let context: CommandContext

  // MARK: The process that is asked

  /// Starts the watcher and waits until it is ready, or has said why it cannot be.
  func start() throws(CommandFailure) -> Int32 {
    // What is wrong is said before anything is started, as far as it can be.
    let workspace = try context.workspace()
    try requireLayers(try workspace.configuration())
    let files = workspace.watcherFiles()
    let loop = try context.eventLoop()
    let words = [Array(Self.argument.utf8)] + commandLineBytes()
    let reader: ReportReader
    do {
      reader = ReportReader(
        try DetachedProcess.start(
          words, environment: ServiceNotifier.forChildren(context.environment)))
      loop.add(reader)
      try loop.run { reader.isOver }
    } catch {
      throw .work(error.description)
    }
    if let signal = loop.endingSignal {
      kill(reader.pid, SIGTERM)
      endBySignal(signal)
    }
    guard let ending = ControlFrame(.end, reader.bytes).ending else {
      throw .work("the watcher ended before it was ready; 'sindri-watch logs' may say why")
    }
    guard ending.status == 0 else {
      throw CommandFailure(description: ending.message, status: ending.status)
    }
    say(reader.pid, files)
    return 0
  }

  private func say(_ pid: Int32, _ files: WatcherFiles) {
    if context.output.options.format == .json {
      context.output.line(
        JSONText.object([("watcher", "\(pid)"), ("log", JSONText.string(files.log))]))
    } else if !context.output.options.isQuiet {
      context.output.line(
        "watching in the background, process \(pid); 'sindri-watch logs -f' shows what it does, "
          + "'sindri-watch stop' ends it")
    }
  }

  /// Reads what the started process tells.
  private final class ReportReader: LoopParticipant {
    private let process: DetachedProcess
    private(set) var bytes: [UInt8] = []
    private(set) var isOver = false

    init(_ process: consuming DetachedProcess) { self.process = process }

    var pid: Int32 { process.pid }
    var descriptors: [(number: Int32, events: Int32)] {
      isOver ? [] : [(process.report.number, POLLIN)]
    }
    var deadline: Int64? { nil }
    func tick(now: Int64) {}

    func drain() {
      while !isOver {
        switch readAvailable(process.report.number) {
        case .data(let more): bytes += more
        case .nothingNow: return
        case .end: isOver = true
        }
      }
    }
  }

  // MARK: The process that watches

  /// Tells the process that asked how the start went, once.
  private final class StartReport {
    private var descriptor: FileDescriptor?

    init(_ descriptor: consuming FileDescriptor) { self.descriptor = consume descriptor }

    /// False when it was told before.
    @discardableResult
    func tell(_ status: Int32, _ message: String = "") -> Bool {
      guard let number = descriptor.number else { return false }
      _ = writeCompletely(number, ControlFrame.end(status, message).payload)
      descriptor = nil
      return true
    }
  }

  /// Runs such a command line without its first word.
  static func run(_ arguments: ArraySlice<[UInt8]>, _ environment: ProcessEnvironment) -> Int32 {
    ignoreBrokenPipes()
    let report = StartReport(DetachedProcess.takeReportDescriptor())
    let invocation: Invocation
    let log: RotatingLog
    do {
      invocation = try ArgumentParser.parse(Array(arguments))
      let workspace = try Workspace(invocation, environment: environment)
      let files = workspace.watcherFiles()
      try files.prepare()
      log = try RotatingLog(path: files.log, takesStandardOutput: true)
    } catch {
      report.tell((error as? CommandFailure)?.status ?? 2, "\(error)")
      return 1
    }
    var options = OutputOptions(invocation)
    options.color = .never
    options.showsProgress = false
    let output = Output(
      options, layers: [], environment: environment, isTerminal: false,
      write: { _, bytes in
        log.write(bytes)
        return true
      }, clock: localDateAndTime)
    let context = CommandContext(
      invocation: invocation, environment: environment, output: output, isDetached: true)
    do {
      let status = try WatchCommand(context: context, isReady: { report.tell(0) }).run()
      output.line("\(localDateAndTime())  ended")
      return status
    } catch {
      // Before it was ready, the process that asked says it; another watcher may have the log.
      if !report.tell(error.status, error.description) { output.error(error.description) }
      return error.status
    }
  }
}
