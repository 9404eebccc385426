/// What a tag of the image repository stands for. Tags have the grammar of the distribution
/// project: `[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`.
public enum TagKind: Hashable, Sendable {
  /// The tag that moves with a layer: `base-stable`, `latest`.
  case stable(LayerName)
  /// A layer's image by its content: `base-<64 hexadecimal digits>`.
  case content(LayerName, Fingerprint)
  /// A layer's image by a version that a person gave: `base-v1.0.0`.
  case version(LayerName, String)
  /// A layer's image by the time of its build, in UTC: `base-20260131-235959`.
  case timestamp(LayerName, String)
  /// A layer's image by the commit that it was built from: `base-1a2b3c4`.
  case commit(LayerName, String)
  /// The topmost image of a pull request: `pr-123-1a2b3c4`.
  case pullRequest(Int, String)
  /// The topmost image of a branch: `main-1a2b3c4`.
  case branch(String, String)
  /// None of these: nobody's business but its owner's.
  case other

  /// Tells what `tag` stands for, among these layers with these stable tags. A layer wins over a
  /// branch of its name.
  public init(_ tag: String, layers: [LayerName], stableTags: [LayerName: String]) {
    for layer in layers where stableTags[layer] == tag {
      self = .stable(layer)
      return
    }
    // The longest name first: a layer `base-x` must not be taken for a version of `base`.
    for layer in layers.sorted(by: { $0.text.utf8.count > $1.text.utf8.count }) {
      guard tag.hasPrefix(layer.text + "-") else { continue }
      let rest = String(tag.dropFirst(layer.text.count + 1))
      if let kind = Self.versioned(layer, rest) {
        self = kind
        return
      }
    }
    guard let dash = tag.lastIndex(of: "-"), dash != tag.startIndex else {
      self = .other
      return
    }
    let head = String(tag[..<dash])
    let tail = String(tag[tag.index(after: dash)...])
    guard Self.isCommit(tail) else {
      self = .other
      return
    }
    if head.hasPrefix("pr-"), let number = Int(head.dropFirst(3)), number > 0 {
      self = .pullRequest(number, tail)
    } else {
      self = .branch(head, tail)
    }
  }

  private static func versioned(_ layer: LayerName, _ rest: String) -> TagKind? {
    if let fingerprint = Fingerprint(hex: rest) { return .content(layer, fingerprint) }
    if isTimestamp(rest) { return .timestamp(layer, rest) }
    if isCommit(rest) { return .commit(layer, rest) }
    let isVersion = rest.hasPrefix("v") && rest.dropFirst().first?.isNumber == true
    return isVersion ? .version(layer, rest) : nil
  }

  /// `YYYYMMDD-HHMMSS`.
  private static func isTimestamp(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.count == 15
      && bytes.indices.allSatisfy {
        $0 == 8 ? bytes[$0] == UInt8(ascii: "-") : (0x30...0x39).contains(bytes[$0])
      }
  }

  /// An abbreviated or whole commit: 7 to 40 hexadecimal digits.
  private static func isCommit(_ text: String) -> Bool {
    (7...40).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
