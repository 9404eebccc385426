extension ConfigurationReader {
  /// Reads everything; the complaints, if there are any, are in the order of the sections.
  mutating func read() -> Result<Configuration, ConfigurationProblems> {
    let repository = one("repository", of: group("image"), Value.repository)
    let registry = readRegistry()
    let retention = readRetention()
    let engine = readEngine()
    let build = readBuild()
    let layers = readLayers()
    let tree = readTree(layers)
    let container = readContainer(tree)
    let syncs = readSyncs()
    let watch = readWatch()
    guard problems.isEmpty else { return .failure(ConfigurationProblems(problems)) }
    return .success(
      Configuration(
        repository: repository, registry: registry, retention: retention, engine: engine,
        build: build, layers: layers,
        tree: tree,
        container: container, syncs: syncs, watch: watch, warnings: warnings,
        effective: effective()))
  }

  private mutating func readRegistry() -> RegistryConfiguration {
    let group = group("registry")
    let branches = all("stable-branch", of: group, Value.text)
    return RegistryConfiguration(
      verifiesTLS: flag("tls-verify", of: group, else: true),
      timeout: one("timeout", of: "registry", in: group, Value.duration, else: .seconds(600)),
      attempts: one("attempts", of: "registry", in: group, Value.count, else: 4),
      stableBranches: branches.isEmpty ? ["main", "master"].map { Configured($0) } : branches)
  }

  private mutating func readRetention() -> RetentionConfiguration {
    let group = group("retention")
    func seconds(_ days: Int) -> Duration { .seconds(days * 86_400) }
    return RetentionConfiguration(
      pullRequestAge: one(
        "pull-requests", of: "retention", in: group, Value.duration, else: seconds(7)),
      branches: one("branches", of: "retention", in: group, Value.count, else: 10),
      contents: one("contents", of: "retention", in: group, Value.count, else: 20),
      contentAge: one(
        "content-age", of: "retention", in: group, Value.duration, else: seconds(14)))
  }

  private mutating func readEngine() -> EngineConfiguration {
    let group = group("engine")
    let command = one("command", of: group, Value.text)
    var kind: Configured<EngineConfiguration.Kind> = one(
      "kind", of: "engine", in: group, Value.choice, else: .docker)
    if kind.origin == nil, let command,
      let named = command.value.split(separator: "/").last.flatMap({
        EngineConfiguration.Kind(rawValue: String($0))
      })
    {
      kind = Configured(named, origin: command.origin)
    }
    return EngineConfiguration(
      kind: kind, command: command ?? Configured(kind.value.rawValue, origin: kind.origin),
      context: one("context", of: group, Value.text), host: one("host", of: group, Value.text))
  }

  private mutating func readBuild() -> BuildConfiguration {
    let group = group("build")
    return BuildConfiguration(
      builder: one("builder", of: group, Value.text),
      progressLines: one("progress-lines", of: "build", in: group, Value.count, else: 20))
  }

  private mutating func readContainer(_ tree: LayerTree) -> ContainerConfiguration? {
    guard let group = group("container") else { return nil }
    let name = one("name", of: group, Value.containerName)
    if name == nil, !isSet("name", of: group) {
      complain("[container] has no name; add name = NAME", group.origin)
    }
    let publish = all("publish", of: group, Value.text)
    complainAboutSharedPorts(publish)
    return ContainerConfiguration(
      name: name ?? Configured(""), layer: readContainerLayer(group, tree), publish: publish,
      volumes: all("volume", of: group, Value.text),
      environment: all("env", of: group, Value.assignment),
      environmentFiles: all("env-file", of: group, Value.text),
      network: one("network", of: group, Value.text), user: one("user", of: group, Value.text),
      command: all("command", of: group, Value.text),
      stopTimeout: one(
        "stop-timeout", of: "container", in: group, Value.duration, else: .zero),
      healthTimeout: one(
        "health-timeout", of: "container", in: group, Value.duration, else: .seconds(30)),
      stayUp: one("stay-up", of: "container", in: group, Value.duration, else: .seconds(1)),
      hostname: one("hostname", of: group, Value.text), isRestarted: flag("restart", of: group),
      followsLogs: flag("follow-logs", of: group), isSynced: flag("sync", of: group))
  }

  private mutating func readContainerLayer(
    _ group: Group, _ tree: LayerTree
  ) -> Configured<LayerName> {
    let names = tree.order.map(\.text)
    if isSet("layer", of: group) {
      guard let named = one("layer", of: group, Value.text) else { return Configured("") }
      if !names.contains(named.value) {
        complain(
          "container.layer: layer \"\(named.value)\" is not configured"
            + Suggestion.hint(for: named.value, in: names), named.origin)
      }
      return Configured(LayerName(named.value), origin: named.origin)
    }
    let leaves = tree.order.filter { tree.children(of: $0).isEmpty }
    guard leaves.count == 1, let leaf = leaves.first else {
      complain(
        leaves.isEmpty
          ? "[container] has no layer to run; add a [layer \"NAME\"] section"
          : "[container] may run any of \(leaves.map(\.text).joined(separator: ", ")); "
            + "add layer = NAME", group.origin)
      return Configured("")
    }
    return Configured(leaf)
  }

  /// Two ports that need the same address of the host.
  private mutating func complainAboutSharedPorts(_ publish: [Configured<String>]) {
    var seen: [String: Configured<String>] = [:]
    for port in publish {
      let parts = port.value.split(separator: "/", maxSplits: 1)
      let address = parts.first.map(String.init) ?? ""
      let host = address.lastIndex(of: ":").map { String(address[..<$0]) } ?? address
      let protocolName = parts.count > 1 ? String(parts[1]) : "tcp"
      if let first = seen.updateValue(port, forKey: "\(host)/\(protocolName)") {
        complain(
          "container.publish: \"\(port.value)\" needs the same port as \"\(first.value)\" at "
            + "\(first.origin.map(\.description) ?? "the default"); change or remove one",
          port.origin)
      }
    }
  }

  private mutating func readSyncs() -> [SyncConfiguration] {
    var syncs: [SyncConfiguration] = []
    for group in groups where group.section == "sync" {
      let subsection = group.subsection ?? []
      var path = RepositoryPath.root
      do {
        path = try Value.path(subsection)
      } catch {
        complain("section \"sync\": \(error.message)", group.origin)
      }
      let target = one("target", of: group, Value.containerPath)
      if target == nil, !isSet("target", of: group) {
        complain(
          "[sync \"\(String(decoding: subsection, as: UTF8.self))\"] has no target; add "
            + "target = /DIRECTORY", group.origin)
      }
      syncs.append(
        SyncConfiguration(
          path: Configured(path, origin: group.origin), target: target ?? Configured("/"),
          ignore: all("ignore", of: group, Value.pattern),
          owner: one("owner", of: group, Value.text), exec: one("exec", of: group, Value.hook),
          isRestarting: flag("restart", of: group)))
    }
    return syncs
  }

  private mutating func readWatch() -> WatchConfiguration {
    let group = group("watch")
    let watch = WatchConfiguration(
      quietMinimum: time("quiet-min", of: group), quietMaximum: time("quiet-max", of: group),
      settleCap: time("settle-cap", of: group),
      provisionalWait: time("provisional-wait", of: group), gitCap: time("git-cap", of: group),
      idleBefore: time("idle-before", of: group),
      poll: one("poll", of: "watch", in: group, Value.choice, else: .auto),
      pollInterval: time("poll-interval", of: group),
      confirmAbove: one("confirm-above", of: group, Value.duration),
      confirmIdle: time("confirm-idle", of: group),
      loopLimit: one("loop-limit", of: "watch", in: group, Value.count, else: 5),
      notify: one("notify", of: "watch", in: group, Value.choice, else: .none))
    if watch.quietMinimum.value > watch.quietMaximum.value {
      complain(
        "watch.quiet-min is longer than watch.quiet-max; lower the one or raise the other",
        watch.quietMinimum.origin ?? watch.quietMaximum.origin)
    }
    if watch.pollInterval.value == .zero {
      complain("watch.poll-interval is 0; use at least 1ms", watch.pollInterval.origin)
    }
    return watch
  }

  private mutating func time(_ key: String, of group: Group?) -> Configured<Duration> {
    one(key, of: "watch", in: group, Value.duration, else: .zero)
  }

  /// Every value that is set, then the defaults of what is not.
  private func effective() -> [Configuration.EffectiveValue] {
    var values: [Configuration.EffectiveValue] = []
    for group in groups {
      for key in group.keys {
        for entry in group.values[key] ?? [] {
          values.append(
            .init(
              key: entry.name, value: entry.value ?? Array("true".utf8),
              origin: entry.valueOrigin))
        }
      }
    }
    for key in ConfigurationSchema.keys {
      guard let text = key.defaultText else { continue }
      let found = groups.filter { $0.section == key.section }
      let isAlwaysThere = key.subsection == nil && key.section != "container"
      let subsections = found.isEmpty && isAlwaysThere ? [nil] : found.map(\.subsection)
      for subsection in subsections {
        let group = found.first { $0.subsection == subsection }
        guard !isSet(key.name, of: group) else { continue }
        let middle = subsection.map { $0 + [UInt8(ascii: ".")] } ?? []
        values.append(
          .init(
            key: Array("\(key.section).".utf8) + middle + Array(key.name.utf8),
            value: Array(text.utf8), origin: nil))
      }
    }
    return values
  }
}
