/// What a command asks of the watcher that runs: one line, its fields separated by tabs.
///
/// The first field is `sindri-watch`, the second the version of the protocol, the third the verb.
/// These and `stop` are the same in every version, so that any version can end any other.
public enum ControlRequest: Hashable, Sendable {
  /// How what happens is to be printed for the command that asked.
  public struct Printing: Hashable, Sendable {
    /// As JSON lines instead of text.
    public var isJSON: Bool
    /// With colours.
    public var isColored: Bool
    /// Only what went wrong.
    public var isQuiet: Bool
    /// With the engine's output.
    public var isVerbose: Bool

    /// A way of printing.
    public init(
      isJSON: Bool = false, isColored: Bool = false, isQuiet: Bool = false, isVerbose: Bool = false
    ) {
      self.isJSON = isJSON
      self.isColored = isColored
      self.isQuiet = isQuiet
      self.isVerbose = isVerbose
    }
  }

  /// End.
  case stop
  /// Start nothing until `resume`.
  case pause
  /// Go on.
  case resume
  /// Say what is going on, as text or as one JSON object.
  case status(isJSON: Bool)
  /// Compare everything, build these layers and all above them, and tell of it until nothing is
  /// left to do.
  case work([LayerName], force: Bool, Printing)

  /// The version of the protocol.
  public static let version = 1
  /// The longest line that is read, in bytes.
  public static let mostBytes = 65_536

  /// Why a line is no request.
  public enum Problem: Error, Hashable, Sendable {
    /// It is one of another version of the protocol.
    case otherVersion(String)
    /// It is none at all.
    case malformed
  }

  private static let name = "sindri-watch"

  /// The line, with its end.
  public var line: String {
    ([Self.name, String(Self.version)] + fields).joined(separator: "\t") + "\n"
  }

  private var fields: [String] {
    switch self {
    case .stop: return ["stop"]
    case .pause: return ["pause"]
    case .resume: return ["resume"]
    case .status(let isJSON): return ["status", isJSON ? "json" : "text"]
    case .work(let layers, let force, let printing):
      let flags = [
        (force, "force"), (printing.isJSON, "json"), (printing.isColored, "color"),
        (printing.isQuiet, "quiet"), (printing.isVerbose, "verbose"),
      ]
      return ["work", flags.filter(\.0).map(\.1).joined(separator: ",")] + layers.map(\.text)
    }
  }

  /// Reads a line without its end.
  public init(line: [UInt8]) throws(Problem) {
    let fields = String(decoding: line, as: UTF8.self)
      .split(separator: "\t" as Character, omittingEmptySubsequences: false).map(String.init)
    guard fields.count >= 3, fields[0] == Self.name else { throw .malformed }
    if fields[2] == "stop" {
      self = .stop
      return
    }
    guard fields[1] == String(Self.version) else { throw .otherVersion(fields[1]) }
    switch (fields[2], fields.count) {
    case ("pause", 3): self = .pause
    case ("resume", 3): self = .resume
    case ("status", 4): self = .status(isJSON: fields[3] == "json")
    case ("work", 4...):
      let flags = Set(fields[3].split(separator: "," as Character).map(String.init))
      let printing = Printing(
        isJSON: flags.contains("json"), isColored: flags.contains("color"),
        isQuiet: flags.contains("quiet"), isVerbose: flags.contains("verbose"))
      self = .work(
        fields[4...].map { LayerName($0) }, force: flags.contains("force"), printing)
    default: throw .malformed
    }
  }
}
