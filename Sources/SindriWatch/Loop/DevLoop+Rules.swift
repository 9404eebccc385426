import LayerPlanner

/// What the loop takes from the configuration and the ignore files, and how it takes over edits of
/// them while it runs.
extension DevLoop {
  func requests() throws(ConfigurationProblems) -> ImageWork.Requests {
    let configuration = configuration
    let names = configuration.imageNames(repository: try configuration.requireRepository())
    let revision = revision
    let noCache = options.noCache
    return ImageWork.Requests(
      names: names,
      parents: Set(configuration.layers.compactMap { $0.parent?.value }),
      build: { build, imageIDFile in
        guard let layer = configuration.layer(build.layer) else {
          preconditionFailure("the session knows only configured layers")
        }
        return layer.request(
          build, names: names, builder: configuration.build.builder?.value, revision: revision,
          imageIDFile: imageIDFile, noCache: noCache)
      },
      container: containerRequests(names))
  }

  private func containerRequests(_ names: ImageNames) -> ContainerWork.Requests? {
    guard let container = configuration.container else { return nil }
    return ContainerWork.Requests(
      name: container.name.value, owner: String(decoding: workspace.root, as: UTF8.self),
      make: { container.request($0, $1, names: names) }, stopSeconds: container.stopSeconds,
      settings: container.replacementSettings,
      isKept: options.restarts ?? container.isRestarted.value,
      followsLog: options.watches && container.followsLogs.value,
      lastLines: configuration.build.progressLines.value)
  }

  func noteRules() {
    configurationFiles = Set(workspace.configurationPaths)
    ignoreFiles = Set(
      configuration.layers.flatMap {
        LayerRules.ignoreFiles(dockerfile: $0.dockerfile.value, context: $0.context.value)
      })
    output.layers = configuration.tree.order
  }

  /// Takes edited ignore files over; bad ones leave the rules as they were, with a warning.
  func reloadRules() {
    do {
      classifier = try workspace.classifier(configuration)
    } catch {
      output.report(
        .warning(message: "\(error.description); the rules from before stay in force"))
      return
    }
    scanner.replace(layers: workspace.definitions(configuration), classifier: classifier)
    reloadSync()
    watcher?.restart(reason: "the ignore rules changed") { self.inboxEvent($0) }
  }

  /// Takes an edited configuration over; a bad one leaves everything as it was, with a warning.
  func reloadConfiguration() {
    let edited: Configuration
    let newClassifier: PathClassifier
    do {
      edited = try workspace.configuration()
      _ = try edited.requireRepository()
      newClassifier = try workspace.classifier(edited)
    } catch let failure as CommandFailure {
      output.report(
        .warning(message: "\(failure.description)\nthe configuration from before stays in force"))
      return
    } catch {
      output.report(
        .warning(message: "\(error)\nthe configuration from before stays in force"))
      return
    }
    guard edited != configuration else { return }
    configuration = edited
    classifier = newClassifier
    noteRules()
    output.progressLines = edited.build.progressLines.value
    notifier.way = edited.watch.notify.value
    output.terminal?.region.replace(
      layers: edited.liveLayers, container: edited.container?.name.value)
    if let requests = try? requests() { work?.requests = requests }
    engine.settings = Engine.Settings(edited)
    scanner.replace(layers: workspace.definitions(edited), classifier: classifier)
    reloadSync()
    handle(.reconfigured(edited.tree, edited.sessionSettings(restarts: options.restarts)))
    watcher?.restart(reason: "the configuration changed") { self.inboxEvent($0) }
  }

  private func inboxEvent(_ event: WatchEvent) {
    var changes: [Change] = []
    take(event, &changes)
    deliver(&changes)
  }
}

extension Engine.Settings {
  init(_ configuration: Configuration) {
    self.init(
      kind: configuration.engine.kind.value == .podman ? .podman : .docker,
      program: configuration.engine.command.origin == nil
        ? nil : configuration.engine.command.value,
      globalArguments: configuration.engine.globalArguments)
  }
}

/// An argument list for people, quoted where a shell would need it.
func commandLine(_ arguments: [String]) -> String {
  arguments.map { argument in
    let plain = argument.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
        || "-_./:=@,+".utf8.contains(byte)
    }
    return plain && !argument.isEmpty
      ? argument
      : "'"
        + argument.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
  }.joined(separator: " ")
}
