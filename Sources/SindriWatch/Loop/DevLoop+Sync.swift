import LayerPlanner

// How live sync takes part in the loop.
extension DevLoop {
  /// Whether what changes is copied into the running container.
  private var isSyncing: Bool {
    guard options.watches, !configuration.syncs.isEmpty, let container = configuration.container
    else { return false }
    return options.syncs ?? container.isSynced.value
  }

  /// Which paths are copied; nil when none are.
  func makeSyncRules() -> SyncRules? {
    guard isSyncing, let container = configuration.container else { return nil }
    return SyncRules(
      sections: configuration.syncs.map { SyncSection($0) }, classifier: classifier,
      layer: container.layer.value)
  }

  /// Makes live sync ready, if it is on.
  func startSync() {
    guard let setup = syncSetup() else { return }
    sync = SyncWork(
      setup: setup, engine: engine, root: workspace.root, journalFile: workspace.syncJournal())
  }

  private func syncSetup() -> SyncWork.Setup? {
    guard let rules = syncRules, let container = configuration.container else { return nil }
    return SyncWork.Setup(
      rules: rules, container: container.name.value, stopTimeout: container.stopSeconds,
      isReplacing: options.restarts ?? container.isRestarted.value,
      owner: String(decoding: workspace.root, as: UTF8.self),
      report: { [unowned self] in self.output.report($0) },
      hookOutput: { [unowned self] in self.output.hookLine($0) },
      failed: { [unowned self] in self.handle(.syncFailed) })
  }

  /// Takes edited rules over.
  func reloadSync() {
    syncRules = makeSyncRules()
    guard let setup = syncSetup() else {
      if let sync { loop.remove(sync) }
      sync?.stop()
      sync = nil
      return
    }
    if let sync { return sync.replace(setup) }
    startSync()
    if let sync {
      loop.add(sync)
      sync.start()
    }
  }

  /// What live sync has to hear of what the session is told.
  func noteForSync(_ input: Session.Input) {
    switch input {
    case .scanned(let scan):
      guard let layer = configuration.container?.layer.value else { return }
      sync?.scanned(scan.fingerprints[layer])
    case .containerRecreated(let outcome, _):
      sync?.containerChanged()
      if sync == nil, case .running = outcome { noteContainerContent() }
    default: return
    }
  }

  /// Writes down which files a new container holds, for live sync in a later run: what is deleted
  /// until then has to go from the container as well.
  private func noteContainerContent() {
    guard let container = configuration.container, !configuration.syncs.isEmpty else { return }
    let rules = SyncRules(
      sections: configuration.syncs.map { SyncSection($0) }, classifier: classifier,
      layer: container.layer.value)
    let tree = HostTree(root: workspace.root)
    var known: [RepositoryPath] = []
    for section in rules.sections {
      known += tree.walk(section.path) { path, isDirectory in
        !rules.sections(covering: path, isDirectory: isDirectory).isEmpty
      }.map(\.path)
    }
    // Without it such a file stays in the container until the next one: nothing to fail for.
    try? workspace.syncJournal().write(SyncJournal(known: known))
  }
}
