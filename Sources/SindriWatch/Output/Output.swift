import Glibc
import LayerPlanner

/// The only way by which the program prints: results and events to standard output, errors to
/// standard error, and on a terminal a last line that shows what a build is doing.
final class Output {
  let options: OutputOptions
  /// All layers in build order.
  var layers: [LayerName] {
    get { text.layers }
    set { text.layers = newValue }
  }
  /// How many last lines of a failed step are shown.
  var progressLines = 20
  /// Whether nobody reads standard output any more.
  private(set) var isClosed = false

  private var text: EventText
  private var live: LiveLine?
  private var build: (verb: String, subject: String, progress: BuildProgress, began: Int64)?
  private var lastFailure: BuildFailure?
  /// The last lines of a container that was given up; why comes next.
  private var lastLines: [String] = []
  private let write: (_ descriptor: Int32, _ bytes: [UInt8]) -> Bool
  private let now: () -> Int64
  private let clock: () -> String

  /// - Parameters:
  ///   - isTerminal: whether standard output is one; nil asks.
  ///   - write: writes all bytes to a descriptor; false when nobody reads. For tests.
  init(
    _ options: OutputOptions, layers: [LayerName], environment: ProcessEnvironment,
    isTerminal terminal: Bool? = nil,
    write: @escaping (Int32, [UInt8]) -> Bool = writeCompletely,
    now: @escaping () -> Int64 = monotonicNanoseconds,
    clock: @escaping () -> String = localTimeOfDay
  ) {
    ignoreBrokenPipes()
    self.options = options
    self.write = write
    self.now = now
    self.clock = clock
    let isTerminal = terminal ?? isTerminal(1)
    let isDumb = environment["TERM"] == "dumb" || environment["TERM"] == nil
    // no-color.org: the variable counts when it is there and not empty.
    let wantsColor = isTerminal && !isDumb && (environment["NO_COLOR"] ?? "").isEmpty
    let isColored =
      switch options.color {
      case .always: true
      case .never: false
      case .auto: wantsColor
      }
    text = EventText(layers: layers, isColored: isColored)
    if options.format == .text, !options.isQuiet {
      live = LiveLine(isDrawnOver: isTerminal && !isDumb)
    }
  }

  // MARK: Results and messages

  /// A line of a command's result.
  func line(_ text: String) { bytes(Array("\(text)\n".utf8)) }

  /// A part of a command's result, as it is.
  func bytes(_ bytes: [UInt8]) {
    clearLive()
    if !write(1, bytes) { isClosed = true }
  }

  /// An error, with the next step in it, to standard error.
  func error(_ message: String) {
    clearLive()
    let label = isTerminal(2) ? text.paint("error:", .red) : "error:"
    _ = write(2, Array("sindri-watch: \(label) \(message)\n".utf8))
  }

  /// Something that is probably not as it was meant, to standard error.
  func warning(_ message: String) {
    clearLive()
    let label = isTerminal(2) ? text.paint("warning:", .yellow) : "warning:"
    _ = write(2, Array("sindri-watch: \(label) \(message)\n".utf8))
  }

  /// Something that only `--verbose` shows, to standard error.
  func note(_ message: String) {
    guard options.isVerbose else { return }
    clearLive()
    _ = write(2, Array("\(message)\n".utf8))
  }

  // MARK: Events

  /// Tells the user of an event.
  func report(_ event: Event) {
    if options.format == .json {
      let wall = wallClockNanoseconds()
      let time = Timestamp.rfc3339(
        seconds: wall / 1_000_000_000, nanoseconds: wall % 1_000_000_000)
      line(EventJSON.line(event, time: time))
      if case .buildFinished(_, _, _, .failed) = event { showFailure() }
      showLastLines(event)
      return
    }
    if options.isQuiet, !event.isTrouble { return }
    for row in text.lines(event, clock: clock()) { line(row) }
    if case .buildFinished(_, _, _, .failed) = event { showFailure() }
    showLastLines(event)
  }

