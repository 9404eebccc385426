/// One build, as it is kept for statistics: a line of text, fields separated by tabs.
///
/// The file of such lines is only ever added to, so a crash can cut short nothing but its last
/// line; lines of another shape are passed over.
public struct BuildRecord: Hashable, Sendable {
  /// When it ended, in seconds since 1970.
  public let time: Int64
  /// The layer.
  public let layer: LayerName
  /// How it ended.
  public let result: BuildResult
  /// How long it took, in milliseconds.
  public let milliseconds: Int64
  /// How many of its steps were in the cache.
  public let cachedSteps: Int
  /// How many were run.
  public let runSteps: Int
  /// Why it was built: `changed`, `parent` and so on.
  public let cause: String
  /// The file or the layer that was the cause; empty when there is none.
  public let subject: String
  /// The first step that was not in the cache; empty when that is not known.
  public let firstUncached: String

  /// A record.
  public init(
    time: Int64, layer: LayerName, result: BuildResult, milliseconds: Int64, cachedSteps: Int = 0,
    runSteps: Int = 0, cause: Cause?, firstUncached: String = ""
  ) {
    self.time = time
    self.layer = layer
    self.result = result
    self.milliseconds = milliseconds
    self.cachedSteps = cachedSteps
    self.runSteps = runSteps
    (self.cause, subject) = Self.words(cause)
    self.firstUncached = firstUncached
  }

  /// How long it took, in seconds.
  public var seconds: Double { Double(milliseconds) / 1000 }

  /// Whether a change of its own inputs was the cause, and not the layer below.
  public var isOfItself: Bool { cause != "parent" }

  private static func words(_ cause: Cause?) -> (cause: String, subject: String) {
    switch cause {
    case .changed(let path, _): ("changed", path.description)
    case .parent(let layer): ("parent", layer.text)
    case .stale: ("stale", "")
    case .missing: ("missing", "")
    case .unfinished: ("unfinished", "")
    case .configuration: ("configuration", "")
    case .requested: ("requested", "")
    case nil: ("none", "")
    }
  }

  // MARK: Lines

  /// The first field of every line; another version has other fields.
  private static let version = "1"

  /// The line, with its end.
  public var line: String {
    [
      Self.version, String(time), layer.text, result.rawValue, String(milliseconds),
      String(cachedSteps), String(runSteps), cause, Self.escaped(subject),
      Self.escaped(firstUncached),
    ].joined(separator: "\t") + "\n"
  }

  /// Reads a file of lines, in their order. What is no record is passed over.
  public static func parse(_ contents: [UInt8]) -> [BuildRecord] {
    var records: [BuildRecord] = []
    var start = 0
    let bytes = contents.span
    for index in bytes.indices where bytes[index] == 0x0A {
      if let record = BuildRecord(line: contents[start..<index]) { records.append(record) }
      start = index + 1
    }
    return records
  }

  private init?(line: ArraySlice<UInt8>) {
    let fields = line.split(separator: 0x09, omittingEmptySubsequences: false)
    guard fields.count == 10, fields[0].elementsEqual(Self.version.utf8),
      let time = Self.number(fields[1]), let milliseconds = Self.number(fields[4]),
      let cachedSteps = Self.number(fields[5]), let runSteps = Self.number(fields[6]),
      let result = BuildResult(rawValue: Self.text(fields[3])), !fields[2].isEmpty
    else { return nil }
    self.time = time
    layer = LayerName(Self.text(fields[2]))
    self.result = result
    self.milliseconds = milliseconds
    self.cachedSteps = Int(cachedSteps)
    self.runSteps = Int(runSteps)
    cause = Self.text(fields[7])
    subject = Self.unescaped(Self.text(fields[8]))
    firstUncached = Self.unescaped(Self.text(fields[9]))
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  /// At most 15 digits: more is no number of ours.
  private static func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
    guard (1...15).contains(bytes.count) else { return nil }
    var value: Int64 = 0
    for byte in bytes {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - 0x30)
    }
    return value
  }

  private static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": out += "\\\\"
      case "\t": out += "\\t"
      case "\n": out += "\\n"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  private static func unescaped(_ text: String) -> String {
    guard text.utf8.contains(0x5C) else { return text }
    var out = ""
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if isEscaped {
        out.unicodeScalars.append(scalar == "t" ? "\t" : scalar == "n" ? "\n" : scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
