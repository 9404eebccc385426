import LayerPlanner

/// What the keys of the live terminal do.
extension DevLoop {
  /// Shows the live terminal from now on.
  func attach(_ terminal: LiveTerminal) {
    output.terminal = terminal
    noteHistory()
    terminal.press = { [unowned self] in self.press($0) }
    loop.add(terminal)
    terminal.redraw()
  }

  /// Tells the terminal what the records say of times.
  func noteHistory() {
    guard let recorder, let terminal = output.terminal else { return }
    terminal.region.note(usual: recorder.usual)
    terminal.region.note(tagged: recorder.lastTrue.mapValues { localTime($0) })
  }

  private func press(_ key: KeyCommand) {
    switch key {
    case .build: handle(.requested([], force: false))
    case .restart: restartContainer()
    case .pause: handle(.paused(!session.isPaused))
    case .log: toggleLog()
    case .failure: output.showAllOfLastFailure()
    case .help: output.lines(KeyCommand.helpLines)
    case .quit:
      output.terminal?.region.activity = .ending
      output.terminal?.redraw()
      loop.quit()
    }
  }

  private func restartContainer() {
    guard configuration.container != nil else { return output.lines([Self.noContainer]) }
    work?.containerIsAskedFor()
    handle(.restart)
    if case .failed = session.outcome {
      output.lines(["  the container is replaced when its image can be built"])
    }
  }

  private func toggleLog() {
    guard let name = configuration.container?.name.value, let work else {
      return output.lines([Self.noContainer])
    }
    output.lines([work.toggleLog() ? "  the log of \(name)" : "  no more of the log of \(name)"])
  }

  private static let noContainer = "  no container is configured; write a [container] section"
}
