/// Every key that a configuration may have: the one table that validation and documentation
/// both come from.
public enum ConfigurationSchema {
  /// What a value must look like.
  public enum ValueType: Hashable, Sendable {
    /// Any text.
    case text
    /// A pattern of paths, as dorny/paths-filter has them.
    case pattern
    /// A path below the repository's root, slash-separated.
    case path
    /// An image repository without tag or digest, such as `registry.fly.io/sindri`.
    case repository
    /// A tag, such as `base-stable`.
    case tag
    /// The name of a configured layer.
    case layer
    /// `true`, `yes`, `on`, `1`, `false`, `no`, `off`, `0`.
    case boolean
    /// A whole number that is not negative; `k`, `m`, `g`, hexadecimal and octal as in git.
    case integer
    /// A whole number, or `all`.
    case integerOrAll
    /// `150ms`, `2s`, `5m`, `1h`, `7d`, or a number of seconds.
    case duration
    /// One of these words.
    case choice([String])
    /// `NAME=VALUE`, or `NAME` to take the value from the environment.
    case assignment
    /// An absolute path inside a container.
    case containerPath

    /// The type's name in the documentation.
    public var name: String {
      switch self {
      case .text: "text"
      case .pattern: "pattern"
      case .path: "path"
      case .repository: "image repository"
      case .tag: "tag"
      case .layer: "layer"
      case .boolean: "boolean"
      case .integer: "integer"
      case .integerOrAll: "integer or all"
      case .duration: "duration"
      case .choice(let words): words.joined(separator: " or ")
      case .assignment: "NAME=VALUE or NAME"
      case .containerPath: "absolute path"
      }
    }
  }

  /// One key.
  public struct Key: Hashable, Sendable {
    /// The section, in lower case.
    public let section: String
    /// What the section's subsection is, such as `NAME` in `[layer "NAME"]`; nil for none.
    public let subsection: String?
    /// The key, in lower case; `path-STATUS` stands for a family.
    public let name: String
    /// What a value looks like.
    public let type: ValueType
    /// Whether every value counts. A later source adds values; an empty value forgets those
    /// before it, in any source. Of a key with one value the last counts, and an empty one means
    /// the default.
    public let isMultiple: Bool
    /// The default as text; nil when there is none.
    public let defaultText: String?
    /// What it is for, in one line.
    public let summary: String

    /// `section.key` or `section.SUBSECTION.key`, for the documentation.
    public var fullName: String {
      ([section] + (subsection.map { [$0] } ?? []) + [name]).joined(separator: ".")
    }
  }

  /// The kinds of change that a key such as `path-added-modified` may name.
  public static let statuses = ChangeStatus.allCases.map(\.rawValue)

  /// Every key, section by section.
  public static let keys: [Key] =
    image + registry + retention + engine + build + layer + container + sync + watch

  /// The sections, in the table's order.
  public static let sections: [String] = keys.map(\.section).reduce(into: []) { sections, name in
    if sections.last != name { sections.append(name) }
  }

  /// The key `name` of `section`, or nil when there is none.
  public static func key(section: String, name: String) -> Key? {
    let family = name.hasPrefix("path-") ? "path-STATUS" : name
    return keys.first { $0.section == section && $0.name == family }
  }

  private static func key(
    _ section: String, _ name: String, _ type: ValueType, isMultiple: Bool = false,
    default defaultText: String? = nil, _ summary: String
  ) -> Key {
    let subsections = ["layer": "NAME", "sync": "PATH"]
    return Key(
      section: section, subsection: subsections[section], name: name, type: type,
      isMultiple: isMultiple, defaultText: defaultText, summary: summary)
  }

  private static let image = [
    key("image", "repository", .repository, "where the images are tagged and pushed")
  ]

  private static let registry = [
    key(
      "registry", "tls-verify", .boolean, default: "true",
      "whether skopeo checks the registry's certificate; false also allows plain HTTP"),
    key(
      "registry", "timeout", .duration, default: "10m",
      "the longest time that one transfer may take"
    ),
    key(
      "registry", "attempts", .integer, default: "4",
      "how often a transfer is tried before it has failed"),
    key(
      "registry", "stable-branch", .text, isMultiple: true, default: "main, master",
      "a branch whose clean commits move the registry's stable tags"),
  ]

  private static let retention = [
    key(
      "retention", "pull-requests", .duration, default: "7d",
      "how long prune keeps images of pull requests"),
    key(
      "retention", "branches", .integer, default: "10",
      "how many images of branches prune keeps, all branches together"),
    key(
      "retention", "contents", .integer, default: "20",
      "how many images by content prune keeps of each layer"),
    key(
      "retention", "content-age", .duration, default: "14d",
      "how long prune keeps images by content"),
  ]

  private static let engine = [
    key(
      "engine", "kind", .choice(["docker", "podman"]), default: "docker",
      "the container engine"),
    key(
      "engine", "command", .text, "the engine's program, when it is not found by its kind's name"),
    key("engine", "context", .text, "the docker context to use"),
    key("engine", "host", .text, "the engine's address, as DOCKER_HOST has it"),
  ]

