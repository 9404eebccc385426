import Glibc
import LayerPlanner

/// What ends a command: a message for standard error and the exit status.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String
  let status: Int32

  /// Usage or configuration.
  static func usage(_ message: String) -> CommandFailure {
    CommandFailure(description: message, status: 2)
  }
  /// The engine cannot be reached.
  static func engine(_ message: String) -> CommandFailure {
    CommandFailure(description: message, status: 3)
  }
  /// The work failed.
  static func work(_ message: String) -> CommandFailure {
    CommandFailure(description: message, status: 1)
  }
}

/// The repository that a command works on: its root and where its configuration comes from.
struct Workspace {
  /// The repository's root: absolute, without links.
  let root: [UInt8]
  /// The directory that the command was started in, or that -C named; paths on the command line
  /// are relative to it.
  let startDirectory: [UInt8]
  let environment: ProcessEnvironment
  /// The file of --config, absolute; nil for the one in the root.
  private let configurationFile: [UInt8]?
  private let overrides: [[UInt8]]

  static let configurationName = ".sindri-watch.conf"
  static let localConfigurationName = ".sindri-watch.local.conf"

  /// Finds the repository for the global options of `invocation`.
  init(_ invocation: Invocation, environment: ProcessEnvironment) throws(CommandFailure) {
    var directory = Array(".".utf8)
    for next in invocation.values["directory"] ?? [] {
      directory = next.first == 0x2F ? next : directory + [0x2F] + next
    }
    do {
      startDirectory = try resolvedPath(directory)
    } catch {
      throw .usage(error.description)
    }
    self.environment = environment
    overrides = invocation.values["set"] ?? []
    let start = startDirectory
    configurationFile = invocation.bytes("config").map { file in
      file.first == 0x2F ? file : start + [0x2F] + file
    }
    let marks =
      configurationFile == nil
      ? [Self.configurationName] : [Self.configurationName, ".git"]
    root = Self.nearest(marks, from: start) ?? Self.nearest([".git"], from: start) ?? start
  }

  /// The nearest directory from `start` upwards that holds one of `names`.
  private static func nearest(_ names: [String], from start: [UInt8]) -> [UInt8]? {
    var directory = start
    while true {
      for name in names where pathExists(directory + [0x2F] + Array(name.utf8)) {
        return directory.isEmpty ? [0x2F] : directory
      }
      guard let slash = directory.lastIndex(of: 0x2F) else { return nil }
      directory = Array(directory[..<slash])
    }
  }

  /// The files that the configuration is read from, as paths relative to the root, so that a
  /// change of one of them is noticed.
  var configurationPaths: [RepositoryPath] {
    if let configurationFile {
      guard configurationFile.starts(with: root + [0x2F]) else { return [] }
      return [RepositoryPath(bytes: Array(configurationFile.dropFirst(root.count + 1)))]
    }
    return [
      RepositoryPath(Self.configurationName), RepositoryPath(Self.localConfigurationName),
    ]
  }

  /// The file that a first configuration is written to, absolute.
  var starterFile: [UInt8] {
    configurationFile ?? root + [0x2F] + Array(Self.configurationName.utf8)
  }

  /// The configuration's sources, the weakest first.
  func sources() throws(CommandFailure) -> [ConfigurationSource] {
    var sources: [ConfigurationSource] = []
    do {
      if let configurationFile {
        sources.append(.file(name: configurationFile, content: try readFile(configurationFile)))
      } else {
        let file = root + [0x2F] + Array(Self.configurationName.utf8)
        guard pathExists(file) else {
          throw CommandFailure.usage(
            "no \(Self.configurationName) in \(quoted(startDirectory)) or above it; "
              + "go to the repository, or name it with -C DIR; 'sindri-watch init' writes one")
        }
        sources.append(
          .file(name: Array(Self.configurationName.utf8), content: try readFile(file)))
        let local = root + [0x2F] + Array(Self.localConfigurationName.utf8)
        if pathExists(local) {
          sources.append(
            .file(name: Array(Self.localConfigurationName.utf8), content: try readFile(local)))
        }
      }
    } catch let error as SystemError {
      throw .usage(error.description)
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw .usage("\(error)")
    }
    sources.append(.environment(environment.variables(startingWith: "SINDRI_WATCH_CONFIG_")))
    sources.append(.commandLine(overrides))
    return sources
  }

