import LayerPlanner
import Testing

struct RetentionPlanTests {
  private typealias Item = RetentionPlan.Item
  private static let day: Int64 = 86_400
  private static let now: Int64 = 1_000 * day
  private static let layers: [LayerName] = ["base", "tooling", "application"]
  private static let policy = RetentionPolicy(
    versions: ["tooling": 3], pullRequestAge: 7 * day, branches: 2, contents: 2,
    contentAge: 14 * day)

  /// A tag whose image was made so many days ago.
  private static func item(_ tag: String, _ image: String, days: Int64?) -> Item {
    let kind = TagKind(
      tag, layers: layers,
      stableTags: ["base": "base-stable", "tooling": "tooling-stable", "application": "latest"])
    return Item(tag: tag, kind: kind, image: image, created: days.map { now - $0 * day })
  }

  private static func removed(
    _ items: [Item], removal: RetentionPlan.Removal = .tag, used: Set<String> = [],
    foreign: Set<String> = [], stands: [String: [String]] = [:], merged: Set<Int> = []
  ) -> [String] {
    var policy = policy
    policy.merged = merged
    let plan = RetentionPlan(
      items, policy: policy, removal: removal, now: now, used: used, foreign: foreign,
      stands: { stands[$0]?.contains($1) == true })
    #expect(plan.removed.count + plan.kept.count == items.count)
    #expect((plan.removed + plan.kept).allSatisfy { !$0.reason.isEmpty })
    return plan.removed.map(\.item.tag)
  }

  private static func content(_ layer: String, _ digit: String) -> String {
    "\(layer)-" + String(repeating: digit, count: 64)
  }

  /// The seed's retention: versions of base stay, three of tooling, pull requests a week, branches
  /// by count.
  @Test func keepsWhatTheSeedKeeps() {
    let items = [
      Self.item("base-v1.0.0", "b1", days: 900), Self.item("base-20240101-120000", "b2", days: 800),
      Self.item("tooling-v1", "t1", days: 50), Self.item("tooling-v2", "t2", days: 40),
      Self.item("tooling-v3", "t3", days: 30), Self.item("tooling-aaaaaaa", "t4", days: 20),
      // Two names of one image are one version.
      Self.item("tooling-20240101-120000", "t4", days: 20),
      Self.item("pr-1-aaaaaaa", "p1", days: 8), Self.item("pr-2-aaaaaaa", "p2", days: 6),
      Self.item("main-aaaaaaa", "m1", days: 3), Self.item("main-bbbbbbb", "m2", days: 2),
      Self.item("x-aaaaaaa", "m3", days: 1), Self.item("latest", "l", days: 900),
      Self.item("something", "s", days: 900),
    ]
    #expect(Self.removed(items) == ["tooling-v1", "pr-1-aaaaaaa", "main-aaaaaaa"])
  }

  @Test func contentsGoByCountAndAge() {
    let items = [
      Self.item(Self.content("base", "1"), "1", days: 15),
      Self.item(Self.content("tooling", "2"), "2", days: 3),
      Self.item(Self.content("tooling", "3"), "3", days: 2),
      Self.item(Self.content("tooling", "4"), "4", days: 1),
    ]
    #expect(Self.removed(items) == [Self.content("base", "1"), Self.content("tooling", "2")])
  }

  @Test func whatContainersUseAndWhatIsForeignStays() {
    let items = [
      Self.item("pr-1-aaaaaaa", "p1", days: 8), Self.item("pr-2-aaaaaaa", "p2", days: 8),
      Self.item("pr-3-aaaaaaa", "p3", days: 8),
    ]
    #expect(Self.removed(items, used: ["p1"], foreign: ["p2"]) == ["pr-3-aaaaaaa"])
  }

  @Test func anAncestorOfAKeptImageStays() {
    let old = Self.content("base", "1")
    let items = [Self.item(old, "b", days: 900), Self.item("latest", "l", days: 900)]
    #expect(Self.removed(items) == [old])
    #expect(Self.removed(items, stands: ["l": ["b"]]).isEmpty)
    // Also of one that only a container keeps.
    let used = [Self.item(old, "b", days: 900), Self.item("pr-1-aaaaaaa", "p", days: 90)]
    #expect(Self.removed(used, used: ["p"], stands: ["p": ["b"]]).isEmpty)
  }

  @Test func theContentTagOfAKeptImageStays() {
    let items = [
      Self.item(Self.content("application", "1"), "l", days: 900),
      Self.item("latest", "l", days: 900), Self.item("pr-1-aaaaaaa", "l", days: 900),
    ]
    // An engine takes the name alone, a registry the image with all its names.
    #expect(Self.removed(items) == ["pr-1-aaaaaaa"])
    #expect(Self.removed(items, removal: .image).isEmpty)
  }

  /// A registry cannot take a pull request's tag from an image and leave that of its content.
  @Test func anOldPullRequestGoesWithItsContent() {
    let content = Self.content("application", "1")
    let items = [Self.item(content, "p", days: 8), Self.item("pr-1-aaaaaaa", "p", days: 8)]
    #expect(Self.removed(items) == ["pr-1-aaaaaaa"])
    #expect(Self.removed(items, removal: .image) == [content, "pr-1-aaaaaaa"])
    let shared = items + [Self.item("main-aaaaaaa", "p", days: 8)]
    #expect(Self.removed(shared, removal: .image).isEmpty)
    #expect(Self.removed(items, removal: .image, foreign: ["p"]).isEmpty)
    // Other layers' contents are what the next build of a branch starts from.
    let tooling = (1...4).map { Self.item("tooling-v\($0)", "\($0)", days: 5 - Int64($0)) }
    let oldest = Self.item(Self.content("tooling", "1"), "1", days: 4)
    #expect(Self.removed(tooling + [oldest], removal: .image).isEmpty)
  }

