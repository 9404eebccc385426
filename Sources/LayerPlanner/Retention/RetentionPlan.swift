/// Which tags of a repository are taken away, and why the others are not.
///
/// Nothing that is not ours, that a container uses, or that a kept image stands on is ever taken.
public struct RetentionPlan: Equatable, Sendable {
  /// One tag and the image under it.
  public struct Item: Hashable, Sendable {
    /// The tag without the repository.
    public let tag: String
    /// What it stands for.
    public let kind: TagKind
    /// The image: an ID or a digest.
    public let image: String
    /// When the image was made, in seconds since 1970; nil when that is not known.
    public let created: Int64?

    /// A tag and its image.
    public init(tag: String, kind: TagKind, image: String, created: Int64?) {
      self.tag = tag
      self.kind = kind
      self.image = image
      self.created = created
    }
  }

  /// A tag and the reason for what becomes of it.
  public struct Decision: Hashable, Sendable {
    /// The tag.
    public let item: Item
    /// Why.
    public let reason: String
  }

  /// What taking a tag away takes away with it.
  public enum Removal: Sendable {
    /// The tag alone, as an engine does.
    case tag
    /// The image with all its tags, as a registry does.
    case image
  }

  /// The tags to take away, the oldest image first.
  public let removed: [Decision]
  /// All other tags.
  public let kept: [Decision]
  /// The IDs of images of ours without a tag that go, too: what forced and cancelled builds left.
  public let untagged: [String]

  /// How long an image may be without a tag: longer than any build takes to get its own.
  private static let untaggedAge: Int64 = 3600

  /// Decides.
  ///
  /// - Parameters:
  ///   - untagged: images of ours without a tag, each with the time when it was made.
  ///   - used: images that containers use.
  ///   - foreign: images that do not carry our labels.
  ///   - stands: whether the first image stands on the second.
  ///   - now: seconds since 1970.
  public init(
    _ items: [Item], untagged: [(image: String, created: Int64?)] = [], policy: RetentionPolicy,
    removal: Removal, now: Int64, used: Set<String> = [], foreign: Set<String> = [],
    stands: (_ image: String, _ below: String) -> Bool = { _, _ in false }
  ) {
    var verdicts = Self.verdicts(items, policy, now)
    for (index, item) in items.enumerated() where !verdicts[index].isKept {
      if foreign.contains(item.image) {
        verdicts[index] = (true, "not built by sindri-watch")
      } else if used.contains(item.image) {
        verdicts[index] = (true, "a container uses it")
      }
    }
    Self.releaseContents(items, removal, &verdicts)
    Self.protectShared(items, removal, &verdicts)
    Self.protectAncestors(items, stands, &verdicts)
    // An ancestor that is kept may share its image with tags that were to go.
    Self.protectShared(items, removal, &verdicts)
    let decisions = zip(items, verdicts).map { (Decision(item: $0, reason: $1.reason), $1.isKept) }
    removed = decisions.filter { !$0.1 }.map(\.0).sorted { left, right in
      (left.item.created ?? .max, left.item.tag) < (right.item.created ?? .max, right.item.tag)
    }
    kept = decisions.filter(\.1).map(\.0)
    let names = kept.map(\.item.image)
    self.untagged = untagged.filter { candidate in
      guard let created = candidate.created, now - created > Self.untaggedAge,
        !used.contains(candidate.image)
      else { return false }
      return !names.contains { $0 == candidate.image || stands($0, candidate.image) }
    }.map(\.image)
  }

  private typealias Verdict = (isKept: Bool, reason: String)

  /// What the policy alone says of each tag.
  private static func verdicts(
    _ items: [Item], _ policy: RetentionPolicy, _ now: Int64
  ) -> [Verdict] {
    // The place of each image among those of its kind, the newest first.
    var ranks: [String: [String: Int]] = [:]
    for (group, members) in Dictionary(grouping: items, by: { Self.group($0.kind) }) {
      var places: [String: Int] = [:]
      let newest = members.sorted {
        ($0.created ?? .max, $0.tag) > ($1.created ?? .max, $1.tag)
      }
      for member in newest where places[member.image] == nil {
        places[member.image] = places.count
      }
      ranks[group] = places
    }
    return items.map { item in
      let rank = ranks[Self.group(item.kind)]?[item.image] ?? 0
      // What is not known to be old is new.
      let age = item.created.map { now - $0 } ?? 0
      switch item.kind {
      case .stable: return (true, "a stable tag")
      case .other: return (true, "not a tag of sindri-watch")
      case .version(let layer, _), .timestamp(let layer, _), .commit(let layer, _):
        guard let count = policy.versions[layer] else {
          return (true, "every version of \(layer) is kept")
        }
        return Self.among(rank, count, "version of \(layer)")
      case .branch: return Self.among(rank, policy.branches, "branch image")
      case .pullRequest(let number, _) where policy.merged.contains(number):
        return (false, "pull request \(number) is merged")
      case .pullRequest:
        let isOld = age > policy.pullRequestAge
        return (!isOld, "\(Self.days(age)) old, the limit is \(Self.days(policy.pullRequestAge))")
      case .content(let layer, _):
        if age > policy.contentAge {
          return (false, "\(Self.days(age)) old, the limit is \(Self.days(policy.contentAge))")
        }
        return Self.among(rank, policy.contents, "content of \(layer)")
      }
    }
  }

