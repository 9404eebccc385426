import Glibc
import LayerPlanner

/// `init`: writes a first configuration from the Dockerfiles that are there.
struct InitCommand {
  let context: CommandContext

  func run() throws(CommandFailure) -> Int32 {
    let workspace = try context.workspace()
    let starter = try starter(workspace)
    // What is written must be valid, whatever the Dockerfiles were like.
    let source = ConfigurationSource.file(name: workspace.starterFile, content: starter.text)
    if case .failure(let problems) = Configuration.load(sources: [source]) {
      throw .work(
        "the configuration made from the Dockerfiles is not valid; write one by hand\n\(problems)")
    }
    if context.invocation.has("print") {
      context.output.bytes(starter.text)
      for note in starter.notes { context.output.warning(note) }
      return 0
    }
    do {
      try createFile(workspace.starterFile, starter.text)
    } catch {
      throw error.number == EEXIST ? alreadyThere(workspace) : .work(error.description)
    }
    report(starter, workspace.starterFile)
    return 0
  }

  private func alreadyThere(_ workspace: Workspace) -> CommandFailure {
    .usage(
      "\(quoted(workspace.starterFile)) is there, and is not written over; "
        + "'sindri-watch init --print' shows what would be written")
  }

  private func starter(_ workspace: Workspace) throws(CommandFailure) -> StarterConfiguration {
    if !context.invocation.has("print"), pathExists(workspace.starterFile) {
      throw alreadyThere(workspace)
    }
    let survey = RepositorySurvey(root: workspace.root)
    let found = survey.files.filter { path in
      DockerfileName.isDockerfile(path) && !survey.isOthers(path)
    }
    var files: [StarterConfiguration.File] = []
    for path in try kept(found, workspace) {
      do {
        let content = try readFile(workspace.root + [0x2F] + path.bytes)
        files.append(StarterConfiguration.File(path: path, content: content))
      } catch {
        context.output.warning("\(error); it is left out")
      }
    }
    let starter = StarterConfiguration(
      dockerfiles: files, files: survey.files,
      directoryName: Array(workspace.root.split(separator: 0x2F).last ?? []))
    guard !starter.layers.isEmpty else {
      for note in starter.notes { context.output.warning(note) }
      throw .work(
        "no Dockerfile in \(quoted(workspace.root)); go to the repository, or name it with -C DIR, "
          + "or write \(Workspace.configurationName) by hand ('man sindri-watch.conf')")
    }
    return starter
  }

  /// The paths that git does not ignore; all of them outside a repository of git.
  private func kept(
    _ paths: [RepositoryPath], _ workspace: Workspace
  ) throws(CommandFailure) -> [RepositoryPath] {
    let loop = try context.eventLoop()
    var kept: [RepositoryPath] = []
    var rest = paths[...]
    while !rest.isEmpty {
      // A command line takes no more than so many.
      let some = rest.prefix(500)
      rest = rest.dropFirst(some.count)
      let words = [
        "--literal-pathspecs", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--",
      ].map { Array($0.utf8) }
      let result = try context.git(words + some.map(\.bytes), in: workspace, loop)
      guard let result, result.succeeded else {
        kept += some
        continue
      }
      let listed = Set(result.output.split(separator: 0).map { RepositoryPath(bytes: Array($0)) })
      kept += some.filter(listed.contains)
    }
    return kept
  }

  private func report(_ starter: StarterConfiguration, _ file: [UInt8]) {
    if context.output.options.format == .json {
      let layers = starter.layers.map { layer in
        JSONText.object([
          ("name", JSONText.string(layer.name.text)),
          ("dockerfile", JSONText.string(layer.dockerfile.bytes)),
          (
            "parent",
            layer.parent.flatMap { $0.argument == nil ? nil : JSONText.string($0.layer.text) }
              ?? "null"
          ),
        ])
      }
      context.output.line(
        JSONText.object([
          ("file", JSONText.string(file)), ("layers", JSONText.array(layers)),
          ("notes", JSONText.array(starter.notes.map { JSONText.string($0) })),
        ]))
      return
    }
    for note in starter.notes { context.output.warning(note) }
    guard !context.output.options.isQuiet else { return }
    context.output.line("wrote \(quoted(file))")
    let rows = starter.layers.map { layer in
      let parent = layer.parent.flatMap { $0.argument == nil ? nil : "on \($0.layer)" }
      return [
        "  layer", layer.name.text, layer.dockerfile.description,
        parent ?? (layer.foreignBase.isEmpty ? "" : "from \(quoted(layer.foreignBase.utf8))"),
      ]
    }
    context.output.bytes(Array(TextTable.aligned(rows).utf8))
    context.output.line("next: 'sindri-watch doctor' checks it, 'sindri-watch' builds and watches")
  }
}