  @Test func aMergedPullRequestGoesAtOnce() {
    let items = [
      Self.item("pr-1-aaaaaaa", "p1", days: 0), Self.item("pr-1-bbbbbbb", "p2", days: 1),
      Self.item("pr-11-aaaaaaa", "p3", days: 0), Self.item("pr-2-aaaaaaa", "p4", days: 0),
      Self.item("main-aaaaaaa", "p4", days: 0),
    ]
    #expect(Self.removed(items).isEmpty)
    #expect(
      Self.removed(items, merged: [1, 2]).sorted() == [
        "pr-1-aaaaaaa", "pr-1-bbbbbbb", "pr-2-aaaaaaa",
      ])
    // What main has become keeps its image, and in a registry its tags.
    #expect(
      Self.removed(items, removal: .image, merged: [1, 2]).sorted()
        == ["pr-1-aaaaaaa", "pr-1-bbbbbbb"])
  }

  @Test func whatIsNotKnownToBeOldIsNew() {
    #expect(Self.removed([Self.item("pr-1-aaaaaaa", "p", days: nil)]).isEmpty)
  }

  @Test func untaggedImagesGoAfterAnHour() {
    let kept = [Self.item("latest", "l", days: 1)]
    let plan = RetentionPlan(
      kept,
      untagged: [
        ("new", Self.now - 60), ("old", Self.now - 7200), ("used", Self.now - 7200),
        ("below", Self.now - 7200), ("unknown", nil),
      ], policy: Self.policy, removal: .tag, now: Self.now, used: ["used"],
      stands: { $0 == "l" && $1 == "below" })
    #expect(plan.untagged == ["old"])
    #expect(plan.text(isDone: true, now: Self.now).contains("1 untagged image removed"))
  }

  /// Over random repositories: nothing protected ever goes, and doing it twice does no more.
  @Test func nothingProtectedGoes() {
    var random = RandomGlobs(seed: 3)
    for _ in 0..<300 {
      var items: [Item] = []
      for number in 0..<Int.random(in: 1...40, using: &random) {
        let image = "i\(Int.random(in: 0...15, using: &random))"
        let days = Int64.random(in: 0...30, using: &random)
        let digit = String("0123456789abcdef".randomElement(using: &random) ?? "0")
        let commit = String(repeating: digit, count: 7)
        let tags = [
          "pr-\(number + 1)-\(commit)", "main-\(commit)", "tooling-\(commit)", "tooling-v\(number)",
          Self.content("base", digit), "latest", "other",
        ]
        let tag = tags.randomElement(using: &random) ?? "other"
        guard !items.contains(where: { $0.tag == tag }) else { continue }
        let known = items.first { $0.image == image }
        let created = known?.created ?? Self.now - days * Self.day
        let kind = Self.item(tag, image, days: 0).kind
        items.append(Item(tag: tag, kind: kind, image: image, created: created))
      }
      let used: Set<String> = ["i\(Int.random(in: 0...15, using: &random))"]
      // Images stand on those of a smaller number, of the same parity.
      let stands: @Sendable (String, String) -> Bool = { image, below in
        guard let high = Int(image.dropFirst()), let low = Int(below.dropFirst()) else {
          return false
        }
        return low < high && (high - low).isMultiple(of: 2)
      }
      for removal in [RetentionPlan.Removal.tag, .image] {
        let plan = RetentionPlan(
          items, policy: Self.policy, removal: removal, now: Self.now, used: used, stands: stands)
        let kept = Set(plan.kept.map(\.item.image))
        for decision in plan.removed {
          #expect(!used.contains(decision.item.image))
          if case .stable = decision.item.kind { Issue.record("a stable tag goes") }
          if decision.item.kind == .other { Issue.record("a foreign tag goes") }
          if removal == .image { #expect(!kept.contains(decision.item.image)) }
          guard !kept.contains(decision.item.image) else { continue }
          #expect(!kept.contains { stands($0, decision.item.image) })
        }
        let again = RetentionPlan(
          plan.kept.map(\.item), policy: Self.policy, removal: removal, now: Self.now, used: used,
          stands: stands)
        #expect(again.removed.isEmpty)
      }
    }
  }

  @Test func saysWhatGoes() {
    let items = [
      Self.item(Self.content("base", "1"), "1", days: 15), Self.item("latest", "l", days: 1),
    ]
    let plan = RetentionPlan(items, policy: Self.policy, removal: .tag, now: Self.now)
    #expect(
      plan.text(isDone: false, now: Self.now) == """
                TAG                   AGE      WHY
        remove  base-111111111111...  15 days  15 days old, the limit is 14 days
        1 tag to remove, 1 kept

        """)
    #expect(plan.json.hasPrefix("{\"removed\":[{\"tag\":\"base-1111"))
    #expect(plan.json.contains("\"untagged\":[],\"kept\":[{\"tag\":\"latest\""))
  }
}
