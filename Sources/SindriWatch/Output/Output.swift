import Glibc
import LayerPlanner

/// The only way by which the program prints: results and events to standard output, errors to
/// standard error, and on a terminal a last line that shows what a build is doing.
final class Output: OutputFollower {
  let options: OutputOptions
  /// All layers in build order.
  var layers: [LayerName] {
    get { text.layers }
    set { text.layers = newValue }
  }
  /// How many last lines of a failed step are shown.
  var progressLines = 20
  /// Who is told of every event and build, too.
  var followers: [any OutputFollower] = []
  /// The step that the running build is at; nil when none is running or nothing is known of it.
  var step: BuildStep? { build?.progress.current }
  /// Whether nobody reads standard output any more.
  private(set) var isClosed = false

  /// Shows a live region below the log, while watching on a terminal.
  var terminal: LiveTerminal? {
    didSet { live = nil }
  }

  private var text: EventText
  private var live: LiveLine?
  private var build: (verb: String, subject: String, progress: BuildProgress, began: Int64)?
  private var lastFailure: BuildFailure?
  /// The last lines of a container that was given up; why comes next.
  private var lastLines: [String] = []
  /// What the build that runs has printed so far, the last of it.
  private var printed: [UInt8] = []
  /// All that the build which failed last has printed.
  private var lastOutput: (layer: LayerName, bytes: [UInt8])?
  private static let mostPrinted = 256 << 10
  /// Makes lines of what a build prints, where only whole lines can be shown.
  private var verbose = OutputLines()
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
    if options.format == .text, !options.isQuiet, options.showsProgress {
      live = LiveLine(isDrawnOver: isTerminal && !isDumb)
    }
  }

  // MARK: Results and messages

  /// A line of a command's result.
  func line(_ text: String) { bytes(Array("\(text)\n".utf8)) }

  /// A part of a command's result, as it is.
  func bytes(_ bytes: [UInt8]) {
    clearLive()
    if !(terminal?.print(bytes) ?? write(1, bytes)) { isClosed = true }
  }

  /// Lines that are no event, on what a key asked for; nothing but text has them.
  func lines(_ lines: [String]) {
    if options.format == .text { bytes(Array(lines.map { "\($0)\n" }.joined().utf8)) }
  }

  /// Bytes that make the terminal ring or tell; nothing when there is none.
  func signal(_ bytes: [UInt8]) {
    if isTerminal(1), options.format == .text { _ = write(1, bytes) }
  }

  /// Whole lines to standard error, above the live region if that is on the same terminal.
  func errorBytes(_ bytes: [UInt8]) {
    clearLive()
    if let terminal, isTerminal(2) { _ = terminal.print(bytes) } else { _ = write(2, bytes) }
  }

  /// An error, with the next step in it, to standard error.
  func error(_ message: String) {
    let label = isTerminal(2) ? text.paint("error:", .red) : "error:"
    errorBytes(Array("sindri-watch: \(label) \(message)\n".utf8))
  }

  /// Something that is probably not as it was meant, to standard error.
  func warning(_ message: String) {
    let label = isTerminal(2) ? text.paint("warning:", .yellow) : "warning:"
    errorBytes(Array("sindri-watch: \(label) \(message)\n".utf8))
  }

  /// Something that only `--verbose` shows, to standard error.
  func note(_ message: String) {
    guard options.isVerbose else { return }
    errorBytes(Array("\(message)\n".utf8))
  }

  // MARK: Events

  /// Tells the user of an event.
  func report(_ event: Event) {
    for follower in followers { follower.report(event) }
    if options.format == .json {
      let wall = wallClockNanoseconds()
      let time = Timestamp.rfc3339(
        seconds: wall / 1_000_000_000, nanoseconds: wall % 1_000_000_000)
      line(EventJSON.line(event, time: time))
      if case .buildFinished(_, _, _, .failed) = event { showFailure() }
      showLastLines(event)
      return
    }
    let clock = clock()
    if case .buildFinished(_, _, _, .failed) = event, let step = lastFailure?.step {
      terminal?.region.step = step
    }
    terminal?.region.take(event, clock: clock, at: Instant(nanoseconds: now()))
    if options.isQuiet, !event.isTrouble { return }
    let rows = text.lines(event, clock: clock)
    if !rows.isEmpty { bytes(Array(rows.map { "\($0)\n" }.joined().utf8)) }
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

  /// A line about a hook: beside the events, or, with JSON, to standard error.
  func hookLine(_ text: String) {
    if options.format == .json {
      _ = write(2, Array("| \(text)\n".utf8))
    } else if !options.isQuiet {
      line("          | \(text)")
    }
  }

  /// A build of `layer` begins.
  func buildStarted(_ layer: LayerName) {
    for follower in followers { follower.buildStarted(layer) }
    begin("building", layer.text)
  }

  /// Something begins that takes a while, such as `pulling` an image; `end` ends it.
  func begin(_ verb: String, _ subject: String) {
    build = (verb, subject, BuildProgress(keeping: progressLines), now())
    printed = []
    verbose = OutputLines()
    live?.restart(at: now())
  }

  /// Lets an output that follows from now on know of the build that runs, so that it can say why
  /// that failed.
  func introduce(_ follower: Output) {
    guard let build else { return }
    follower.build = build
    follower.live?.restart(at: now())
  }

  /// What `begin` told of has ended.
  func end() {
    build = nil
    clearLive()
  }

  /// A piece of the engine's output.
  func buildOutput(_ layer: LayerName, _ bytes: [UInt8]) {
    for follower in followers { follower.buildOutput(layer, bytes) }
    build?.progress.feed(bytes)
    terminal?.region.step = build?.progress.current
    if terminal != nil { keep(bytes) }
    guard options.isVerbose else { return }
    guard terminal != nil else {
      clearLive()
      _ = write(2, bytes)
      return
    }
    var whole: [String] = []
    verbose.feed(bytes) { whole.append($0) }
    if !whole.isEmpty { errorBytes(Array(whole.map { "\($0)\n" }.joined().utf8)) }
  }

  /// Keeps what a build prints, for the key that shows it.
  private func keep(_ bytes: [UInt8]) {
    printed += bytes
    // Cut in big steps, so that a flood costs little per byte.
    guard printed.count > 2 * Self.mostPrinted else { return }
    printed.removeFirst(printed.count - Self.mostPrinted)
  }

  /// The build of `layer` has ended; its event follows. Gives what its output said of its steps.
  @discardableResult
  func buildEnded(_ layer: LayerName, failed: Bool) -> BuildProgress? {
    for follower in followers { follower.buildEnded(layer, failed: failed) }
    // What was not needed may be told of while another layer is being built.
    guard build?.subject == layer.text else { return nil }
    build?.progress.end()
    defer {
      build = nil
      clearLive()
    }
    lastFailure = failed ? build?.progress.failure : nil
    if failed { lastOutput = (layer, printed) }
    printed = []
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

  /// All that the build which failed last has printed, as a terminal would have shown it.
  func showAllOfLastFailure() {
    guard let lastOutput else { return lines(["  no build has failed"]) }
    var rows = ["  all output of the last failed build of \(lastOutput.layer)"]
    var cutter = OutputLines()
    cutter.feed(lastOutput.bytes) { rows.append("  | \($0)") }
    cutter.end { rows.append("  | \($0)") }
    lines(rows)
  }

  /// Shows how the session stands, where there is a place for it.
  func show(_ session: Session) {
    guard let terminal else { return }
    terminal.region.take(session, at: Instant(nanoseconds: now()))
    terminal.redraw()
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
  func finish() {
    clearLive()
    terminal?.close()
    terminal = nil
  }

  /// Whether colours are used.
  var isColored: Bool { text.isColored }
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
