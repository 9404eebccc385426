import LayerPlanner

/// Tells of failures, and of their end, as the configuration says.
final class Notifier {
  /// How it is told; may be replaced at any time.
  var way: WatchConfiguration.Notify
  private var watch = Notice.Watch()
  private let loop: EventLoop
  private let environment: ProcessEnvironment
  private let directory: [UInt8]
  private let write: ([UInt8]) -> Void
  /// Whether notify-send has failed or is not there: it is not tried again.
  private var hasNoDesktop = false

  /// - Parameter write: writes to the terminal, if there is one.
  init(
    _ way: WatchConfiguration.Notify, loop: EventLoop, environment: ProcessEnvironment,
    directory: [UInt8], write: @escaping ([UInt8]) -> Void
  ) {
    self.way = way
    self.loop = loop
    self.environment = environment
    self.directory = directory
    self.write = write
  }

  /// Takes in an event; tells of it when it is news.
  func take(_ event: Event) {
    guard let notice = watch.take(event) else { return }
    switch way {
    case .none: break
    case .bell: write(notice.bytes(.bell))
    case .desktop: tellDesktop(notice)
    }
  }

  private func tellDesktop(_ notice: Notice) {
    if hasNoDesktop { return write(notice.bytes(terminalSignal)) }
    // No path of the project and nothing that a build printed is taken for an option.
    let words =
      [
        "notify-send", "--app-name", "sindri-watch", "--urgency",
        notice.isFailure ? "critical" : "normal", "--", notice.title,
      ] + (notice.body.isEmpty ? [] : [notice.body])
    do {
      try loop.children.start(
        words.map { Array($0.utf8) }, in: directory, environment: environment
      ) { [self] result in
        if result.succeeded { return }
        hasNoDesktop = true
        write(notice.bytes(terminalSignal))
      }
    } catch {
      hasNoDesktop = true
      write(notice.bytes(terminalSignal))
    }
  }

  /// OSC 9 where the terminal is known to show it as a notification; elsewhere it may be ignored,
  /// or mean something else.
  private var terminalSignal: Notice.TerminalSignal {
    let known = ["iTerm.app", "WezTerm", "ghostty"]
    let program = environment["TERM_PROGRAM"] ?? ""
    let isKitty = environment["KITTY_WINDOW_ID"] != nil && program != "tmux"
    return known.contains(program) || isKitty ? .operatingSystemCommand : .bell
  }
}
