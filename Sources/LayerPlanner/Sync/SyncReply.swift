/// A line that the program in the container answered.
public enum SyncReply: Equatable, Sendable {
  /// The loop runs, in this process and this run of the container (known by when its first process
  /// started), with or without tar for large batches.
  case ready(SyncProgram.Process, run: String, hasArchiver: Bool)
  /// The container lacks this program, without which the loop cannot do.
  case missing(String)
  /// Everything of the group is done.
  case done(group: Int)
  /// Something of the group failed. With no group: of the oldest that was not answered yet, and
  /// the program has ended.
  case failed(group: Int?, cause: String)

  /// Reads a line without its end; nil when it is not one of the program's.
  public init?(line: String) {
    var words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)[...]
    guard words.popFirst() == "sindri", let word = words.popFirst(), let second = words.popFirst()
    else { return nil }
    let rest = words.first.map(String.init) ?? ""
    switch word {
    case "ready":
      let fields = rest.split(separator: " ")
      guard let number = Int(second), fields.count >= 2 else { return nil }
      self = .ready(
        SyncProgram.Process(number: number, start: String(fields[0])), run: String(fields[1]),
        hasArchiver: fields.count > 2)
    case "cannot":
      self = .missing(String(second))
    case "ok":
      guard let group = Int(second) else { return nil }
      self = .done(group: group)
    case "no":
      self = .failed(group: Int(second), cause: Self.explained(rest))
    default: return nil
    }
  }

  /// The program's words for people.
  private static func explained(_ cause: String) -> String {
    // What GNU tar says of a full disk.
    if cause.contains("Wrote only") { return "No space left on device (\(cause))" }
    guard cause.hasPrefix("link ") else {
      return cause.isEmpty ? "no reason was given" : cause
    }
    let words = cause.dropFirst(5).split(separator: " ", maxSplits: 1)
    let place = words.last.map(String.init) ?? ""
    return "\(place) is, or is below, a symbolic link in the container; nothing is written through "
      + "a link"
  }
}