  private static func group(_ kind: TagKind) -> String {
    switch kind {
    case .version(let layer, _), .timestamp(let layer, _), .commit(let layer, _):
      "version \(layer)"
    case .content(let layer, _): "content \(layer)"
    case .branch: "branch"
    case .pullRequest: "pull request"
    case .stable, .other: ""
    }
  }

  private static func among(_ rank: Int, _ count: Int, _ noun: String) -> Verdict {
    rank < count
      ? (true, "one of the last \(count): \(noun)")
      : (false, "not one of the last \(count): \(noun)")
  }

  /// A time for people: days, or hours below two days.
  static func days(_ seconds: Int64) -> String {
    seconds < 172_800 ? "\(seconds / 3600) h" : "\(seconds / 86_400) days"
  }

  /// Where an image goes with all its tags, the tag of its content holds no image of a pull request
  /// whose time is over.
  private static func releaseContents(
    _ items: [Item], _ removal: Removal, _ verdicts: inout [Verdict]
  ) {
    guard removal == .image else { return }
    var requests: [String: String] = [:]
    var held: Set<String> = []
    for (item, verdict) in zip(items, verdicts) {
      switch item.kind {
      case .content: continue
      case _ where verdict.isKept: held.insert(item.image)
      case .pullRequest: requests[item.image] = item.tag
      default: continue
      }
    }
    for (index, item) in items.enumerated() where verdicts[index].isKept {
      guard case .content = item.kind, !held.contains(item.image),
        let request = requests[item.image]
      else { continue }
      verdicts[index] = (false, "the image of \(request)")
    }
  }

  /// Keeps what would go with a tag that is taken away, and the content tag of every kept image,
  /// by which it is known.
  private static func protectShared(
    _ items: [Item], _ removal: Removal, _ verdicts: inout [Verdict]
  ) {
    var keeper: [String: String] = [:]
    for (item, verdict) in zip(items, verdicts) where verdict.isKept {
      keeper[item.image] = keeper[item.image] ?? item.tag
    }
    for (index, item) in items.enumerated() where !verdicts[index].isKept {
      guard let other = keeper[item.image] else { continue }
      if case .content = item.kind {
        verdicts[index] = (true, "the image of \(other)")
      } else if removal == .image {
        verdicts[index] = (true, "the image of \(other)")
      }
    }
  }

  /// Keeps what a kept image stands on.
  private static func protectAncestors(
    _ items: [Item], _ stands: (String, String) -> Bool, _ verdicts: inout [Verdict]
  ) {
    var kept: [String: String] = [:]
    for (item, verdict) in zip(items, verdicts) where verdict.isKept {
      kept[item.image] = kept[item.image] ?? item.tag
    }
    let keepers = kept.sorted { $0.value < $1.value }
    for (index, item) in items.enumerated() where !verdicts[index].isKept {
      // A tag of an image that stays under another tag is only a name.
      guard kept[item.image] == nil,
        let child = keepers.first(where: { stands($0.key, item.image) })
      else { continue }
      verdicts[index] = (true, "\(child.value) stands on it")
    }
  }

  // MARK: For people and programs

  /// A table of what goes, and a line that counts.
  ///
  /// - Parameter isDone: whether it has been done.
  public func text(isDone: Bool, now: Int64) -> String {
    var text = ""
    if !removed.isEmpty {
      let rows = removed.map { decision in
        [
          isDone ? "removed" : "remove", Self.short(decision.item.tag),
          decision.item.created.map { Self.days(now - $0) } ?? "-", decision.reason,
        ]
      }
      text = TextTable.aligned([["", "TAG", "AGE", "WHY"]] + rows)
    }
    let verb = isDone ? "removed" : "to remove"
    if !untagged.isEmpty {
      text += "\(untagged.count) untagged \(untagged.count == 1 ? "image" : "images") \(verb)\n"
    }
    return text + "\(removed.count) \(removed.count == 1 ? "tag" : "tags") \(verb), "
      + "\(kept.count) kept\n"
  }

  /// One object:
  /// `{"removed":[{"tag":"...","image":"...","reason":"..."}],"untagged":[],"kept":[...]}`.
  public var json: String {
    func list(_ decisions: [Decision]) -> String {
      JSONText.array(
        decisions.map { decision in
          JSONText.object([
            ("tag", JSONText.string(decision.item.tag)),
            ("image", JSONText.string(decision.item.image)),
            ("reason", JSONText.string(decision.reason)),
          ])
        })
    }
    return JSONText.object([
      ("removed", list(removed)),
      ("untagged", JSONText.array(untagged.map { JSONText.string($0) })), ("kept", list(kept)),
    ])
  }

  /// A content tag with its digits cut as git cuts a commit.
  private static func short(_ tag: String) -> String {
    guard let dash = tag.lastIndex(of: "-"), tag[dash...].utf8.count == 65 else { return tag }
    return String(tag[...dash]) + tag[tag.index(after: dash)...].prefix(12) + "..."
  }
}