  /// What the container work says besides events. Beside JSON it goes to standard error.
  func containerNotice(_ notice: ContainerWork.Notice) {
    switch notice {
    case .warning(let message): report(.warning(message: message))
    case .lastLines(let lines): lastLines = lines
    case .logLine(let container, let line):
      guard !options.isQuiet else { return }
      let prefix = Array(text.paint("\(container) |", .dim).utf8)
      beside(prefix + [0x20] + line + [0x0A])
    }
  }

  private func showLastLines(_ event: Event) {
    switch event {
    case .rolledBack, .warning: break
    default: return
    }
    guard !lastLines.isEmpty else { return }
    beside(Array(lastLines.map { "  | \($0)\n" }.joined().utf8))
    lastLines = []
  }

  /// Text for people: a part of the log, or, beside JSON, on standard error.
  private func beside(_ text: [UInt8]) {
    guard options.format == .json else { return bytes(text) }
    _ = write(2, text)
  }

  /// A build of `layer` begins.
  func buildStarted(_ layer: LayerName) {
    begin("building", layer.text)
  }

  /// Something begins that takes a while, such as `pulling` an image; `end` ends it.
  func begin(_ verb: String, _ subject: String) {
    build = (verb, subject, BuildProgress(keeping: progressLines), now())
    live?.restart(at: now())
  }

  /// What `begin` told of has ended.
  func end() {
    build = nil
    clearLive()
  }

  /// A piece of the engine's output.
  func buildOutput(_ layer: LayerName, _ bytes: [UInt8]) {
    build?.progress.feed(bytes)
    if options.isVerbose {
      clearLive()
      _ = write(2, bytes)
    }
  }

  /// The build of `layer` has ended; its event follows. Gives what its output said of its steps.
  @discardableResult
  func buildEnded(_ layer: LayerName, failed: Bool) -> BuildProgress? {
    // What was not needed may be told of while another layer is being built.
    guard build?.subject == layer.text else { return nil }
    build?.progress.end()
    defer {
      build = nil
      clearLive()
    }
    lastFailure = failed ? build?.progress.failure : nil
    return build?.progress
  }

  /// What failed, the last that it said, and what to do. Beside JSON it goes to standard error.
  private func showFailure() {
    guard let failure = lastFailure else { return }
    var rows: [String] = []
    if let step = failure.step { rows.append("step \(step.title)") }
    rows += failure.lines.map { "| \($0)" }
    if !failure.error.isEmpty { rows.append(failure.error) }
    let next = failure.kind.nextStep
    rows.append(next ?? "save a fix: the layer stays to be built until it succeeds")
    beside(Array(rows.map { "  \($0)\n" }.joined().utf8))
  }

  // MARK: The live line

  /// When the live line has to be drawn again, in monotonic nanoseconds.
  var deadline: Int64? { build == nil ? nil : live?.due }

  /// Draws the live line when its time has come.
  func tick(now: Int64) {
    guard let build, let due = live?.due, due <= now else { return }
    let elapsed = Double(now - build.began) / 1e9
    var status = "\(build.subject)  \(EventText.duration(elapsed))"
    if let step = build.progress.current {
      status += "  \(step.title)"
    }
    let time = live?.isDrawnOver == true ? "        " : clock()
    let columns = terminalColumns(1) ?? 80
    let shown = TextWidth.cut(
      "\(time)  \(TextWidth.padded(build.verb, to: 9))  \(status)", to: columns - 1)
    if let drawing = live?.draw(shown, at: now), !write(1, drawing) { isClosed = true }
  }

  private func clearLive() {
    if let erasing = live?.clear(), !write(1, erasing) { isClosed = true }
  }

  /// Leaves the terminal as it was.
  func finish() { clearLive() }
}

extension Event {
  /// Whether the user has to hear of it even with `--quiet`.
  var isTrouble: Bool {
    switch self {
    case .warning, .rolledBack, .rescan, .buildFinished(_, _, _, .failed): true
    default: false
    }
  }
}
