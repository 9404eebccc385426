@testable import LayerPlanner

/// Random globs and paths over a small alphabet, so that they often meet. A seed gives the same
/// sequence again.
struct RandomGlobs: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  private static let pieces = [
    "a", "b", "ab", "docker", "lib", ".md", ".sh", "/", "/", "/", "*", "*", "**", "**", "?", "[ab]",
    "[^a]", "{a,b/c}", "{a,b}", "!", ".", "!(a|b)", "@(a|*b)", "+(a|/b)", "*(ab)", "?(b)", "(a|b)",
    "[[:alpha:]]", "\\*", "\u{E9}", "\u{1F600}", "\n", "{1..3}", "(?!a)", "a+", "|", "(?=b)",
  ]
  private static let names = [
    "a", "b", "ab", "abc", "docker", "lib", "x.sh", "a.md", ".a", "1", "\u{E9}", "\u{1F600}",
    "a\nb", "b.b.md", "*",
  ]

  mutating func glob() -> String {
    (0..<Int.random(in: 1...7, using: &self)).map { _ in
      RandomGlobs.pieces.randomElement(using: &self) ?? "a"
    }.joined()
  }

  /// A path without empty, `.` and `..` components.
  mutating func path() -> [UInt8] {
    let names = (0..<Int.random(in: 1...4, using: &self)).map { _ in
      RandomGlobs.names.randomElement(using: &self) ?? "a"
    }
    var bytes = Array(names.joined(separator: "/").utf8)
    // Now and then a byte that is no UTF-8.
    if Int.random(in: 0..<20, using: &self) == 0 { bytes.append(0xFF) }
    return bytes
  }
}
