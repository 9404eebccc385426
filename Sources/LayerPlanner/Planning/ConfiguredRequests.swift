/// What follows from the configuration alone: the engine's requests, the session's settings, and
/// what a fingerprint is made of besides files.
extension LayerConfiguration {
  /// The build arguments as the engine takes them.
  public var argumentTexts: [String] {
    arguments.map { argument in
      let value = argument.value.value.map { "=\($0)" } ?? ""
      return argument.value.name + value
    }
  }

  /// Everything besides files that the result of a build depends on. An argument that takes its
  /// value from the environment counts with the value that it has there.
  public func settings(environment: (String) -> String?) -> [LayerInputs.Setting] {
    var settings = arguments.map { argument in
      let value = argument.value.value ?? environment(argument.value.name) ?? ""
      return LayerInputs.Setting(key: "argument.\(argument.value.name)", value: value)
    }
    for (key, value) in [
      ("parent-argument", parentArgument?.value), ("target", target?.value),
      ("platform", platform?.value),
    ] {
      if let value { settings.append(LayerInputs.Setting(key: key, value: value)) }
    }
    settings.append(LayerInputs.Setting(key: "context", value: context.value.description))
    return settings
  }

  /// The request to build this layer.
  ///
  /// - Parameters:
  ///   - build: what the session wants built.
  ///   - names: the images' names; the parent is passed by the tag that only it has.
  ///   - revision: the commit that the tree stands on, if any.
  public func request(
    _ build: Build, names: ImageNames, builder: String?, revision: String?, imageIDFile: String,
    noCache: Bool
  ) -> BuildRequest {
    let contextText = context.value.bytes.isEmpty ? "." : text(context.value)
    var request = BuildRequest(
      dockerfile: text(dockerfile.value), context: contextText, imageIDFile: imageIDFile)
    request.labels = [
      (OwnLabel.layer, build.layer.text), (OwnLabel.inputs, build.fingerprint.hex),
    ]
    // An image inherits the labels of its parent: what it does not know it has to deny.
    request.labels.append((OwnLabel.recipe, build.recipe?.hex ?? ""))
    if let parent = build.parent {
      request.labels.append((OwnLabel.parent, parent.fingerprint.hex))
      request.labels.append((OwnLabel.base, parent.identity?.hex ?? ""))
    }
    if revision != nil || build.parent != nil {
      request.labels.append((OwnLabel.revision, revision ?? ""))
    }
    request.arguments = argumentTexts
    if let parent = build.parent, let parentArgument {
      let image = names.content(parent.layer, parent.fingerprint)
      request.arguments.append("\(parentArgument.value)=\(image)")
    }
    request.secrets = secrets.map(\.value)
    request.cacheFrom = cacheFrom.map(\.value)
    request.cacheTo = cacheTo.map(\.value)
    request.target = target?.value
    request.platform = platform?.value
    request.network = network?.value
    request.builder = builder
    request.noCache = noCache
    return request
  }
}

extension Configuration {
  /// The names of the images in `repository`.
  public func imageNames(repository: String) -> ImageNames {
    var stable: [LayerName: String] = [:]
    for layer in layers { stable[layer.name.value] = layer.stable?.value }
    return ImageNames(repository: repository, stableTags: stable)
  }

  /// The session's constants.
  ///
  /// - Parameter restarts: whether the container is kept on the newest image; nil for what
  ///   `[container] restart` says.
  public func sessionSettings(restarts: Bool?) -> Session.Settings {
    var settings = Session.Settings()
    settings.idleBefore = watch.idleBefore.value
    settings.shortestQuiet = watch.quietMinimum.value
    settings.longestQuiet = watch.quietMaximum.value
    settings.longestBatch = watch.settleCap.value
    settings.provisionalWait = watch.provisionalWait.value
    settings.gitStale = watch.gitCap.value
    settings.loopLimit = watch.loopLimit.value
    settings.confirmAbove = watch.confirmAbove?.value
    settings.confirmIdle = watch.confirmIdle.value
    settings.container = container?.layer.value
    if let container, restarts ?? container.isRestarted.value {
      settings.restart = container.layer.value
    }
    return settings
  }
}

extension ContainerConfiguration {
  /// When a new container counts as good.
  public var replacementSettings: Replacement.Settings {
    var settings = Replacement.Settings()
    settings.healthTimeout = healthTimeout.value
    settings.stayUp = stayUp.value
    return settings
  }

  /// How long the container may take to end, in the whole seconds that engines count in.
  public var stopSeconds: Int {
    let (seconds, attoseconds) = stopTimeout.value.components
    return Int(seconds) + (attoseconds > 0 ? 1 : 0)
  }

  /// The request to run the container from the image with this content.
  public func request(
    _ layer: LayerName, _ fingerprint: Fingerprint, names: ImageNames
  ) -> ContainerRequest {
    var request = ContainerRequest(
      name: name.value, image: names.content(layer, fingerprint), layer: layer,
      fingerprint: fingerprint)
    request.publish = publish.map(\.value)
    request.volumes = volumes.map(\.value)
    request.environment = environment.map { variable in
      variable.value.name + (variable.value.value.map { "=\($0)" } ?? "")
    }
    request.environmentFiles = environmentFiles.map(\.value)
    request.network = network?.value
    request.user = user?.value
    request.hostname = hostname?.value
    request.command = command.map(\.value)
    return request
  }
}

extension EngineConfiguration {
  /// What stands between the client's program and its command.
  public var globalArguments: [String] {
    var arguments: [String] = []
    if let context { arguments += ["--context", context.value] }
    if let host { arguments += [kind.value == .podman ? "--url" : "--host", host.value] }
    return arguments
  }
}

/// A configured path as the text of an argument: the configuration is text, so nothing is lost.
private func text(_ path: RepositoryPath) -> String { String(decoding: path.bytes, as: UTF8.self) }
