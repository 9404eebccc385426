/// What `git diff --name-status -z` prints.
public enum GitDiff {
  /// The changed paths. Unknown letters count as a modification: better one build too many.
  public static func parse(_ output: [UInt8]) -> [ChangedPath] {
    var changes: [ChangedPath] = []
    var fields = output.split(separator: 0, omittingEmptySubsequences: false)[...]
    while let letter = fields.popFirst()?.first, let path = fields.popFirst() {
      changes.append(
        ChangedPath(path: RepositoryPath(bytes: Array(path)), status: status(letter)))
    }
    return changes
  }

  private static func status(_ letter: UInt8) -> ChangeStatus {
    switch letter {
    case UInt8(ascii: "A"): .added
    case UInt8(ascii: "D"): .deleted
    case UInt8(ascii: "C"): .copied
    case UInt8(ascii: "R"): .renamed
    case UInt8(ascii: "U"): .unmerged
    default: .modified
    }
  }
}
