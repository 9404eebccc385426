import Glibc
import LayerPlanner

/// Moves the tags of a journal, all or none, in a process of its own: one that goes on when the
/// watcher is killed between two tags. It is this program again, started with `argument`.
enum TagMover {
  /// The first word of the command line of such a process; no command has this name.
  static let argument = "--move-tags"

  /// The command line that moves the tags of `journal` by this client.
  static func command(_ journal: TagJournal, _ client: EngineClient) -> [[UInt8]] {
    // The file that is running, even if another has taken its place since.
    let program = Array("/proc/self/exe".utf8)
    return [program, Array(argument.utf8), journal.path] + client.command([]).map { Array($0.utf8) }
  }

  /// Runs such a command line without its first two words. Fails after every tag that had moved
  /// was put back; the journal stays if that failed, too.
  static func run(_ arguments: ArraySlice<[UInt8]>, _ environment: ProcessEnvironment) -> Int32 {
    // Who wants the watcher to end waits for this process, a fraction of a second.
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { signal(number, SIG_IGN) }
    guard let path = arguments.first else { return 2 }
    let journal = TagJournal(path: path)
    guard let moves = journal.pending() else { return 0 }
    let client = Array(arguments.dropFirst())
    let results = runAll(
      moves.map { client + words("image", "tag", $0.image, $0.reference) }, environment)
    guard let failure = results.first(where: { $0?.succeeded != true }) else {
      journal.clear()
      return 0
    }
    let moved = zip(moves, results).filter { $1?.succeeded == true }.map(\.0)
    let back = moved.map { move in
      move.previous.map { client + words("image", "tag", $0, move.reference) }
        ?? client + words("image", "rm", "--no-prune", move.reference)
    }
    if runAll(back, environment).allSatisfy({ $0?.succeeded == true }) { journal.clear() }
    let message = failure.map(\.errorText) ?? "the engine's client cannot be started"
    try? writeAll(2, Array((firstLine(of: message) + "\n").utf8), "standard error")
    return 1
  }

  private static func words(_ words: String...) -> [[UInt8]] { words.map { Array($0.utf8) } }

  /// Runs commands at the same time and waits for all of them.
  private static func runAll(
    _ commands: [[[UInt8]]], _ environment: ProcessEnvironment
  ) -> [CommandResult?] {
    let children = ChildTable()
    var results: [CommandResult?] = commands.map { _ in nil }
    for (index, command) in commands.enumerated() {
      _ = try? children.start(command, in: Array(".".utf8), environment: environment) {
        results[index] = $0
      }
    }
    while !children.isEmpty {
      var set = PollSet<ChildTable.Stream>()
      for (descriptor, stream) in children.streams { set.add(descriptor, as: stream) }
      for stream in (try? set.wait(timeout: nil)) ?? [] { children.read(stream) }
      for complete in children.reap() { complete() }
    }
    return results
  }
}
