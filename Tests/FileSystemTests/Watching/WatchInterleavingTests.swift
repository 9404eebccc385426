import Foundation
import Glibc
import Synchronization
import Testing

@testable import SindriWatch

/// Every way in which a few operations can fall between the system calls of the watcher: before
/// each watch that is added, before each directory that is read, and after the last of them.
///
/// `SINDRI_WATCH_OPERATIONS` sets how many operations there are at most: 2 take some seconds, 3 some
/// minutes.
@Suite(.serialized) struct WatchInterleavingTests {
  private enum Operation: CaseIterable {
    case makeChild, makeGrandchild, writeDeep, write, renameAway, renameBack, moveUp, remove, make

    func perform(_ root: String) {
      switch self {
      case .makeChild: _ = unsafe mkdir(root + "/a/x", 0o755)
      case .makeGrandchild: _ = unsafe mkdir(root + "/a/x/y", 0o755)
      case .writeDeep: save(root + "/a/x/f")
      case .write: save(root + "/a/f")
      case .renameAway: _ = unsafe rename(root + "/a", root + "/b")
      case .renameBack: _ = unsafe rename(root + "/b", root + "/a")
      case .moveUp: _ = unsafe rename(root + "/a/x", root + "/x")
      case .remove: try? FileManager.default.removeItem(atPath: root + "/a")
      case .make: _ = unsafe mkdir(root + "/a", 0o755)
      }
    }

    private func save(_ path: String) {
      let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      guard file >= 0 else { return }
      _ = unsafe Glibc.write(file, "x", 1)
      close(file)
    }
  }

  /// The calls that operations are put before; what is left comes after all of them.
  private static let places = 8

  @Test func theModelEqualsTheDisk() throws {
    let most =
      ProcessInfo.processInfo.environment["SINDRI_WATCH_OPERATIONS"].flatMap(Int.init) ?? 2
    var runs = 0
    for count in 1...most {
      var choice = [Int](repeating: 0, count: count)
      repeat {
        let operations = choice.map { Operation.allCases[$0] }
        var places = [Int](repeating: 0, count: count)
        repeat {
          if places == places.sorted() {
            try run(Array(zip(places, operations)))
            runs += 1
          }
        } while next(&places, below: Self.places + 1)
      } while next(&choice, below: Operation.allCases.count)
    }
    print("note: \(runs) interleavings of at most \(most) operations")
  }

  /// Counts on by one; false when all have been.
  private func next(_ digits: inout [Int], below bound: Int) -> Bool {
    for index in digits.indices.reversed() {
      digits[index] += 1
      if digits[index] < bound { return true }
      digits[index] = 0
    }
    return false
  }

  private func run(_ schedule: [(place: Int, operation: Operation)]) throws {
    let tree = try ScratchTree()
    try tree.write("a/f", "0")
    try tree.makeDirectory("a/x")
    let root = tree.root
    let waiting = Waiting(schedule.map { ($0.place, $0.operation) })
    var options = TreeWatcher.Options()
    options.pollInterval = .milliseconds(1)
    options.rescanPause = .milliseconds(1)
    options.injector = { _, _ in
      waiting.next().forEach { $0.perform(root) }
      return 0
    }
    let watcher = try tree.watch(options)
    let consumer = FakeConsumer(root: root, ignoring: Mutator.ignored)
    settle(watcher, consumer)
    while let operation = waiting.last() {
      operation.perform(root)
      settle(watcher, consumer)
    }
    let disk = Disk.scan(root, ignoring: Mutator.ignored)
    let words = schedule.map { "\($0.operation) before call \($0.place)" }
      .joined(separator: ", ")
    #expect(consumer.model == disk, "\(words)\n\(consumer.history.joined(separator: "\n"))")
    let directories = Set(disk.filter { $0.value == .directory }.keys).union([""])
    #expect(watcher.directories == directories, "\(words)")
  }

  private func settle(_ watcher: TreeWatcher, _ consumer: FakeConsumer) {
    for _ in 0..<1000 {
      let before = consumer.batches
      for event in watcher.events() { consumer.take(event) }
      consumer.look()
      guard consumer.batches == before else { continue }
      guard watcher.deadline != nil else { return }
      usleep(200)
    }
  }

  /// The operations that are still to be done. The crawl calls from threads of its own.
  private final class Waiting: Sendable {
    private struct State: Sendable {
      var calls = 0
      var operations: [(place: Int, operation: Operation)]
    }
    private let state: Mutex<State>

    init(_ operations: [(Int, Operation)]) {
      state = Mutex(State(operations: operations.map { (place: $0.0, operation: $0.1) }))
    }

    /// Those that come before the call that is about to be made.
    func next() -> [Operation] {
      state.withLock { state in
        let due = state.operations.prefix { $0.place <= state.calls }
        state.operations.removeFirst(due.count)
        state.calls += 1
        return due.map(\.operation)
      }
    }

    /// The next one when no more calls are made.
    func last() -> Operation? {
      state.withLock { state in
        state.operations.isEmpty ? nil : state.operations.removeFirst().operation
      }
    }
  }
}
