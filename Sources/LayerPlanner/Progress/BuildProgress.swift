/// What a running build is doing, read from its output as it comes.
///
/// It understands BuildKit's plain progress, the legacy builder of Docker, and Buildah (podman).
/// Bytes may be cut anywhere; escape sequences are dropped; memory is bounded.
public struct BuildProgress: Sendable {
  private enum Format { case unknown, buildKit, legacy, buildah }

  /// One vertex of BuildKit's graph.
  private struct Vertex {
    var header: String
    var step: BuildStep
    var lines: [String] = []
  }

  /// The step that said something last.
  public private(set) var current: BuildStep?
  /// Steps whose result was there already; the image that a stage stands on does not count.
  public private(set) var cachedSteps = 0
  /// Steps that were run to their end.
  public private(set) var runSteps = 0
  /// The first step that was not in the cache.
  public private(set) var firstUncached: BuildStep?

  private let kept: Int
  private var cutter = OutputLines()
  private var format = Format.unknown
  private var vertices: [Int: Vertex] = [:]
  private var failed: (step: BuildStep, lines: [String], error: String)?
  /// The last lines that belong to no vertex: of the current step outside BuildKit, of the whole
  /// build within.
  private var recent: [String] = []
  private var isSettled = true

  /// A build of which nothing was seen.
  ///
  /// - Parameter lines: how many of the failing step's last lines are kept.
  public init(keeping lines: Int = 20) { kept = max(1, lines) }

  /// Takes more of the output.
  public mutating func feed(_ bytes: [UInt8]) {
    var lines: [String] = []
    cutter.feed(bytes) { lines.append($0) }
    for line in lines { take(line) }
  }

  /// Takes what stands after the last end of line, when there will be no more.
  public mutating func end() {
    var lines: [String] = []
    cutter.end { lines.append($0) }
    for line in lines { take(line) }
  }

  /// Why the build failed, for a build that is known to have failed.
  public var failure: BuildFailure {
    if let failed {
      return BuildFailure(step: failed.step, lines: failed.lines, error: failed.error)
    }
    let error = recent.last ?? ""
    let step = format == .buildKit ? nil : current
    return BuildFailure(step: step, lines: Array(recent.dropLast().suffix(kept)), error: error)
  }

  // MARK: Lines

  private mutating func take(_ line: String) {
    if format == .unknown { format = Self.format(of: line) }
    switch format {
    case .buildKit: takeBuildKit(line)
    case .legacy: takeStep(line, BuildStep(legacy: line), arrow: " ---> ")
    case .buildah: takeStep(line, BuildStep(buildah: line), arrow: "--> ")
    case .unknown: keepRecent(line)
    }
  }

  private static func format(of line: String) -> Format {
    if vertexLine(line) != nil { return .buildKit }
    if BuildStep(legacy: line) != nil { return .legacy }
    return BuildStep(buildah: line) != nil ? .buildah : .unknown
  }

  private mutating func keepRecent(_ line: String) {
    if !line.isEmpty { Self.keep(line, in: &recent, kept + 1) }
  }

  private static func keep(_ line: String, in lines: inout [String], _ count: Int) {
    if lines.count >= count { lines.removeFirst(lines.count - count + 1) }
    lines.append(line)
  }

  private mutating func ran(_ step: BuildStep, toEnd: Bool) {
    guard !step.isFrom, step.number > 0 else { return }
    if firstUncached == nil { firstUncached = step }
    if toEnd { runSteps += 1 }
  }

  // MARK: BuildKit

  /// The number and the rest of `#7 rest`.
  private static func vertexLine(_ line: String) -> (Int, String)? {
    guard line.hasPrefix("#"), let space = line.firstIndex(of: " ") else { return nil }
    guard let number = Int(line[..<space].dropFirst()), number > 0 else { return nil }
    return (number, String(line[space...].dropFirst()))
  }

  private mutating func takeBuildKit(_ line: String) {
    guard let (number, rest) = Self.vertexLine(line) else { return keepRecent(line) }
    guard var vertex = vertices[number] else {
      let step = BuildStep(buildKit: rest)
      vertices[number] = Vertex(header: rest, step: step)
      current = step
      return
    }
    // Output of two vertices is mixed by blocks, each under the header of its vertex.
    if vertex.step.number > 0 { current = vertex.step }
    if rest == "CACHED" {
      if vertex.step.number > 0, !vertex.step.isFrom { cachedSteps += 1 }
      vertex.lines = []
    } else if rest.hasPrefix("DONE ") {
      ran(vertex.step, toEnd: true)
      vertex.lines = []
    } else if rest.hasPrefix("ERROR: ") {
      fail(vertex, String(rest.dropFirst(7)))
    } else if let text = Self.timed(rest) {
      Self.keep(text, in: &vertex.lines, kept)
    }
    vertices[number] = vertex
  }

  private mutating func fail(_ vertex: Vertex, _ error: String) {
    ran(vertex.step, toEnd: false)
    // The other steps are cancelled when one fails; the cause is the first that was not.
    let isCancelled = error.hasSuffix("context canceled")
    guard failed == nil, !isCancelled else { return }
    failed = (vertex.step, vertex.lines, error)
  }

  /// The text of `0.512 text`; nil when no time stands before it.
  private static func timed(_ rest: String) -> String? {
    let time = rest.prefix { $0 != " " }
    guard time.contains("."), time.allSatisfy({ $0.isNumber || $0 == "." }) else { return nil }
    return String(rest.dropFirst(time.count + 1))
  }

  // MARK: One step after the other

  private mutating func takeStep(_ line: String, _ step: BuildStep?, arrow: String) {
    if let step {
      settle(cached: false)
      current = step
      isSettled = false
      recent = []
    } else if line.hasPrefix(arrow) {
      let rest = line.dropFirst(arrow.count)
      if rest.hasPrefix("Using cache") { return settle(cached: true) }
      if rest.hasPrefix("Running in ") { return }
      settle(cached: false)
    } else if !line.hasPrefix("Removing intermediate container ") {
      keepRecent(line)
    }
  }

  private mutating func settle(cached: Bool) {
    guard !isSettled, let current else { return }
    isSettled = true
    if !cached { return ran(current, toEnd: true) }
    if !current.isFrom { cachedSteps += 1 }
  }
}
