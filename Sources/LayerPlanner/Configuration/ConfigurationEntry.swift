/// One `key = value` of the configuration, before any of it is understood.
public struct ConfigurationEntry: Hashable, Sendable {
  /// `section.key` or `section.subsection.key`, section and key in lower case; the key alone where
  /// no section had begun.
  public let name: [UInt8]
  /// The bytes of the value; nil for a key without `=`.
  public let value: [UInt8]?
  /// Where the key stands.
  public let origin: Origin
  /// Where the value begins; the key's place when there is none.
  public let valueOrigin: Origin

  /// An entry; without `valueOrigin` the value is where the key is.
  public init(name: [UInt8], value: [UInt8]?, origin: Origin, valueOrigin: Origin? = nil) {
    self.name = name
    self.value = value
    self.origin = origin
    self.valueOrigin = valueOrigin ?? origin
  }

  /// The name up to its first dot; empty for a key before any section.
  public var section: String {
    guard let dot = name.firstIndex(of: UInt8(ascii: ".")) else { return "" }
    return String(decoding: name[..<dot], as: UTF8.self)
  }

  /// What stands between the first and the last dot; nil when they are one.
  public var subsection: [UInt8]? {
    guard let first = name.firstIndex(of: UInt8(ascii: ".")),
      let last = name.lastIndex(of: UInt8(ascii: ".")), first < last
    else { return nil }
    return Array(name[(first + 1)..<last])
  }

  /// The name after its last dot.
  public var key: String {
    let start = name.lastIndex(of: UInt8(ascii: ".")).map { $0 + 1 } ?? 0
    return String(decoding: name[start...], as: UTF8.self)
  }

  /// The value as text, with a replacement character for what is not UTF-8; empty without `=`.
  public var text: String { String(decoding: value ?? [], as: UTF8.self) }
}

/// Everything that is wrong with the configuration, in the order of the sources.
public struct ConfigurationProblems: Error, Equatable, Sendable, CustomStringConvertible {
  /// One complaint.
  public struct Problem: Hashable, Sendable, CustomStringConvertible {
    /// The place, if there is one.
    public let origin: Origin?
    /// What is wrong and what to do.
    public let message: String

    /// A complaint about `origin`.
    public init(_ message: String, at origin: Origin?) {
      self.origin = origin
      self.message = message
    }

    /// `FILE:LINE: message`.
    public var description: String { origin.map { "\($0): \(message)" } ?? message }
  }

  /// The complaints; at least one.
  public let problems: [Problem]

  /// These complaints.
  public init(_ problems: [Problem]) { self.problems = problems }

  /// A line for each.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
