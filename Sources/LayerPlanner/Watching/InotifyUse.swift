/// Which programs hold inotify watches: all of one user share one budget.
public struct InotifyUse: Equatable, Sendable {
  /// A program and what its processes hold together.
  public struct Program: Hashable, Sendable {
    /// The name of the program.
    public let name: String
    /// How many watches it holds.
    public let watches: Int

    /// A program.
    public init(name: String, watches: Int) {
      self.name = name
      self.watches = watches
    }
  }

  /// The programs, the greediest first.
  public let programs: [Program]

  /// What these processes hold: the name of the program and its watches, in any order.
  public init(processes: [(name: String, watches: Int)]) {
    var sums: [String: Int] = [:]
    for process in processes where process.watches > 0 {
      sums[process.name, default: 0] += process.watches
    }
    programs = sums.map { Program(name: $0.key, watches: $0.value) }
      .sorted { ($1.watches, $0.name) < ($0.watches, $1.name) }
  }

  /// All of them together.
  public var total: Int { programs.reduce(0) { $0 + $1.watches } }

  /// `code 81000, node 2000 and 3 others 150`; empty when nobody holds any.
  public func text(naming most: Int = 3) -> String {
    let named = programs.prefix(most).map { "\($0.name) \($0.watches)" }
    let others = programs.dropFirst(most)
    guard !others.isEmpty else { return named.joined(separator: ", ") }
    let rest = others.reduce(0) { $0 + $1.watches }
    return named.joined(separator: ", ")
      + " and \(others.count) other\(others.count == 1 ? "" : "s") \(rest)"
  }

  /// How many watches a descriptor holds, by what `/proc/PID/fdinfo/FD` says of it (proc(5)): one
  /// line each that begins with `inotify wd:`.
  public static func watches(inDescriptorInformation text: [UInt8]) -> Int {
    text.split(separator: 0x0A).reduce(0) { count, line in
      count + (line.starts(with: "inotify wd:".utf8) ? 1 : 0)
    }
  }

  /// The value to set the limit to, so that `needed` more watches are there beside what these
  /// programs hold, with room for as much again.
  public func advisedLimit(needed: Int) -> Int { max(524_288, 2 * (needed + total)) }
}
