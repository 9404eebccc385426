import LayerPlanner

/// Finds out which engine command line there is, and by which way it builds.
///
/// Clients before 23.0 build with BuildKit under DOCKER_BUILDKIT=1; later ones only through the
/// buildx plugin, and fall back to the legacy builder without it. Both kinds may be installed side
/// by side, so every `docker` in PATH is asked, and one that has BuildKit wins.
struct EngineProbe {
  /// What was found.
  struct Finding {
    let client: EngineClient
    /// The versions, for people.
    let clientVersion: String
    let serverVersion: String
    /// What the user should know, such as that BuildKit is missing.
    let warnings: [String]
  }

  /// Why there is no engine to work with.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let kind: EngineClient.Kind
  /// The configured program; nil looks in PATH.
  let program: String?
  let globalArguments: [String]
  let environment: ProcessEnvironment
  /// Runs a command and hands its result on; nil when it could not be started.
  let run: (_ arguments: [String], _ completion: @escaping (CommandResult?) -> Void) -> Void

  /// Asks the candidates in turn; `completion` is called once.
  func start(_ completion: @escaping (Result<Finding, Failure>) -> Void) {
    let programs = program.map { [$0] } ?? inPath(kind.rawValue)
    guard !programs.isEmpty else {
      completion(
        .failure(
          Failure(
            description: "no \(kind.rawValue) in PATH; install it, "
              + "or name it in engine.command of .sindri-watch.conf")))
      return
    }
    ask(programs[...], found: [], failure: nil, completion)
  }

  private func ask(
    _ programs: ArraySlice<String>, found: [Finding], failure: Failure?,
    _ completion: @escaping (Result<Finding, Failure>) -> Void
  ) {
    guard let program = programs.first else {
      completion(best(of: found, failure: failure))
      return
    }
    // Podman has no server of its own, so only the client is asked for its version there.
    let server = kind == .docker ? " {{.Server.Version}}" : ""
    let format = "{{.Client.Version}}" + server
    run([program] + globalArguments + ["version", "--format", format]) { result in
      guard let result, result.succeeded else {
        let reason = result?.errorText ?? "\(program) cannot be started"
        ask(
          programs.dropFirst(), found: found,
          failure: failure ?? Failure(description: firstLine(of: reason)), completion)
        return
      }
      let versions = result.text.split(separator: " " as Character).map(String.init)
      identify(program, versions) { finding in
        // BuildKit by the plugin is as good as it gets: ask no further.
        let rest = finding.client.buildMode == .buildx ? [] : programs.dropFirst()
        ask(rest, found: found + [finding], failure: failure, completion)
      }
    }
  }

  private func identify(
    _ program: String, _ versions: [String], _ completion: @escaping (Finding) -> Void
  ) {
    func finish(_ mode: EngineClient.BuildMode, _ warnings: [String] = []) {
      completion(
        Finding(
          client: EngineClient(
            kind: kind, program: program, globalArguments: globalArguments, buildMode: mode),
          clientVersion: versions.first ?? "", serverVersion: versions.last ?? "",
          warnings: warnings))
    }
    guard kind == .docker else { return finish(.buildah) }
    run([program] + globalArguments + ["buildx", "version"]) { result in
      if result?.succeeded == true { return finish(.buildx) }
      if let major = EngineVersion.major(of: versions.first ?? ""), major < 23 {
        return finish(.integratedBuildKit)
      }
      finish(
        .legacy,
        [
          "\(program) \(versions.first ?? "") has no buildx plugin, so images are built by the "
            + "legacy builder, which is slower; install docker-buildx"
        ])
    }
  }

  private func best(of found: [Finding], failure: Failure?) -> Result<Finding, Failure> {
    let preferred: [EngineClient.BuildMode] = [.buildx, .buildah, .integratedBuildKit, .legacy]
    for mode in preferred {
      if let finding = found.first(where: { $0.client.buildMode == mode }) {
        return .success(finding)
      }
    }
    return .failure(failure ?? Failure(description: "no engine answers"))
  }

  /// Every program of this name in PATH, in its order, each file once.
  private func inPath(_ name: String) -> [String] {
    let path = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    var seen: Set<[UInt8]> = []
    return path.split(separator: ":" as Character).compactMap { directory in
      let candidate = "\(directory)/\(name)"
      guard isExecutable(Array(candidate.utf8)),
        let resolved = try? resolvedPath(Array(candidate.utf8)),
        seen.insert(resolved).inserted
      else { return nil }
      return candidate
    }
  }
}

/// The first line of a message, which holds the reason in the engine's errors.
func firstLine(of text: String) -> String {
  text.split(separator: "\n" as Character).first.map(String.init) ?? text
}
