import Glibc
import LayerPlanner

/// Prints the log of a watcher in the background, and goes on with what is added, also where the
/// log is begun anew, until the watcher ends.
final class LogReader: LoopParticipant {
  private let files: WatcherFiles
  private let output: Output
  private let watcher: ProcessHandle?
  private var file: FileDescriptor?
  private(set) var isEmpty = true
  private(set) var isOver = false
  private var due: Int64?

  /// The time between two looks, in nanoseconds.
  private static let interval: Int64 = 200_000_000

  /// - Parameter watcher: the process whose end is waited for.
  init(_ files: WatcherFiles, output: Output, follows: Bool, watcher: Int32?) {
    self.files = files
    self.output = output
    self.watcher = follows ? watcher.flatMap { ProcessHandle($0) } : nil
    isOver = watcher == nil
    due = monotonicNanoseconds() + Self.interval
  }

  /// Prints everything that is there.
  func readAll() {
    if let older = try? openForReading(files.olderLog) { copy(older.number) }
    file = try? openForReading(files.log)
    readMore()
  }

  private func readMore() {
    if let number = file.number { copy(number) }
    guard let current = try? openForReading(files.log) else { return }
    guard !isSame(file.number, current.number) else { return }
    // The log was begun anew: what was still added to the one that is held has been read, unless
    // there have been two since.
    if let older = try? openForReading(files.olderLog), let held = file.number {
      if isSame(held, older.number) { copy(held) } else { copy(older.number) }
    }
    copy(current.number)
    file = consume current
  }

  private func copy(_ descriptor: Int32) {
    while case .data(let bytes) = readAvailable(descriptor) {
      isEmpty = false
      output.bytes(bytes)
    }
  }

  private func isSame(_ one: Int32?, _ other: Int32) -> Bool {
    one.map { isSameFile($0, other) } ?? false
  }

  // MARK: The loop

  var descriptors: [(number: Int32, events: Int32)] {
    isOver ? [] : watcher.number.map { [($0, POLLIN)] } ?? []
  }
  var deadline: Int64? { isOver ? nil : due }
  func drain() {}

  func tick(now: Int64) {
    // Asked first: what it said before its end is read after that.
    let hasEnded = watcher.hasEnded
    readMore()
    isOver = hasEnded
    due = now + Self.interval
  }
}