  /// The valid configuration, or everything that is wrong with it.
  func configuration() throws(CommandFailure) -> Configuration {
    switch Configuration.load(sources: try sources()) {
    case .success(let configuration): return configuration
    case .failure(let problems): throw .usage(problems.description)
    }
  }

  /// The classifier for the configured layers, with the ignore files as they are on the disk.
  func classifier(_ configuration: Configuration) throws(CommandFailure) -> PathClassifier {
    var layers: [LayerRules] = []
    for layer in configuration.layers {
      layers.append(
        LayerRules(
          name: layer.name.value, dockerfile: layer.dockerfile.value,
          context: layer.context.value, filter: layer.filter, ignore: try ignoreRules(of: layer)))
    }
    return PathClassifier(layers: layers, tree: configuration.tree)
  }

  private func ignoreRules(
    of layer: LayerConfiguration
  ) throws(CommandFailure) -> (file: RepositoryPath, rules: IgnoreRules)? {
    let candidates = LayerRules.ignoreFiles(
      dockerfile: layer.dockerfile.value, context: layer.context.value)
    for file in candidates {
      let contents: [UInt8]
      do {
        contents = try readFile(root + [0x2F] + file.bytes)
      } catch {
        if error.number == ENOENT || error.number == ENOTDIR { continue }
        throw .usage(error.description)
      }
      do {
        return (file, try IgnoreRules(file: contents))
      } catch {
        let line = error.line.map { ":\($0)" } ?? ""
        throw .usage("\(file)\(line): \(error.message)")
      }
    }
    return nil
  }

  /// What is kept for this repository from one run to the next; only the holder of the
  /// repository's lock may use it.
  func stateDirectory() throws(CommandFailure) -> StateDirectory {
    do {
      return try StateDirectory(root: root, environment: environment)
    } catch {
      throw .work("\(error); set XDG_STATE_HOME to a directory that can be written")
    }
  }

  /// What the watcher of this repository keeps for those who ask for it.
  func watcherFiles() -> WatcherFiles {
    StateDirectory.watcherFiles(root: root, environment: environment)
  }

  /// The records of this repository's builds.
  func buildLog() -> BuildLog { StateDirectory.buildLog(root: root, environment: environment) }

  /// The journal of live sync; it may be read by anybody.
  func syncJournal() -> JournalFile {
    StateDirectory.syncJournal(root: root, environment: environment)
  }

  /// What the fingerprints are made of besides files.
  func definitions(_ configuration: Configuration) -> [InputScanner.LayerDefinition] {
    configuration.layers.map { layer in
      InputScanner.LayerDefinition(
        name: layer.name.value, dockerfile: layer.dockerfile.value,
        settings: layer.settings { environment[$0] })
    }
  }

  /// An operand of the command line as a path of the repository: `.` and `..` are worked out by
  /// their text, since the file may be gone.
  func repositoryPath(_ operand: [UInt8]) throws(CommandFailure) -> RepositoryPath {
    let absolute = operand.first == 0x2F ? operand : startDirectory + [0x2F] + operand
    var components: [ArraySlice<UInt8>] = []
    for component in absolute.split(separator: 0x2F) {
      if component == [0x2E] { continue }
      if component == [0x2E, 0x2E] {
        components = components.dropLast()
      } else {
        components.append(component)
      }
    }
    let clean = components.reduce(into: [UInt8]()) { $0 += [0x2F] + $1 }
    if clean == root { return .root }
    if root == [0x2F] { return RepositoryPath(bytes: Array(clean.dropFirst())) }
    guard clean.starts(with: root + [0x2F]) else {
      throw .usage("\(quoted(operand)) is outside the repository \(quoted(root))")
    }
    return RepositoryPath(bytes: Array(clean.dropFirst(root.count + 1)))
  }
}
