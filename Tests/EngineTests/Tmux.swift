import Foundation
import Testing

/// A terminal of its own: a tmux server with one window, in which a shell runs.
final class Tmux {
  private let socket = "sindri-\(UUID().uuidString.prefix(8))"
  private let directory: URL

  /// Why there can be none here; nil when there can.
  static let obstacle: String? = {
    if (try? run(["tmux", "-V"]))?.status == 0 { return nil }
    print("SKIPPED: tests on a terminal, because tmux is not installed; `make setup` installs it")
    return "no tmux"
  }()
  static let canRun = Setup.canRun && obstacle == nil

  /// - Parameters:
  ///   - columns: the window's size.
  ///   - environment: variables of the shell, beside a locale of UTF-8 and colours.
  init(
    in directory: URL, columns: Int = 80, rows: Int = 24, environment: [String: String] = [:]
  ) throws {
    self.directory = directory
    let variables = ["LC_ALL": "C.UTF-8", "PS1": "$ ", "HISTFILE": "", "NO_COLOR": ""]
      .merging(environment) { $1 }
    try tmux(
      after: Self.alone,
      ["-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-c"]
        + [directory.path, "env"] + variables.map { "\($0.key)=\($0.value)" } + ["bash", "--norc"])
    try waitForPrompt()
  }

  deinit { _ = try? run(["tmux", "-L", socket, "kill-server"]) }

  /// Runs a program as a shell would: with no descriptor but the standard streams, and with no signal
  /// blocked or ignored. `Process` takes a child for running as long as anything that came from it
  /// holds what the child has inherited, and the server stays; and tests run on threads that block
  /// signals.
  private static let alone = [
    "python3", "-c",
    """
    import os, signal, sys
    os.closerange(3, 4096)
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.execvp(sys.argv[1], sys.argv[1:])
    """,
  ]

  @discardableResult
  func tmux(after prefix: [String] = [], _ arguments: [String]) throws -> String {
    let result = try run(prefix + ["tmux", "-u", "-L", socket] + arguments)
    #expect(result.status == 0, "tmux \(arguments): \(result.errors)")
    return result.output
  }

  /// Presses keys: names such as `C-c` and `Enter`, or single characters.
  func press(_ keys: String...) throws { try tmux(["send-keys"] + keys) }

  /// Types a command line.
  func type(_ line: String) throws {
    try tmux(["send-keys", "-l", line])
    try press("Enter")
  }

  func resize(_ columns: Int, _ rows: Int) throws {
    try tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// What the window shows; with `colors`, also how.
  func screen(colors: Bool = false) throws -> String {
    try tmux(["capture-pane", "-p"] + (colors ? ["-e"] : []))
  }

  /// What the window shows and what has scrolled off it.
  func everything() throws -> String { try tmux(["capture-pane", "-p", "-S", "-"]) }

  /// Writes all that the window is sent from now on to a file, as it is.
  func record(to file: URL) throws { try tmux(["pipe-pane", "cat > '\(file.path)'"]) }

  /// Waits until the shell asks for the next command.
  func waitForPrompt(location: SourceLocation = #_sourceLocation) throws {
    try wait("the prompt", seconds: 15, location: location) { screen in
      screen.split(separator: "\n").last { !$0.isEmpty } == "$"
    }
  }

  /// The last lines that are not empty.
  func lines(_ count: Int) throws -> [String] {
    try screen().split(separator: "\n").map(String.init).filter { !$0.isEmpty }.suffix(count)
      .map { $0 }
  }

  var isCursorShown: Bool {
    get throws { try tmux(["display-message", "-p", "#{cursor_flag}"]) == "1\n" }
  }

  /// Waits until the screen is as wanted, and gives it.
  @discardableResult
  func wait(
    _ what: Comment, seconds: Double = 60, location: SourceLocation = #_sourceLocation,
    until matches: (String) throws -> Bool
  ) throws -> String {
    let end = Date().addingTimeInterval(seconds)
    while true {
      let screen = try screen()
      if try matches(screen) { return screen }
      if Date() > end {
        Issue.record("no \(what) in \(seconds) s:\n\(screen)", sourceLocation: location)
        throw Watcher.WaitFailure()
      }
      usleep(50_000)
    }
  }

  /// The process that the shell runs in the foreground, by its name.
  func child() throws -> Int32 {
    let shell = try tmux(["display-message", "-p", "#{pane_pid}"])
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let children = try run(["pgrep", "-P", shell, "sindri-watch"]).output
    return try #require(Int32(children.trimmingCharacters(in: .whitespacesAndNewlines)))
  }
}
