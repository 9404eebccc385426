import LayerPlanner
import Testing

struct VersionTagsTests {
  private static let commit = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"

  private static func origin(
    clean: Bool = true, branch: String? = "feature/x", pullRequest: Int? = nil
  ) -> TreeOrigin {
    TreeOrigin(commit: commit, isClean: clean, branch: branch, pullRequest: pullRequest)
  }

  private static func tags(
    _ isTop: Bool, _ origin: TreeOrigin?, version: String? = nil, wasBuilt: Bool = true
  ) -> [String] {
    VersionTags.tags(
      of: isTop ? "application" : "base", isTop: isTop, version: version, origin: origin,
      wasBuilt: wasBuilt, at: 1_704_110_400)
  }

  @Test func layersBelowAreTaggedByCommitAndTime() {
    #expect(Self.tags(false, Self.origin()) == ["base-1a2b3c4", "base-20240101-120000"])
    #expect(Self.tags(false, Self.origin(), version: "v1.0.0") == ["base-v1.0.0", "base-1a2b3c4"])
    #expect(Self.tags(false, Self.origin(), wasBuilt: false).isEmpty)
    #expect(Self.tags(false, nil) == ["base-20240101-120000"])
  }

  @Test func theTopIsTaggedByPullRequestOrBranch() {
    #expect(Self.tags(true, Self.origin()) == ["feature-x-1a2b3c4"])
    #expect(Self.tags(true, Self.origin(pullRequest: 12)) == ["pr-12-1a2b3c4"])
    #expect(Self.tags(true, Self.origin(branch: nil)).isEmpty)
    #expect(Self.tags(true, nil, version: "v1") == ["application-v1"])
  }

  @Test func aDirtyTreeIsNoCommit() {
    for isTop in [true, false] {
      let tags = Self.tags(isTop, Self.origin(clean: false, pullRequest: 3))
      #expect(!tags.contains { $0.contains("1a2b3c4") })
    }
  }

  @Test(arguments: [
    ("main", "main"), ("feature/a/b", "feature-a-b"), ("-x", "x"), ("..", "branch"),
    ("ümlaut", "mlaut"), ("a b+c", "a-b-c"), ("", "branch"),
  ])
  func branchesBecomeParts(branch: String, part: String) {
    #expect(VersionTags.slug(branch) == part)
  }

  @Test func tagsAreNeverTooLong() {
    let tags = Self.tags(true, Self.origin(branch: String(repeating: "x", count: 300)))
    #expect(tags.map(\.utf8.count) == [128])
  }

  @Test(arguments: [
    ("v1.0.0", true), ("1", true), ("v1_2-rc.1", true), ("", false), ("v1 0", false),
    ("-v1", false), ("v1/2", false), (String(repeating: "1", count: 65), false),
  ])
  func versionsArePartsOfTags(text: String, isVersion: Bool) {
    #expect(VersionTags.isVersion(text) == isVersion)
  }

  @Test(arguments: [
    ("refs/pull/123/merge", 123), ("refs/heads/main", nil), ("refs/pull/x/merge", nil),
    ("refs/pull/", nil),
  ])
  func readsThePullRequest(ref: String, number: Int?) {
    #expect(TreeOrigin.pullRequest(ref: ref) == number)
    #expect(TreeOrigin.pullRequest(ref: nil) == nil)
  }
}
