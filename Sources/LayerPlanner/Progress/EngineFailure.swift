/// What kind of trouble an engine's error message tells of.
public enum EngineFailure: Equatable, Sendable {
  /// The engine does not answer.
  case unreachable
  /// No space is left where the engine keeps its images.
  case diskFull
  /// An image that the build starts from cannot be found or pulled.
  case parentMissing
  /// This user may not talk to the engine.
  case permission
  /// Anything else: the build itself.
  case other

  /// Looks for the words that engines use.
  public static func classify(_ text: String) -> EngineFailure {
    let text = text.lowercased()
    func says(_ phrases: [String]) -> Bool { phrases.contains { text.contains($0) } }
    if says(["permission denied while trying to connect", "got permission denied"]) {
      return .permission
    }
    if says([
      "cannot connect to the docker daemon", "is the docker daemon running",
      "error during connect", "cannot connect to podman", "connection refused",
      "connection reset by peer", "error reading from server: eof", "transport is closing",
      "unexpected eof", "closing transport", "broken pipe", "rpc error: code = unavailable",
      "failed to dial", "server closed the connection",
    ]) {
      return .unreachable
    }
    if says(["no space left on device", "disk quota exceeded"]) { return .diskFull }
    if says([
      "pull access denied", "manifest unknown", "failed to resolve source metadata",
      "repository does not exist", "not found: manifest", "failed to do request",
    ]) {
      return .parentMissing
    }
    return .other
  }

  /// The same for all that a build printed to standard error. Only its last line is the client's
  /// own: a step of the build may well say "connection refused" of something else.
  public static func classify(build errors: String) -> EngineFailure {
    let lines = errors.split { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
    let last = lines.last { line in line.contains { !$0.isWhitespace } }
    guard let last, last.first != "#" else { return .other }
    return classify(String(last))
  }

  /// What the user can do about it; nil when the message says all.
  public var nextStep: String? {
    switch self {
    case .unreachable: "start the engine; 'sindri-watch doctor' says more"
    case .diskFull: "make space, for example with 'docker system df' and 'docker image prune'"
    case .parentMissing:
      "check FROM and the build arguments, or the network to the registry"
    case .permission: "join the engine's group, or run as a user who may use it"
    case .other: nil
    }
  }
}
