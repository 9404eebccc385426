import Glibc
import LayerPlanner

/// The terminal while watching in the foreground: the log, the live region below it, and the keys.
///
/// It gives the terminal back whenever the process may not have it: at the end, while it is stopped,
/// and in the background, where the log goes on without a region.
final class LiveTerminal: LoopParticipant {
  /// What is shown below the log.
  var region: LiveRegion
  /// Does what a key asks for.
  var press: (KeyCommand) -> Void = { _ in }

  private let mode = TerminalMode()
  private let signals: SignalDescriptor
  private let screen: LiveRegion.Screen
  private var frame = ScreenFrame()
  private var due: Int64?
  private var hasKeys = true

  /// How often the region is drawn while a build runs, in nanoseconds.
  private static let interval: Int64 = 200_000_000

  /// - Parameter screen: what the terminal can show; its size is asked for at each drawing.
  init(_ region: LiveRegion, screen: LiveRegion.Screen) throws(SystemError) {
    self.region = region
    self.screen = screen
    signals = try SignalDescriptor([SIGWINCH, SIGTSTP, SIGCONT])
    _ = mode.enter()
  }

  /// Whether the terminal is this process's now; takes it when it may be had again.
  private var isHeld: Bool {
    if mode.isHeld, mode.isInForeground { return true }
    if mode.isHeld { release() }
    return mode.enter()
  }

  // MARK: Drawing

  /// Prints whole lines above the region. False when nobody reads.
  func print(_ log: [UInt8]) -> Bool {
    let log = screen.charset.shown(log: log)
    guard isHeld else { return writeCompletely(1, log) }
    return draw(log: log)
  }

  /// Draws what is different in the region.
  func redraw() {
    if isHeld { _ = draw(log: []) }
  }

  private func draw(log: [UInt8]) -> Bool {
    var screen = screen
    (screen.columns, screen.rows) = terminalSize(1) ?? (80, 24)
    let now = monotonicNanoseconds()
    due = region.isMoving ? now + Self.interval : nil
    let lines = region.lines(on: screen, at: Instant(nanoseconds: now))
    let bytes = frame.draw(log: log, region: lines, columns: screen.columns)
    return bytes.isEmpty || writeCompletely(1, bytes)
  }

  /// Leaves the terminal as it was, with the log on it.
  func close() { release() }

  private func release() {
    due = nil
    if mode.isHeld, mode.isInForeground {
      _ = writeCompletely(1, frame.close(columns: terminalSize(1)?.columns ?? 80))
    } else {
      frame.forget()
    }
    mode.leave()
  }

  // MARK: The loop

  var descriptors: [(number: Int32, events: Int32)] {
    let signals = (signals.descriptor.number, Int32(POLLIN))
    return mode.isHeld && hasKeys ? [signals, (Int32(0), Int32(POLLIN))] : [signals]
  }

  var deadline: Int64? { mode.isHeld ? due : nil }

  func tick(now: Int64) {
    guard mode.isHeld, let due, due <= now else { return }
    redraw()
  }

  func drain() {
    for signal in signals.drain() {
      switch signal {
      case SIGTSTP: suspend()
      case SIGCONT:
        // Stopped by another signal than Ctrl-Z, or the shell has set its own mode meanwhile.
        if mode.isHeld { forgetTerminal() }
        redraw()
      default: redraw()
      }
    }
    // A process in the background is stopped for reading.
    guard mode.isHeld, hasKeys, mode.isInForeground else { return }
    guard let bytes = mode.keys() else {
      hasKeys = false
      return
    }
    for key in KeyCommand.commands(in: bytes) { press(key) }
  }

  private func suspend() {
    release()
    stopSelf()
    // The signal that let it go on is among these.
    _ = signals.drain()
    redraw()
  }

  private func forgetTerminal() {
    frame.forget()
    mode.leave()
  }
}
