/// Why a container could not be started or did not last, and what to do about it.
public enum ContainerFailure: Equatable, Sendable {
  /// A port of the host is taken.
  case portTaken
  /// The program that the container starts is not in the image, or cannot be run.
  case noProgram
  /// The image is not there any more.
  case noImage
  /// A container of the same name belongs to somebody else.
  case nameTaken
  /// The engine has no space left.
  case diskFull
  /// Anything else.
  case other

  /// Looks for the words that engines use.
  public static func classify(_ text: String) -> ContainerFailure {
    let text = text.lowercased()
    func says(_ phrases: String...) -> Bool { phrases.contains { text.contains($0) } }
    if says("port is already allocated", "address already in use") { return .portTaken }
    if says("no such image", "image not known", "unable to find image") { return .noImage }
    if says("is already in use by container", "name is already in use") { return .nameTaken }
    if says("no space left on device", "disk quota exceeded") { return .diskFull }
    if says(
      "executable file not found", "no such file or directory", "permission denied",
      "exec format error", "no command specified")
    {
      return .noProgram
    }
    return .other
  }

  /// What the user can do.
  public var nextStep: String {
    switch self {
    case .portTaken: "end what holds the port, or change container.publish; then save again"
    case .noProgram: "put ENTRYPOINT and CMD, or container.command, right and save"
    case .noImage: "save again, and the image is built anew"
    case .nameTaken: "remove or rename that container, or set container.name to another"
    case .diskFull: "make space, for example with 'docker system df' and 'docker image prune'"
    case .other: "save a fix, and it is tried again"
    }
  }

  /// Whether a container could not be stopped because it does not run, or is paused.
  static func saysStopped(_ message: String) -> Bool {
    let message = message.lowercased()
    return message.contains("is not running") || message.contains("is paused")
  }

  /// Whether a step that failed with this message has nevertheless reached its end: what was to be
  /// stopped does not run, what was to be removed is not there.
  static func isHarmless(_ step: Replacement.Step, _ message: String) -> Bool {
    let message = message.lowercased()
    let isGone = message.contains("no such container")
    switch step {
    case .stop: return isGone || saysStopped(message)
    case .remove: return isGone || message.contains("already in progress")
    default: return false
    }
  }
}
