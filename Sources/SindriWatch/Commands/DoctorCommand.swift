import Glibc
import LayerPlanner

/// `doctor`: looks over everything that the loop needs, and names the remedy for what is missing.
struct DoctorCommand {
  let context: CommandContext

  func run() throws(CommandFailure) -> Int32 {
    let workspace = try context.workspace()
    var findings: [Finding] = []
    let configuration: Configuration
    switch Configuration.load(sources: try workspace.sources()) {
    case .success(let valid): configuration = valid
    case .failure(let problems):
      let rows = problems.problems.map {
        Finding(.problem, "configuration", $0.description, remedy: "correct it")
      }
      report(rows)
      return 2
    }
    findings += configuration.warnings.map {
      Finding(.warning, "configuration", $0.description)
    }
    if configuration.repository == nil {
      findings.append(
        Finding(
          .problem, "configuration", "image.repository is not set",
          remedy: "write [image] repository = REGISTRY/NAME"))
    }
    if findings.isEmpty {
      let count = configuration.layers.count
      findings.append(Finding(.ok, "configuration", "valid, \(count) layers"))
    }
    let loop = try context.eventLoop()
    let engine = try checkEngine(workspace, configuration, loop)
    findings += engine.findings
    let classifier = try workspace.classifier(configuration)
    let survey = TreeSurvey(root: workspace.root, classifier: classifier)
    findings += checkLayers(workspace, configuration, classifier, survey.files)
    findings += InotifyBudget(watchedDirectories: survey.watched).findings
    let git = try context.git(["--version"], in: workspace, loop)
    findings.append(
      git?.succeeded == true
        ? Finding(.ok, "git", git?.text ?? "")
        : Finding(.warning, "git", "cannot be run", remedy: "install git; plan --base needs it"))
    report(findings)
    if !engine.isReachable { return 3 }
    return findings.contains { $0.level == .problem } ? 1 : 0
  }

  private func checkEngine(
    _ workspace: Workspace, _ configuration: Configuration, _ loop: EventLoop
  ) throws(CommandFailure) -> (findings: [Finding], isReachable: Bool) {
    let queries = EngineQueries(workspace: workspace, configuration: configuration, loop: loop)
    let engine = queries.engine()
    do {
      _ = try queries.client(engine)
    } catch {
      let next = EngineFailure.classify(error.description).nextStep
      return (
        [
          Finding(
            .problem, "engine", error.description,
            remedy: next ?? "install docker or podman, or set engine.command")
        ], false
      )
    }
    guard let found = engine.finding else { return ([], false) }
    let way =
      switch found.client.buildMode {
      case .buildx: "BuildKit by the buildx plugin"
      case .integratedBuildKit: "BuildKit by DOCKER_BUILDKIT=1"
      case .legacy: "the legacy builder"
      case .buildah: "buildah"
      }
    let versions = "client \(found.clientVersion), server \(found.serverVersion)"
    var rows = [Finding(.ok, "engine", "\(found.client.program): \(versions), builds by \(way)")]
    rows += found.warnings.map {
      Finding(.warning, "engine", $0, remedy: "apt-get install docker-buildx, or its plugin")
    }
    rows += unsupported(found.client, configuration).map { Finding(.warning, "engine", $0) }
    return (rows, true)
  }

  /// What the configuration asks for and this way of building cannot do.
  private func unsupported(_ client: EngineClient, _ configuration: Configuration) -> [String] {
    var seen: [String] = []
    for layer in configuration.layers {
      var request = BuildRequest(dockerfile: "", context: ".", imageIDFile: "")
      request.builder = configuration.build.builder?.value
      request.cacheTo = layer.cacheTo.map(\.value)
      request.secrets = layer.secrets.map(\.value)
      for message in client.unsupported(request) where !seen.contains(message) {
        seen.append(message)
      }
    }
    return seen
  }

  private func checkLayers(
    _ workspace: Workspace, _ configuration: Configuration, _ classifier: PathClassifier,
    _ files: [RepositoryPath]
  ) -> [Finding] {
    let lint = FilterLint(classifier, files: files)
    return classifier.layers.flatMap { rules -> [Finding] in
      let name = rules.name.text
      do {
        let text = try readFile(workspace.root + [0x2F] + rules.dockerfile.bytes)
        let dockerfile = try Dockerfile(text)
        let parentArgument = configuration.layer(rules.name)?.parentArgument?.value
        let found = lint.findings(rules, dockerfile, parentArgument: parentArgument)
        return found.isEmpty
          ? [Finding(.ok, name, "every file that \(rules.dockerfile) copies is named by a filter")]
          : found
      } catch let error as SystemError {
        return [Finding(.problem, name, error.description, remedy: "bring the Dockerfile back")]
      } catch {
        return [Finding(.problem, name, "\(rules.dockerfile): \(error)", remedy: "correct it")]
      }
    }
  }

  private func report(_ findings: [Finding]) {
    if context.output.options.format == .json {
      let rows = findings.map { finding in
        JSONText.object([
          ("level", JSONText.string(finding.level.rawValue)),
          ("subject", JSONText.string(finding.subject)),
          ("message", JSONText.string(finding.message)),
          ("remedy", finding.remedy.map { JSONText.string($0) } ?? "null"),
        ])
      }
      context.output.line(JSONText.object([("findings", JSONText.array(rows))]))
      return
    }
    let table = findings.map { [$0.level.rawValue, $0.subject, $0.message] }
    let lines = TextTable.aligned(table).split(separator: "\n" as Character)
    for (line, finding) in zip(lines, findings) {
      context.output.line(String(line))
      if let remedy = finding.remedy { context.output.line("         -> \(remedy)") }
    }
  }
}
