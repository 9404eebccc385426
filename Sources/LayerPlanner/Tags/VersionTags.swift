/// Where the tree comes from, as git and the CI's environment say.
public struct TreeOrigin: Equatable, Sendable {
  /// The commit, all 40 digits.
  public let commit: String
  /// Whether the tree is that commit, without edits.
  public let isClean: Bool
  /// The branch; nil when the commit is checked out by itself.
  public let branch: String?
  /// The pull request that CI builds.
  public let pullRequest: Int?

  /// An origin.
  public init(commit: String, isClean: Bool, branch: String?, pullRequest: Int? = nil) {
    self.commit = commit
    self.isClean = isClean
    self.branch = branch
    self.pullRequest = pullRequest
  }

  /// The pull request of a CI run: GitHub names it in `GITHUB_REF`, `refs/pull/123/merge`.
  public static func pullRequest(ref: String?) -> Int? {
    guard let ref, ref.hasPrefix("refs/pull/") else { return nil }
    return ref.dropFirst(10).split(separator: "/" as Character).first.flatMap { Int($0) }
  }

  /// The commit as tags have it.
  public var shortCommit: String { String(commit.prefix(7)) }
}

/// The tags by which an image is found again later.
public enum VersionTags {
  /// The most characters of a tag.
  public static let most = 128

  /// The tags of `layer` besides its stable one and that of its content.
  ///
  /// - Parameters:
  ///   - isTop: whether nothing stands on it. Such an image is tagged by its pull request or branch,
  ///     any other by its commit and the time.
  ///   - version: what a person calls it.
  ///   - wasBuilt: whether it was built just now. What was there before has its tags already.
  ///   - seconds: the time, since 1970.
  public static func tags(
    of layer: LayerName, isTop: Bool, version: String?, origin: TreeOrigin?, wasBuilt: Bool,
    at seconds: Int64
  ) -> [String] {
    var tags: [String] = []
    if let version { tags.append("\(layer)-\(version)") }
    // The tree of a commit, and nothing else, may be called by its name.
    let commit = origin.flatMap { $0.isClean ? $0.shortCommit : nil }
    if isTop {
      guard let origin, let commit else { return tags }
      if let number = origin.pullRequest {
        tags.append("pr-\(number)-\(commit)")
      } else if let branch = origin.branch {
        tags.append("\(slug(branch, most: most - commit.utf8.count - 1))-\(commit)")
      }
    } else if wasBuilt {
      if let commit { tags.append("\(layer)-\(commit)") }
      if version == nil { tags.append("\(layer)-\(timestamp(seconds))") }
    }
    return tags
  }

  /// Whether `[layer]-[version]` is a tag.
  public static func isVersion(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 64 else { return false }
    return first != UInt8(ascii: "-") && text.utf8.allSatisfy(isTagByte)
  }

  /// `YYYYMMDD-HHMMSS` in UTC.
  public static func timestamp(_ seconds: Int64) -> String {
    let text = Timestamp.rfc3339(seconds: seconds, nanoseconds: 0)
    let digits = text.filter(\.isNumber)
    return "\(digits.prefix(8))-\(digits.dropFirst(8).prefix(6))"
  }

  /// A branch's name as part of a tag: slashes, and whatever a tag cannot hold, become dashes.
  public static func slug(_ branch: String, most: Int = most) -> String {
    let bytes = branch.utf8.map { isTagByte($0) ? $0 : UInt8(ascii: "-") }
    let start = bytes.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    let name = String(decoding: start.prefix(most), as: UTF8.self)
    return name.isEmpty ? "branch" : name
  }

  private static func isTagByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "_.-".utf8.contains(byte)
    }
  }
}
