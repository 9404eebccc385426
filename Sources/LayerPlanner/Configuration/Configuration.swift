/// The whole configuration, valid as far as it can be judged without a file system.
///
/// Two configurations are equal when all values are, wherever they were written.
public struct Configuration: Equatable, Sendable {
  /// `[image] repository`, without a tag.
  public var repository: Configured<String>?
  /// How the registry is dealt with.
  public var registry: RegistryConfiguration
  /// What is kept of images.
  public var retention: RetentionConfiguration
  /// How the engine is reached.
  public var engine: EngineConfiguration
  /// What all builds share and a layer cannot change.
  public var build: BuildConfiguration
  /// Every layer, in the order in which the sections first appear.
  public var layers: [LayerConfiguration]
  /// Which layer stands on which.
  public var tree: LayerTree
  /// The container that runs the developer's environment, when `[container]` is there.
  public var container: ContainerConfiguration?
  /// The directories that are copied into the running container, in configured order.
  public var syncs: [SyncConfiguration]
  /// How the tree is watched.
  public var watch: WatchConfiguration
  /// What is allowed but probably not meant.
  public var warnings: [ConfigurationProblems.Problem]
  /// Every value that is set, then every default; for the `config` command.
  public var effective: [EffectiveValue]

  /// The typed configuration, or everything that is wrong with it. Sources are in order of
  /// precedence, the weakest first.
  public static func load(
    sources: [ConfigurationSource]
  ) -> Result<Configuration, ConfigurationProblems> {
    ConfigurationText.merged(sources).flatMap { entries in
      var reader = ConfigurationReader(entries)
      return reader.read()
    }
  }

  /// Compares what is configured; warnings and places follow from that or do not count.
  public static func == (left: Configuration, right: Configuration) -> Bool {
    left.repository == right.repository && left.layers == right.layers
      && left.difference(to: right).isEmpty
  }

  /// The image repository, for commands that build, tag or push.
  public func requireRepository() throws(ConfigurationProblems) -> String {
    if let repository { return repository.value }
    let message =
      "image.repository is not set; write [image] repository = REGISTRY/NAME in the configuration"
    throw ConfigurationProblems([.init(message, at: nil)])
  }

  /// The layer `name`, or nil when it is not configured.
  public func layer(_ name: LayerName) -> LayerConfiguration? {
    layers.first { $0.name.value == name }
  }

  /// One value of the effective configuration.
  public struct EffectiveValue: Hashable, Sendable {
    /// `section.key` or `section.subsection.key`.
    public let key: [UInt8]
    /// The value as it was written; the default as the documentation has it.
    public let value: [UInt8]
    /// Where it was written; nil for a default.
    public let origin: Origin?
  }
}

/// `[registry]`.
public struct RegistryConfiguration: Equatable, Sendable {
  /// Whether skopeo checks the registry's certificate.
  public var verifiesTLS: Configured<Bool>
  /// The longest time that one transfer may take.
  public var timeout: Configured<Duration>
  /// How often a transfer is tried.
  public var attempts: Configured<Int>
  /// The branches whose clean commits move the registry's stable tags.
  public var stableBranches: [Configured<String>]
}

/// `[retention]`.
public struct RetentionConfiguration: Equatable, Sendable {
  /// How long images of pull requests are kept.
  public var pullRequestAge: Configured<Duration>
  /// How many images of branches are kept.
  public var branches: Configured<Int>
  /// How many images by content are kept of each layer.
  public var contents: Configured<Int>
  /// How long images by content are kept.
  public var contentAge: Configured<Duration>
}

/// `[engine]`.
public struct EngineConfiguration: Equatable, Sendable {
  /// The engines whose command lines are known.
  public enum Kind: String, CaseIterable, Sendable {
    /// Docker.
    case docker
    /// Podman.
    case podman
  }

  /// Which engine; from `kind`, else from the last component of `command` when it is one of the
  /// two names.
  public var kind: Configured<Kind>
  /// The program: a name to be found on the search path, or a path.
  public var command: Configured<String>
  /// The docker context.
  public var context: Configured<String>?
  /// The value of `DOCKER_HOST`.
  public var host: Configured<String>?
}

/// `[build]`, less what each layer inherits: that is in `LayerConfiguration`.
public struct BuildConfiguration: Equatable, Sendable {
  /// The buildx builder.
  public var builder: Configured<String>?
  /// How many last lines of a step that failed are shown.
  public var progressLines: Configured<Int>
}

/// A build argument or an environment variable.
public struct Assignment: Hashable, Sendable {
  /// The name.
  public let name: String
  /// The value; nil to take it from the environment.
  public let value: String?

  /// `NAME` or `NAME=VALUE`.
  public init(name: String, value: String?) {
    self.name = name
    self.value = value
  }
}

/// One rule of a layer's filter, with the places of its patterns.
public struct LayerRule: Equatable, Sendable {
  /// The kinds of change; nil for any.
  public let statuses: Set<ChangeStatus>?
  /// The patterns, of which any may match.
  public let patterns: [Configured<PathPattern>]
}