  private static let build = [
    key("build", "builder", .text, "the buildx builder to use"),
    key(
      "build", "cache-from", .text, isMultiple: true,
      "a cache to read, as docker build --cache-from"),
    key(
      "build", "cache-to", .text, isMultiple: true, "a cache to write, as docker build --cache-to"),
    key("build", "platform", .text, "the platform to build for, such as linux/amd64"),
    key("build", "argument", .assignment, isMultiple: true, "a build argument of every layer"),
    key(
      "build", "secret", .text, isMultiple: true,
      "a secret of every layer, as docker build --secret"),
    key("build", "network", .text, "the network of RUN instructions"),
    key(
      "build", "progress-lines", .integer, default: "20",
      "how many last lines of a step that failed are shown"),
    key("build", "context", .path, default: ".", "the directory that layers are built from"),
  ]

  private static let layer = [
    key("layer", "dockerfile", .path, "the Dockerfile; required"),
    key("layer", "parent", .layer, "the layer that this one is built on"),
    key("layer", "parent-argument", .text, "the build argument that takes the parent's image"),
    key("layer", "stable", .tag, "the tag that moves to every good image"),
    key("layer", "path", .pattern, isMultiple: true, "a pattern of paths that change the layer"),
    key(
      "layer", "path-STATUS", .pattern, isMultiple: true,
      "the same for changes of some kinds, such as path-added-modified; one rule, its patterns ORed"
    ),
    key(
      "layer", "quantifier", .choice(["some", "every"]), default: "some",
      "how many rules a path must match"),
    key("layer", "context", .path, "the directory to build from; build.context when not set"),
    key("layer", "target", .text, "the stage of the Dockerfile to build"),
    key("layer", "platform", .text, "the platform; build.platform when not set"),
    key("layer", "argument", .assignment, isMultiple: true, "a build argument, after those of all"),
    key("layer", "secret", .text, isMultiple: true, "a secret, after those of all layers"),
    key(
      "layer", "cache-from", .text, isMultiple: true, "a cache to read, after those of all layers"),
    key(
      "layer", "cache-to", .text, isMultiple: true, "a cache to write, after those of all layers"),
    key(
      "layer", "keep-versions", .integerOrAll,
      "how many versions prune keeps; all of the lowest and topmost layers, 3 of others when not set"
    ),
    key("layer", "network", .text, "the network of RUN instructions; build.network when not set"),
  ]

  private static let container = [
    key("container", "name", .text, "the container's name; required"),
    key("container", "layer", .layer, "the layer that it runs; the only topmost one when not set"),
    key("container", "publish", .text, isMultiple: true, "a port, as docker run --publish"),
    key("container", "volume", .text, isMultiple: true, "a volume, as docker run --volume"),
    key("container", "env", .assignment, isMultiple: true, "an environment variable"),
    key("container", "env-file", .text, isMultiple: true, "a file of environment variables"),
    key("container", "network", .text, "the network to join"),
    key("container", "user", .text, "the user to run as"),
    key("container", "command", .text, isMultiple: true, "the command, one argument a value"),
    key(
      "container", "stop-timeout", .duration, default: "0s",
      "how long the container may take to end by itself; with 0 it is killed at once"),
    key(
      "container", "health-timeout", .duration, default: "30s",
      "how long a new container may take to become healthy before the old one comes back"),
    key(
      "container", "stay-up", .duration, default: "1s",
      "how long a new container has to stay up whose image has no HEALTHCHECK"),
    key("container", "hostname", .text, "the host name inside"),
    key(
      "container", "restart", .boolean, default: "false",
      "recreate the container after every good build, as --restart does"),
    key(
      "container", "follow-logs", .boolean, default: "false",
      "show what the container says, from one container to the next"),
    key(
      "container", "sync", .boolean, default: "false",
      "copy what the sync sections cover into the running container, as --sync does"),
  ]

  private static let sync = [
    key("sync", "target", .containerPath, "the directory in the container; required"),
    key("sync", "ignore", .pattern, isMultiple: true, "a pattern of paths that are not copied"),
    key(
      "sync", "owner", .text,
      "the owner of copied files, such as 1000:1000; that of the file before when not set"),
    key(
      "sync", "exec", .text,
      "what to run in the container after a copy; {name} stands for each changed file's name"),
    key(
      "sync", "restart", .boolean, default: "false",
      "restart the container's main process after a copy"),
  ]

  private static let watch = [
    key("watch", "quiet-min", .duration, default: "10ms", "the least quiet that ends a batch"),
    key("watch", "quiet-max", .duration, default: "200ms", "the most quiet that ends a batch"),
    key("watch", "settle-cap", .duration, default: "2s", "the longest time that a batch may last"),
    key(
      "watch", "provisional-wait", .duration, default: "150ms",
      "how long a file that is being written is waited for"),
    key("watch", "git-cap", .duration, default: "5s", "after what time git's lock counts as stale"),
    key(
      "watch", "idle-before", .duration, default: "500ms",
      "a change after this much quiet is a single save"),
    key(
      "watch", "poll", .choice(["auto", "always", "never"]), default: "auto",
      "whether directories are polled: auto where the kernel cannot notify"),
    key("watch", "poll-interval", .duration, default: "1s", "the time between two polls"),
    key(
      "watch", "confirm-above", .duration,
      "a layer whose build usually takes longer waits until edits stop, or for the key b"),
    key(
      "watch", "confirm-idle", .duration, default: "10s",
      "how long no edit may come before such a layer is built"),
    key(
      "watch", "loop-limit", .integer, default: "5",
      "a file that changes just after so many builds in a row is held back; 0 holds nothing back"),
    key(
      "watch", "notify", .choice(["desktop", "bell", "none"]), default: "none",
      "how a failure, and its end, are told to whoever does not look at the terminal"),
  ]
}
