/// What the engine says of one container.
public struct ContainerState: Hashable, Sendable {
  /// The container's ID.
  public let id: String
  /// The ID of the image that it was made from.
  public let imageID: String
  /// The engine's word for its state, such as `running` or `exited`.
  public let status: String
  /// The directory whose watcher made it; nil when no watcher did, so it is not ours to touch.
  public let owner: String?
  /// The content that it was made from, if it is ours.
  public let fingerprint: Fingerprint?
  /// Its name.
  public let name: String
  /// What its program ended with, 128 and the signal when one ended it; 0 while it runs.
  public let exitStatus: Int
  /// Whether it was killed for want of memory.
  public let isOutOfMemory: Bool
  /// When it was started last, in RFC 3339.
  public let startedAt: String

  /// Whether its program runs now.
  public var isRunning: Bool { status == "running" }

  /// Reads a line that `inspectContainers` asks for; nil when it has another shape.
  public init?(line: String) {
    let fields = line.split(separator: "\t" as Character, omittingEmptySubsequences: false).map(
      String.init)
    guard fields.count == 10 else { return nil }
    id = fields[0]
    imageID = fields[1]
    status = fields[2]
    // Docker prints a missing label as nothing, older template engines as "<no value>".
    owner = fields[3].isEmpty || fields[3] == "<no value>" ? nil : fields[3]
    fingerprint = Fingerprint(hex: fields[5])
    // Docker puts a slash before it.
    name = fields[6].hasPrefix("/") ? String(fields[6].dropFirst()) : fields[6]
    exitStatus = Int(fields[7]) ?? 0
    isOutOfMemory = fields[8] == "true"
    startedAt = String(fields[9].filter { $0 != "\"" })
  }
}
