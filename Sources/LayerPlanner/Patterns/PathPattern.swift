/// One pattern of a layer's filter, with exactly the meaning that it has in dorny/paths-filter:
/// picomatch 2.3.1 with `dot: true`.
///
/// A pattern is compiled once. Matching takes time at most linear in the path: most patterns are
/// decided by comparing bytes or by one walk of a table over them, without allocating. Patterns
/// whose table would be too large are run as an automaton, in at most
/// `(edges of the automaton) x (UTF-16 units + 1)` steps; patterns with back references such as
/// `(a|b)\1` are tried in at most `BackReferenceMatcher.mostSteps` steps.
public struct PathPattern: Sendable, Hashable, CustomStringConvertible {
  /// Why a text is no pattern.
  public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text is empty.
    case empty
    /// The text has this many UTF-16 units, more than `mostUnits`.
    case tooLong(Int)
    /// The text ends in a run of backslashes that escapes nothing.
    case unfinishedEscape
    /// Groups nest too deeply, or repeat too often, for a program of bounded size.
    case tooComplex

    /// A sentence without the pattern's text.
    public var description: String {
      switch self {
      case .empty: "the pattern is empty"
      case .tooLong(let units):
        "the pattern has \(units) characters; the most is \(PathPattern.mostUnits)"
      case .unfinishedEscape: "the pattern ends in backslashes that escape nothing"
      case .tooComplex: "the pattern is too complex: its groups nest too deeply or repeat too often"
      }
    }
  }

  /// The longest pattern, in UTF-16 units: picomatch's own limit.
  public static let mostUnits = 65536

  /// Text and program together are one reference, so that passing patterns around costs little.
  let program: PathProgram

  /// Compiles a pattern.
  public init(_ text: String) throws(Problem) { program = try PathProgram(text) }

  /// The pattern as it was written.
  public var text: String { program.text }

  /// Whether the pattern's syntax is broken, such as `[b-a]/x`; it then matches its own text alone.
  public var isMalformed: Bool { program.engine == nil && !program.isLiteral }

  /// Whether the path, relative to the root and without a leading slash, matches.
  public func matches(_ path: [UInt8]) -> Bool { program.matches(path) }

  /// False only when it is certain that no path strictly below `directory` matches. The root is
  /// the empty directory; paths have no empty, `.` or `..` components.
  public func mayMatch(below directory: [UInt8]) -> Bool { program.mayMatch(below: directory) }

  /// The pattern as it was written.
  public var description: String { text }

  /// Patterns are equal when their texts are, byte by byte.
  public static func == (left: PathPattern, right: PathPattern) -> Bool {
    left.program.bytes == right.program.bytes
  }

  /// Hashes the text.
  public func hash(into hasher: inout Hasher) { hasher.combine(program.bytes) }
}
