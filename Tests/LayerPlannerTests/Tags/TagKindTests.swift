import LayerPlanner
import Testing

struct TagKindTests {
  private static let hex = String(repeating: "ab", count: 32)

  @Test(arguments: [
    ("base-stable", TagKind.stable("base")), ("latest", .stable("application")),
    ("base-v1.0.0", .version("base", "v1.0.0")), ("tooling-v2", .version("tooling", "v2")),
    ("base-1a2b3c4", .commit("base", "1a2b3c4")),
    ("tooling-20240101-120000", .timestamp("tooling", "20240101-120000")),
    ("base-x-v1.0", .version("base-x", "v1.0")), ("pr-123-abc1234", .pullRequest(123, "abc1234")),
    ("main-abc1234", .branch("main", "abc1234")),
    ("feature-x-abc1234", .branch("feature-x", "abc1234")),
    ("pr-0-abc1234", .branch("pr-0", "abc1234")), ("pr-x-abc1234", .branch("pr-x", "abc1234")),
    ("main-abc123", .other), ("main", .other), ("-abc1234", .other), ("", .other),
    ("base-vx", .other), ("base-", .other), ("v1.0.0", .other), ("main-ABCDEF0", .other),
  ])
  func tellsWhatATagStandsFor(tag: String, kind: TagKind) {
    let found = TagKind(
      tag, layers: ["base", "base-x", "tooling", "application"],
      stableTags: ["base": "base-stable", "application": "latest"])
    #expect(found == kind)
  }

  @Test func aContentTagIsOfItsLayer() throws {
    let fingerprint = try #require(Fingerprint(hex: Self.hex))
    let kind = TagKind("base-\(Self.hex)", layers: ["base"], stableTags: [:])
    #expect(kind == .content("base", fingerprint))
    #expect(TagKind("other-\(Self.hex)", layers: ["base"], stableTags: [:]) == .other)
  }
}
