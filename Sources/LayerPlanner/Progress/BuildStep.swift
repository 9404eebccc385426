/// One step of a build, as the engine names it.
public struct BuildStep: Hashable, Sendable {
  /// Its number, from 1; 0 when the engine gives none (such as loading the context).
  public var number: Int
  /// How many steps its stage has; 0 when the engine gives none.
  public var total: Int
  /// The stage, as the engine names it; empty when there is only one.
  public var stage: String
  /// The instruction, such as `RUN make`.
  public var name: String

  /// A step from its parts.
  public init(number: Int, total: Int, stage: String = "", name: String) {
    self.number = number
    self.total = total
    self.stage = stage
    self.name = name
  }

  /// `2/4 RUN make`, with the stage before it when there is one.
  public var title: String {
    let position = number > 0 ? "\(number)/\(total) " : ""
    return (stage.isEmpty ? "" : "\(stage) ") + position + name
  }

  /// Whether it names the image that a stage stands on; such a step is neither run nor cached.
  var isFrom: Bool { name.uppercased().hasPrefix("FROM ") }

  /// The step of BuildKit's `[stage 2/4] RUN make`; any other text is a step without a number.
  init(buildKit text: String) {
    self.init(number: 0, total: 0, name: text)
    guard text.hasPrefix("["), let close = text.firstIndex(of: "]") else { return }
    let words = text[text.index(after: text.startIndex)..<close]
      .split(separator: " " as Character)
    guard let last = words.last, let (number, total) = Self.position(last) else { return }
    self.number = number
    self.total = total
    stage = words.dropLast().joined(separator: " ")
    name = String(text[close...].dropFirst().drop { $0 == " " })
  }

  /// The step of the legacy builder's `Step 2/4 : RUN make`; nil for any other line.
  init?(legacy line: String) {
    guard line.hasPrefix("Step "), let colon = line.range(" : ") else { return nil }
    guard let (number, total) = Self.position(line[..<colon.lowerBound].dropFirst(5)) else {
      return nil
    }
    self.init(number: number, total: total, name: String(line[colon.upperBound...]))
  }

  /// The step of Buildah's `STEP 2/4: RUN make` or `[1/2] STEP 2/4: RUN make`; nil for any other
  /// line.
  init?(buildah line: String) {
    var rest = line[...]
    var stage = ""
    if rest.hasPrefix("["), let close = rest.firstIndex(of: "]") {
      stage = String(rest[...close])
      rest = rest[close...].dropFirst().drop { $0 == " " }
    }
    guard rest.hasPrefix("STEP "), let colon = rest.firstIndex(of: ":") else { return nil }
    guard let (number, total) = Self.position(rest[..<colon].dropFirst(5)) else { return nil }
    let name = rest[colon...].dropFirst().drop { $0 == " " }
    self.init(number: number, total: total, stage: stage, name: String(name))
  }

  /// The numbers of `2/4`.
  private static func position(_ text: Substring) -> (Int, Int)? {
    let parts = text.split(separator: "/" as Character, omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let total = Int(parts[1]) else {
      return nil
    }
    return number > 0 && total >= number ? (number, total) : nil
  }
}

extension StringProtocol {
  /// Where `needle` stands first; the standard library has no such search without Foundation on
  /// the oldest system that is built for.
  func range(_ needle: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(needle) {
        return start..<index(start, offsetBy: needle.count)
      }
      start = index(after: start)
    }
    return nil
  }
}
