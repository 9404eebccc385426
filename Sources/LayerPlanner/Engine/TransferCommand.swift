extension EngineClient {
  /// Fetches an image by its reference.
  public func pull(_ reference: String) -> [String] { command(["image", "pull", reference]) }

  /// Sends an image to the registry that its reference names.
  public func push(_ reference: String) -> [String] { command(["image", "push", reference]) }
}

/// What a pull or a push moved, read from the client's plain output.
public struct TransferSummary: Equatable, Sendable {
  /// The layers that were sent or fetched.
  public private(set) var moved = 0
  /// The layers that were there already.
  public private(set) var present = 0

  /// Reads what the client printed.
  public init(output: String) {
    for line in output.split(separator: "\n" as Character) {
      if line.hasSuffix(": Pull complete") || line.hasSuffix(": Pushed")
        || line.contains(": Mounted from")
      {
        moved += 1
      } else if line.hasSuffix(": Already exists") || line.hasSuffix(": Layer already exists") {
        present += 1
      }
    }
  }

  /// The summary for people.
  public var text: String {
    let layers = moved == 1 ? "1 layer" : "\(moved) layers"
    return present == 0 ? layers : "\(layers), \(present) there already"
  }
}

/// What kind of trouble a registry's message tells of.
public enum TransferFailure: Equatable, Sendable {
  /// There is no such image.
  case notFound
  /// The registry wants other credentials.
  case denied
  /// No space is left where the engine keeps its images.
  case diskFull
  /// Anything that may be over in a moment: the network, the registry's own trouble.
  case transient

  /// Looks for the words that clients and registries use.
  public static func classify(_ text: String) -> TransferFailure {
    let text = text.lowercased()
    func says(_ phrases: [String]) -> Bool { phrases.contains { text.contains($0) } }
    if says(["no space left on device", "disk quota exceeded"]) { return .diskFull }
    if says([
      "manifest unknown", "not found: manifest", "name unknown", "does not exist",
      "not known to registry", "404 not found", "404 (not found)",
      ": not found",
    ]) {
      return .notFound
    }
    if says([
      "unauthorized", "authentication required", "denied", "no basic auth credentials", "forbidden",
    ]) {
      return .denied
    }
    return .transient
  }

  /// Whether another attempt may succeed.
  public var isWorthRetrying: Bool { self == .transient }

  /// What the user can do about it.
  public var nextStep: String {
    switch self {
    case .notFound: "build it with --from build, or push it from where it was built"
    case .denied: "log in to the registry with 'docker login'"
    case .diskFull: "make space, for example with 'sindri-watch prune'"
    case .transient: "see whether the registry can be reached, or use --from build"
    }
  }
}

/// The tags of a repository, as `skopeo list-tags` prints them.
public enum RemoteTags {
  /// The command line; `verifiesTLS` is false for a registry without or with a foreign certificate.
  public static func command(repository: String, verifiesTLS: Bool) -> [String] {
    let option = verifiesTLS ? [] : ["--tls-verify=false"]
    return ["skopeo", "list-tags"] + option + ["docker://\(repository)"]
  }

  /// What an error line says, without the time and the level that skopeo puts before it.
  public static func message(_ line: String) -> String {
    guard let quote = line.firstIndex(of: "\""), line[..<quote].hasSuffix("msg=") else {
      // The time is quoted, too.
      let parts = line.split(separator: "\"" as Character, maxSplits: 3).map(String.init)
      guard parts.count == 4, parts[2].hasSuffix(" msg=") else { return line }
      return unescaped(parts[3])
    }
    return unescaped(String(line[quote...].dropFirst()))
  }

  private static func unescaped(_ text: String) -> String {
    let inner = text.hasSuffix("\"") ? String(text.dropLast()) : text
    var message = ""
    var isEscaped = false
    for character in inner {
      if character == "\\", !isEscaped {
        isEscaped = true
      } else {
        message.append(character)
        isEscaped = false
      }
    }
    return message
  }

  /// Reads the output. Tags need no unescaping: they hold letters, digits and `._-` alone.
  public static func parse(_ output: String) -> Set<String> {
    let parts = output.split(separator: "\"" as Character, omittingEmptySubsequences: false)
    let strings = parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
    guard let start = strings.firstIndex(of: "Tags") else { return [] }
    return Set(strings[(start + 1)...])
  }
}
