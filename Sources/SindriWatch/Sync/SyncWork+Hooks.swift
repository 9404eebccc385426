import LayerPlanner

/// A hook that runs in the container.
struct RunningHook {
  let section: Int
  let pid: Int32
  let began: Int64
  /// The files that it was started for.
  let paths: [RepositoryPath]
  /// Its process in the container, once it has said so.
  var process: Int?
  var isCancelled = false
  /// An incomplete line of its output.
  var partialLine: [UInt8] = []
}

// What follows a copy: hooks, and the restart of the main process.
extension SyncWork {
  /// Starts the next hook or restart that is due. Hooks run one after the other.
  func startFollowUps() {
    guard hook == nil, !isRestarting, let container else { return }
    for number in touched.keys.sorted() {
      guard number < setup.rules.sections.count, let paths = touched.removeValue(forKey: number)
      else { continue }
      let section = setup.rules.sections[number]
      if let command = section.hook { return start(command, number, paths, container) }
      if section.isRestarting { return restart(container) }
    }
  }

  private func start(
    _ command: HookCommand, _ number: Int, _ touched: [RepositoryPath],
    _ container: SyncContainer
  ) {
    var seen: Set<RepositoryPath> = []
    let paths = touched.filter { seen.insert($0).inserted }
    let section = setup.rules.sections[number]
    let hasShell = if case .open = connection { true } else { false }
    let words = command.arguments(paths.prefix(Self.mostHookPaths).map(section.destination))
    engine.withClient { client in
      guard let client = try? client.get() else { return }
      let title = words.prefix(8).map { quoted($0) }.joined(separator: " ")
      let pid = self.engine.run(
        client, bytes: client.hook(container: container.id, hasShell: hasShell, words),
        observe: { self.takeHookOutput($0, hasShell: hasShell) },
        completion: { self.hookEnded($0, title, container) })
      guard let pid else { return }
      self.hook = RunningHook(
        section: number, pid: pid, began: monotonicNanoseconds(), paths: paths)
    }
  }

  /// More files than this are not all named to a hook, or its command line would not fit.
  private static let mostHookPaths = 1000

  private func takeHookOutput(_ bytes: [UInt8], hasShell: Bool) {
    guard hook != nil else { return }
    hook?.partialLine += bytes
    while let end = hook?.partialLine.firstIndex(of: 0x0A) {
      let line = String(decoding: hook?.partialLine[..<end] ?? [], as: UTF8.self)
      hook?.partialLine.removeSubrange(...end)
      if hasShell, hook?.process == nil, let process = Int(line) {
        hook?.process = process
        if hook?.isCancelled == true { endHook() }
      } else if hook?.isCancelled == false {
        setup.hookOutput(line)
      }
    }
  }

  private func hookEnded(_ result: CommandResult?, _ title: String, _ container: SyncContainer) {
    guard let hook else { return }
    self.hook = nil
    if hook.isCancelled {
      touched[hook.section, default: []] += hook.paths
      return flush()
    }
    if !hook.partialLine.isEmpty {
      setup.hookOutput(String(decoding: hook.partialLine, as: UTF8.self))
    }
    let seconds = EventText.duration(Double(monotonicNanoseconds() - hook.began) / 1e9)
    switch result?.ending {
    case .exited(0): setup.hookOutput("\(title)  done in \(seconds)")
    case .exited(let status): setup.report(.warning(message: "\(title) failed, status \(status)"))
    case .signalled, nil: setup.report(.warning(message: "\(title) could not be run"))
    }
    let section = setup.rules.sections[hook.section]
    if section.isRestarting { return restart(container) }
    flush()
  }

  /// A newer save makes the running hook of its section pointless.
  func cancelHook(for path: RepositoryPath) {
    guard let hook, !hook.isCancelled,
      setup.rules.sections(covering: path, isDirectory: false).contains(hook.section)
    else { return }
    self.hook?.isCancelled = true
    endHook()
  }

  private func endHook() {
    guard let hook else { return }
    if let process = hook.process, case .open(let pid, _) = connection {
      engine.send(pid, Array("k \(process)\n".utf8))
    } else if hook.process == nil {
      // It has not said which process it is yet; without a shell it never will.
      if case .open = connection { return }
      engine.terminate(hook.pid)
    }
  }

  private func restart(_ container: SyncContainer) {
    isRestarting = true
    let began = monotonicNanoseconds()
    engine.withClient { client in
      guard let client = try? client.get() else {
        self.isRestarting = false
        return
      }
      let command = client.restartContainer(id: container.id, seconds: self.setup.stopTimeout)
      self.engine.run(client, command) { result in
        self.isRestarting = false
        let seconds = Double(monotonicNanoseconds() - began) / 1e9
        if result?.succeeded == true {
          self.setup.report(.restarted(container: self.setup.container, seconds: seconds))
        } else {
          let reason = firstLine(of: result?.errorText ?? "the engine's client cannot be started")
          self.setup.report(
            .warning(message: "\(self.setup.container) was not restarted: \(reason)"))
        }
        self.containerChanged()
        self.flush()
      }
    }
  }
}
