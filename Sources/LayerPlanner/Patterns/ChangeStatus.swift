/// How a path changed, by the names that dorny/paths-filter uses for git's letters.
public enum ChangeStatus: String, CaseIterable, Sendable {
  /// New in the tree.
  case added
  /// Other content or another mode.
  case modified
  /// Gone from the tree.
  case deleted
  /// Made from another path, which stays.
  case copied
  /// Moved from another path.
  case renamed
  /// In conflict.
  case unmerged

  /// The statuses that a key such as `added|modified` names: letter case and white space around a
  /// name do not count. A name that is no status is left out, since no change can have it.
  public static func named(in key: String) -> Set<ChangeStatus> {
    let names = key.split(separator: "|").map { name in
      String(name.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
    return Set(names.compactMap { ChangeStatus(rawValue: $0.lowercased()) })
  }
}
