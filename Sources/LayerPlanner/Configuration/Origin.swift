/// Where a configured value was written, so that every complaint can name the place.
public enum Origin: Hashable, Sendable, CustomStringConvertible {
  /// In this file, at this line and column, both counted from 1; a column counts bytes.
  case file(name: [UInt8], line: Int, column: Int)
  /// In this environment variable.
  case environment(variable: String)
  /// In the `-c` with this position among all of them, counted from 1.
  case commandLine(position: Int)

  /// The place for people: `FILE:LINE`, the variable's name, or `-c 2`.
  public var description: String {
    switch self {
    case .file(let name, let line, _): "\(quoted(name)):\(line)"
    case .environment(let variable): variable
    case .commandLine(let position): "-c \(position)"
    }
  }
}

/// A value and the place that it comes from. Two are equal when their values are: a line that
/// moved in its file changes nothing.
public struct Configured<Value: Equatable & Sendable>: Equatable, Sendable {
  /// The value.
  public let value: Value
  /// Where it was written; nil for a default.
  public let origin: Origin?

  /// A value from `origin`, or a default.
  public init(_ value: Value, origin: Origin? = nil) {
    self.value = value
    self.origin = origin
  }

  /// Compares the values alone.
  public static func == (left: Configured, right: Configured) -> Bool {
    left.value == right.value
  }
}