/// `[layer "NAME"]`, complete: what `[build]` says of every layer is taken in.
public struct LayerConfiguration: Equatable, Sendable {
  /// Its name.
  public var name: Configured<LayerName>
  /// The Dockerfile, below the repository's root.
  public var dockerfile: Configured<RepositoryPath>
  /// The layer that it is built on.
  public var parent: Configured<LayerName>?
  /// The build argument that takes the parent's image; set exactly when `parent` is.
  public var parentArgument: Configured<String>?
  /// The tag that moves to every good image.
  public var stable: Configured<String>?
  /// Its filter: each `path` is a rule, each `path-STATUS` key is one rule of all its values.
  public var rules: [LayerRule]
  /// How many rules a path has to match.
  public var quantifier: Configured<PathFilter.Quantifier>
  /// The same as a filter: its rules have the places of `rules`, its patterns of theirs.
  public var filter: PathFilter
  /// The directory that is built from; the root is the empty path.
  public var context: Configured<RepositoryPath>
  /// The stage of the Dockerfile.
  public var target: Configured<String>?
  /// The platform.
  public var platform: Configured<String>?
  /// Build arguments, those of `[build]` first.
  public var arguments: [Configured<Assignment>]
  /// Secrets, in the syntax of `docker build --secret`.
  public var secrets: [Configured<String>]
  /// Caches to read.
  public var cacheFrom: [Configured<String>]
  /// Caches to write.
  public var cacheTo: [Configured<String>]
  /// The network of `RUN` instructions.
  public var network: Configured<String>?
  /// How many versions of it are kept, nil for all; nil for the default.
  public var keptVersions: Configured<Int?>?
}

/// `[container]`.
public struct ContainerConfiguration: Equatable, Sendable {
  /// Its name.
  public var name: Configured<String>
  /// The layer that it runs.
  public var layer: Configured<LayerName>
  /// Ports, in the syntax of `docker run --publish`.
  public var publish: [Configured<String>]
  /// Volumes, in the syntax of `docker run --volume`.
  public var volumes: [Configured<String>]
  /// Environment variables.
  public var environment: [Configured<Assignment>]
  /// Files of environment variables.
  public var environmentFiles: [Configured<String>]
  /// The network.
  public var network: Configured<String>?
  /// The user.
  public var user: Configured<String>?
  /// The command and its arguments; empty for the image's own.
  public var command: [Configured<String>]
  /// How long a stop may take.
  public var stopTimeout: Configured<Duration>
  /// How long a new container may take to become healthy.
  public var healthTimeout: Configured<Duration>
  /// How long a new container without a health check has to stay up.
  public var stayUp: Configured<Duration>
  /// The host name.
  public var hostname: Configured<String>?
  /// Whether it is recreated after every good build.
  public var isRestarted: Configured<Bool>
  /// Whether what it says is shown.
  public var followsLogs: Configured<Bool>
  /// Whether what the sync sections cover is copied into it while it runs.
  public var isSynced: Configured<Bool>
}

/// `[sync "PATH"]`.
public struct SyncConfiguration: Equatable, Sendable {
  /// The directory below the repository's root.
  public var path: Configured<RepositoryPath>
  /// The directory in the container; absolute.
  public var target: Configured<String>
  /// Patterns of paths that are not copied.
  public var ignore: [Configured<PathPattern>]
  /// The owner of copied files.
  public var owner: Configured<String>?
  /// What to run after a copy.
  public var exec: Configured<String>?
  /// Whether the container's main process is restarted after a copy.
  public var isRestarting: Configured<Bool>
}

/// `[watch]`.
public struct WatchConfiguration: Equatable, Sendable {
  /// Whether directories are polled.
  public enum Poll: String, CaseIterable, Sendable {
    /// Only where the kernel cannot notify.
    case auto
    /// Everywhere.
    case always
    /// Nowhere.
    case never
  }

  /// How failures are told to whoever does not look.
  public enum Notify: String, CaseIterable, Sendable {
    /// By the desktop: notify-send where there is one, else by the terminal.
    case desktop
    /// By the terminal's bell.
    case bell
    /// Not at all.
    case none
  }

  /// The least quiet that ends a batch.
  public var quietMinimum: Configured<Duration>
  /// The most quiet that ends a batch.
  public var quietMaximum: Configured<Duration>
  /// The longest time that a batch may last.
  public var settleCap: Configured<Duration>
  /// How long a file that is being written is waited for.
  public var provisionalWait: Configured<Duration>
  /// After what time git's lock counts as stale.
  public var gitCap: Configured<Duration>
  /// A change after this much quiet is a single save.
  public var idleBefore: Configured<Duration>
  /// Whether directories are polled.
  public var poll: Configured<Poll>
  /// The time between two polls.
  public var pollInterval: Configured<Duration>
  /// A layer whose build usually takes longer waits; nil when none does.
  public var confirmAbove: Configured<Duration>?
  /// How long such a layer waits after the last edit.
  public var confirmIdle: Configured<Duration>
  /// After how many builds that it answers a file is held back; 0 for never.
  public var loopLimit: Configured<Int>
  /// How failures are told.
  public var notify: Configured<Notify>
}
