import Glibc
import LayerPlanner

/// Connects the session with the world: what the watcher sees and the engine answers goes in, and
/// what the session wants is done. It decides nothing itself.
final class DevLoop: LoopParticipant {
  /// How the loop was asked to run.
  struct Options {
    var catchUp = true
    /// Whether the container is kept on the newest image; nil for what the configuration says.
    var restarts: Bool?
    /// Whether what changes is copied into the running container; nil for what the configuration
    /// says.
    var syncs: Bool?
    /// Whether cached steps may be reused.
    var noCache = false
    /// Whether the tree is watched; without, one comparison is made.
    var watches = true
  }

  let workspace: Workspace
  let options: Options
  let output: Output
  let loop: EventLoop
  var configuration: Configuration
  var classifier: PathClassifier
  let scanner: InputScanner
  var engine: Engine
  var work: ImageWork?
  var watcher: TreeWatcher?
  private(set) var session: Session
  let revision: String?
  private(set) var recorder: BuildRecorder?
  let notifier: Notifier
  /// Live sync; nil when it is off.
  var sync: SyncWork?
  var syncRules: SyncRules?
  /// The layers of which an image was built since the start.
  private(set) var built: Set<LayerName> = []
  /// Inputs that came while another was being handled: the session is never entered twice.
  private var inbox: [Session.Input] = []
  private var isHandling = false
  /// Files whose change means new rules, not new content.
  var ignoreFiles: Set<RepositoryPath> = []
  var configurationFiles: Set<RepositoryPath> = []

  /// What may be done between two looks at the queue of notifications, in nanoseconds.
  private static let stepBudget: Int64 = 5_000_000

  init(
    workspace: Workspace, configuration: Configuration, options: Options, output: Output,
    loop: EventLoop, revision: String?
  ) throws(CommandFailure) {
    self.workspace = workspace
    self.options = options
    self.output = output
    self.loop = loop
    self.configuration = configuration
    self.revision = revision
    notifier = Notifier(
      configuration.watch.notify.value, loop: loop, environment: workspace.environment,
      directory: workspace.root, write: { output.signal($0) })
    classifier = try workspace.classifier(configuration)
    scanner = InputScanner(
      root: workspace.root, layers: workspace.definitions(configuration), classifier: classifier)
    engine = Engine(
      Engine.Settings(configuration), loop: loop, directory: workspace.root,
      environment: workspace.environment, trace: { output.note(commandLine($0)) })
    session = Session(
      tree: configuration.tree, settings: configuration.sessionSettings(restarts: options.restarts))
    work = try makeWork()
    output.progressLines = configuration.build.progressLines.value
    noteRules()
    syncRules = makeSyncRules()
    if options.watches { try startWatching() }
    startSync()
  }

  private func makeWork() throws(CommandFailure) -> ImageWork {
    let state = try workspace.stateDirectory()
    recorder = BuildRecorder(state.buildLog) { [unowned self] in self.output.report($0) }
    do {
      return ImageWork(
        engine: engine, requests: try requests(), state: state,
        answer: { [unowned self] in self.handle($0) },
        buildOutput: { [unowned self] in self.output.buildOutput($0, $1) },
        containerNotice: { [unowned self] in self.output.containerNotice($0) })
    } catch {
      throw .usage(error.description)
    }
  }

  /// Begins: the tree is watched from here on, and what happens is told to the session.
  func start() {
    loop.add(self)
    for warning in configuration.warnings {
      output.report(.warning(message: warning.description))
    }
    if options.watches { output.report(.ready) }
    // Before the first scan starts: it must not read a tree that git is still rewriting.
    if let watcher { handle(.git(lock: watcher.readGitState() ? ".git/index.lock" : nil)) }
    noteCosts()
    handle(.started(catchUp: options.catchUp))
    if let sync {
      loop.add(sync)
      sync.start()
    }
  }

  /// Asks for these layers as the `build` command does.
  func request(_ layers: [LayerName], force: Bool) {
    handle(.requested(layers, force: force))
  }

  // MARK: The session

  /// Tells the session, and does what it wants.
  func handle(_ input: Session.Input) {
    guard !loop.isEnding else { return reportEnd(input) }
    inbox.append(input)
    guard !isHandling else { return }
    isHandling = true
    while !inbox.isEmpty {
      let next = inbox.removeFirst()
      noteForSync(next)
      let now = Instant(nanoseconds: monotonicNanoseconds())
      for action in session.handle(next, at: now) { perform(action) }
    }
    isHandling = false
    output.show(session)
  }

  /// While the program ends, the session is told nothing more; a build that was stopped for it is
  /// told to the user.
  private func reportEnd(_ input: Session.Input) {
    guard case .buildFinished(let layer, _, let seconds) = input else { return }
    output.buildEnded(layer, failed: false)
    output.report(
      .buildFinished(layer: layer, image: "", seconds: seconds, result: .cancelled))
  }

