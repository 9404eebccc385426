import Foundation
import Glibc
import Testing

/// One object of `--format json`.
struct WatchEvent: CustomStringConvertible {
  let name: String
  let fields: [String: Any]
  let description: String

  init?(line: Substring) {
    guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)),
      let fields = object as? [String: Any], let name = fields["event"] as? String
    else { return nil }
    self.name = name
    self.fields = fields
    description = String(line)
  }

  func text(_ key: String) -> String { fields[key] as? String ?? "" }
  func list(_ key: String) -> [String] { fields[key] as? [String] ?? [] }

  /// `LAYER RESULT` of a `build-finished`, as in "application built".
  var result: String { "\(text("layer")) \(text("result"))" }
}

/// A running watcher, and everything that it has said so far.
final class Watcher {
  let process = Process()
  private let log: URL
  private let errorLog: URL
  private(set) var events: [WatchEvent] = []
  /// Where `wait` goes on looking.
  private var seen = 0
  private var offset = 0

  /// - Parameter prefix: a program, found on the search path, that runs the watcher.
  init(
    in directory: URL, _ arguments: [String], after prefix: [String] = [],
    environment: [String: String]
  ) throws {
    let base = FileManager.default.temporaryDirectory
      .appendingPathComponent("sindri-engine-log-\(UUID().uuidString)").path
    log = URL(fileURLWithPath: base + ".out")
    errorLog = URL(fileURLWithPath: base + ".err")
    try Data().write(to: log)
    try Data().write(to: errorLog)
    process.executableURL =
      prefix.isEmpty ? Setup.binary : URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      prefix + (prefix.isEmpty ? [] : [Setup.binary.path]) + ["watch", "--format", "json"]
      + arguments
    process.currentDirectoryURL = directory
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: log)
    process.standardError = try FileHandle(forWritingTo: errorLog)
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: log)
    try? FileManager.default.removeItem(at: errorLog)
  }

  /// What it printed to standard error.
  var errors: String { (try? String(contentsOf: errorLog, encoding: .utf8)) ?? "" }

  /// Takes in what it has said since; `wait` does so by itself.
  func read() { readMore() }

  private func readMore() {
    guard let data = try? Data(contentsOf: log), data.count > offset else { return }
    guard let end = data[offset...].lastIndex(of: 0x0A) else { return }
    let text = String(decoding: data[offset...end], as: UTF8.self)
    events += text.split(separator: "\n").compactMap(WatchEvent.init(line:))
    offset = end + 1
  }

  /// Waits for the next event of this name, after those that an earlier wait has passed, for which
  /// `matches` holds; fails after `seconds`, or when the watcher ends.
  @discardableResult
  func wait(
    for name: String, seconds: Double = 120, where matches: (WatchEvent) -> Bool = { _ in true },
    location: SourceLocation = #_sourceLocation
  ) throws -> WatchEvent {
    let end = Date().addingTimeInterval(seconds)
    while true {
      let isRunning = process.isRunning
      readMore()
      while seen < events.count {
        let event = events[seen]
        seen += 1
        if event.name == name, matches(event) { return event }
      }
      if !isRunning || Date() > end {
        let said = events.map(\.description).joined(separator: "\n")
        Issue.record(
          "no \(name) in \(seconds) s; running: \(isRunning); said:\n\(said)\n\(errors)",
          sourceLocation: location)
        throw WaitFailure()
      }
      usleep(5_000)
    }
  }

  struct WaitFailure: Error {}

  /// What it has warned of so far.
  var warnings: [String] {
    readMore()
    return events.filter { $0.name == "warning" }.map { $0.text("message") }
  }

  /// Everything that was said since the wait that came last before this mark.
  var mark: Int { seen }

  /// The results of builds since `mark`, such as "application built".
  func results(since mark: Int) -> [String] {
    events[mark...].filter { $0.name == "build-finished" }.map(\.result)
  }

  /// Saves something, waits until the watcher is idle again, and gives the results of the builds
  /// that it took.
  func results(of edit: () throws -> Void, seconds: Double = 240) throws -> [String] {
    let start = mark
    try edit()
    try wait(for: "changed", seconds: seconds)
    try wait(for: "idle", seconds: seconds)
    return results(since: start)
  }

  /// Ends it by a signal and gives how it ended: the signal, or the exit status.
  func end(_ signal: Int32 = SIGINT) -> (reason: Process.TerminationReason, status: Int32) {
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return (process.terminationReason, process.terminationStatus)
  }
}
