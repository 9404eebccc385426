/// The engine's commands for live sync.
extension EngineClient {
  /// One line on the container of this name: ID, state, when it was started, whose it is, and the
  /// fingerprint of its image, separated by tabs. Fails when there is no such container.
  public func inspectForSync(name: String) -> [String] {
    let fields = [
      "{{.Id}}", "{{.State.Status}}", "{{.State.StartedAt}}",
      "{{index .Config.Labels \"\(OwnLabel.container)\"}}",
      "{{index .Config.Labels \"\(OwnLabel.inputs)\"}}",
    ]
    return command(
      ["container", "inspect", "--format", fields.joined(separator: "\t"), name])
  }

  /// Runs the reading loop in a container, as root: only root may write wherever the image's files
  /// are, whoever the container runs as.
  public func syncSession(container: String, after previous: SyncProgram.Process?) -> [String] {
    command(
      ["exec", "--interactive", "--user", "0", container]
        + SyncProgram.arguments(after: previous))
  }

  /// Prints a line whenever the container of this name is started or goes on after a pause, and ends
  /// at a time in seconds since 1970: it must not outlive a watcher that was killed.
  public func startEvents(name: String, until: Int64) -> [String] {
    var arguments = ["events", "--filter", "type=container", "--filter", "container=\(name)"]
    for event in ["start", "unpause", "unpaused"] { arguments += ["--filter", "event=\(event)"] }
    return command(arguments + ["--until", String(until), "--format", "{{.ID}}"])
  }

  /// Restarts a container's main process; it gets `seconds` to end by itself.
  public func restartContainer(id: String, seconds: Int) -> [String] {
    command(["restart", "--time", String(seconds), id])
  }

  /// Runs a hook as the container's own user. With a shell it first prints its process, which leads
  /// a group, so that it can be ended: the engine's client does not end it.
  public func hook(container: String, hasShell: Bool, _ words: [[UInt8]]) -> [[UInt8]] {
    var arguments = command(["exec", container])
    if hasShell {
      arguments += ["sh", "-c", "echo \"$$\"; exec \"$@\"", "sindri-hook"]
    }
    return arguments.map { Array($0.utf8) } + words
  }
}

/// What live sync has to know of the container.
public struct SyncContainer: Equatable, Sendable {
  /// The container's ID.
  public let id: String
  /// The engine's word for its state.
  public let status: String
  /// When it was started, as the engine writes it: another time is another run.
  public let started: String
  /// The directory whose watcher made it; nil when no watcher did.
  public let owner: String?
  /// The content of its image, if it is one of ours.
  public let content: Fingerprint?

  /// Reads the line that `inspectForSync` asks for; nil when it has another shape.
  public init?(line: String) {
    let fields = line.split(separator: "\t" as Character, omittingEmptySubsequences: false)
      .map(String.init)
    guard fields.count == 5 else { return nil }
    id = fields[0]
    status = fields[1]
    started = fields[2]
    owner = fields[3].isEmpty || fields[3] == "<no value>" ? nil : fields[3]
    content = Fingerprint(hex: fields[4])
  }
}

/// By which way files get into the container, the best first.
public enum SyncWay: Hashable, Sendable {
  /// The reading loop in a session that stays.
  case session(hasArchiver: Bool)
  /// One tar in the container for each batch; files may be seen half written.
  case archiver
  /// The engine's own copying; it cannot delete.
  case copy

  /// For people.
  public var description: String {
    switch self {
    case .session: "a session in the container"
    case .archiver: "tar in the container, since it has no shell to read for it"
    case .copy: "the engine's cp, since the container has neither a shell nor tar"
    }
  }
}

/// The commands of the ways that need no shell in the container.
extension EngineClient {
  /// Succeeds when the container has tar.
  public func findArchiver(container: String) -> [String] {
    command(["exec", "--user", "0", container, "tar", "--version"])
  }

  /// Unpacks an archive, read from standard input, from the container's root on.
  public func unpack(container: String, by way: SyncWay) -> [String] {
    switch way {
    case .archiver, .session:
      command(["exec", "--interactive", "--user", "0", container, "tar", "-xpf", "-", "-C", "/"])
    case .copy: command(["cp", "-", "\(container):/"])
    }
  }

  /// Prints an archive of one path, of which the first header is of interest.
  public func archive(container: String, path: [UInt8]) -> [[UInt8]] {
    command(["cp"]).map { Array($0.utf8) }
      + [Array("\(container):".utf8) + (path.isEmpty ? [0x2F] : path), [0x2D]]
  }

  /// Removes paths without a shell.
  public func remove(container: String, paths: [[UInt8]]) -> [[UInt8]] {
    command(["exec", "--user", "0", container, "rm", "-rf", "--"]).map { Array($0.utf8) } + paths
  }
}

/// One batch for the ways without a shell.
public struct SyncBatch: Sendable {
  /// The directories that the batch goes through, from the root down: each has to be a directory in
  /// the container, or not to be there, or the batch would go through a link.
  public let directories: [[UInt8]]
  /// What is removed.
  public let removed: [[UInt8]]
  private let parcels: [(destination: [UInt8], parent: [UInt8], parcel: SyncParcel, owner: String)]

  /// The batch of these parcels.
  public init(_ parcels: [SyncParcel], sections: [SyncSection]) {
    var directories: Set<[UInt8]> = []
    var removed: [[UInt8]] = []
    var kept: [(destination: [UInt8], parent: [UInt8], parcel: SyncParcel, owner: String)] = []
    for parcel in parcels {
      let section = sections[parcel.section]
      let destination = section.target + [0x2F] + parcel.inside.bytes
      var here = destination
      var parent: [UInt8]?
      while let slash = here.lastIndex(of: 0x2F) {
        here = Array(here[..<slash])
        if here.isEmpty { break }
        parent = parent ?? here
        directories.insert(here)
      }
      if parcel.content == .nothing {
        removed.append(destination)
      } else {
        kept.append((destination, parent ?? [], parcel, section.owner))
      }
    }
    self.directories = directories.sorted { $0.count < $1.count }
    self.removed = removed
    self.parcels = kept.sorted { $0.destination.lexicographicallyPrecedes($1.destination) }
  }

  /// The archive to be unpacked from the root on; nil when nothing is added.
  ///
  /// - Parameter owners: whom directories of the container belong to. What is new belongs to whom
  ///   its directory does, unless the section names an owner by numbers.
  public func archive(owners: [[UInt8]: SyncArchive.Owner]) -> [UInt8]? {
    guard !parcels.isEmpty else { return nil }
    var archive = SyncArchive()
    for (destination, parent, parcel, configured) in parcels {
      let owner = Self.owner(configured) ?? owners[parent] ?? SyncArchive.Owner()
      let name = Array(destination.dropFirst())
      switch parcel.content {
      case .nothing: break
      case .directory(let mode): archive.addDirectory(name, mode: mode, time: 0, owner: owner)
      case .link(let target): archive.addLink(name, target: target, time: 0, owner: owner)
      case .file(let mode, let time, let bytes):
        archive.addFile(name, mode: mode, time: time, owner: owner, bytes)
      }
    }
    archive.finish(block: 512)
    return archive.bytes
  }

  private static func owner(_ text: String) -> SyncArchive.Owner? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let first = parts.first, let user = Int(first) else { return nil }
    return SyncArchive.Owner(user: user, group: parts.count > 1 ? Int(parts[1]) ?? user : user)
  }
}