  private func perform(_ action: Session.Action) {
    guard let work else { return }
    switch action {
    case .scan(let id, let scope):
      sync?.live.scanBegan()
      scanner.begin(id, scope)
    case .queryImages: work.queryImages()
    case .build(let build):
      output.buildStarted(build.layer)
      recorder?.started(build)
      work.build(build)
    case .cancel(let layer): work.cancel(layer)
    case .adopt(let layer, let fingerprint, let image): work.adopt(layer, fingerprint, image)
    case .moveTags(let moves): work.moveTags(moves)
    case .recreateContainer(let layer, let fingerprint, let image):
      work.recreateContainer(layer, fingerprint, image)
    case .supersedeContainer: work.supersedeContainer()
    case .report(let event):
      var progress: BuildProgress?
      if case .buildFinished(let layer, _, _, let result) = event {
        if result == .built { built.insert(layer) }
        progress = output.buildEnded(layer, failed: result == .failed)
      }
      output.report(event)
      notifier.take(event)
      if case .buildFinished(let layer, _, let seconds, let result) = event {
        recorder?.finished(layer, result, seconds: seconds, progress: progress)
        if result == .built { noteCosts() }
      }
    }
  }

  /// Tells what builds usually take.
  private func noteCosts() {
    guard let recorder else { return }
    handle(.costs(recorder.usual.mapValues { .seconds($0) }))
    output.terminal?.region.note(usual: recorder.usual)
  }

  // MARK: The loop

  var descriptors: [(number: Int32, events: Int32)] {
    watcher?.descriptors.map { ($0.fd, Int32($0.events)) } ?? []
  }

  var deadline: Int64? {
    if scanner.isBusy { return 0 }
    return [session.deadline?.nanoseconds, watcher?.deadline, output.deadline]
      .compactMap { $0 }.min()
  }

  func drain() {
    guard let watcher else { return }
    var changes: [Change] = []
    // Of everything that is queued one list is made, so that a flood is one input.
    for descriptor in watcher.descriptors {
      watcher.ready(descriptor.fd) { self.take($0, &changes) }
    }
    sync?.flush()
    deliver(&changes)
  }

  func tick(now: Int64) {
    if let watcher, let due = watcher.deadline, due <= now {
      var changes: [Change] = []
      watcher.tick(now) { self.take($0, &changes) }
      sync?.flush()
      deliver(&changes)
    }
    if scanner.isBusy, let scan = scanner.step(budget: Self.stepBudget) {
      // Whatever changed before the answer is told before the answer.
      drain()
      handle(.scanned(scan))
    }
    if let due = session.deadline, due.nanoseconds <= now { handle(.tick) }
    output.tick(now: now)
  }

  // MARK: Notifications

  private func startWatching() throws(CommandFailure) {
    var watchOptions = TreeWatcher.Options()
    watchOptions.pollInterval = configuration.watch.pollInterval.value
    watchOptions.polling = TreeWatcher.Polling(configuration.watch.poll.value)
    do {
      watcher = try TreeWatcher(root: workspace.root, options: watchOptions) {
        [unowned self] directory in
        let path = RepositoryPath(bytes: Array(directory))
        return self.classifier.mayHoldInputs(below: path)
          || self.syncRules?.concerns(path) == true
      }
    } catch {
      throw .work(error.description)
    }
  }

  func deliver(_ changes: inout [Change]) {
    guard !changes.isEmpty else { return }
    handle(.changed(changes))
    changes = []
  }

  func take(_ event: WatchEvent, _ changes: inout [Change]) {
    switch event {
    case .changed(let path, let kind, let isDirectory):
      sync?.note(path, Change.Kind(kind), isDirectory: isDirectory)
      if configurationFiles.contains(path) {
        if kind != .provisional { reloadConfiguration() }
        return
      }
      if ignoreFiles.contains(path), kind != .provisional {
        deliver(&changes)
        reloadRules()
      }
      let readers =
        isDirectory && kind != .attributes
        ? scanner.readers(ofDirectory: path) : classifier.readers(path)
      guard !readers.isEmpty else { return }
      let isSynced =
        sync?.setup.rules.suffices(for: path, isDirectory: isDirectory, readers: readers)
      changes.append(
        Change(
          path: path, kind: Change.Kind(kind), readers: readers, isSynced: isSynced == true))
    case .lost(let reason):
      sync?.noteEverything()
      deliver(&changes)
      handle(.lost(reason: reason))
    case .git(let busy):
      deliver(&changes)
      handle(.git(lock: busy ? ".git/index.lock" : nil))
    case .warning(let message): output.report(.warning(message: message))
    case .rootGone:
      output.report(
        .warning(message: "\(quoted(workspace.root)) is gone; waiting for it to come back"))
    case .rootBack: break
    }
  }
}

extension TreeWatcher.Polling {
  init(_ configured: WatchConfiguration.Poll) {
    switch configured {
    case .auto: self = .whereSilent
    case .always: self = .everything
    case .never: self = .nothing
    }
  }
}

extension Change.Kind {
  init(_ kind: ChangeKind) {
    switch kind {
    case .provisional: self = .provisional
    case .final: self = .final
    case .attributes: self = .attributes
    }
  }
}
