import Testing

@testable import LayerPlanner

@Suite struct SettlingTests {
  private func at(_ milliseconds: Int64) -> Instant {
    Instant(nanoseconds: milliseconds * 1_000_000)
  }

  private func settling(_ change: (inout Session.Settings) -> Void = { _ in }) -> Settling {
    var settings = Session.Settings()
    change(&settings)
    return Settling(settings: settings)
  }

  /// A row: changes as (milliseconds, path, kind), and when the batch is due.
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let changes: [(Int64, String, Change.Kind)]
    let due: Int64?
    var testDescription: String { name }
  }

  @Test(arguments: [
    Row(name: "nothing", changes: [], due: nil),
    Row(name: "a single save", changes: [(1000, "a", .final)], due: 1010),
    Row(name: "a touch", changes: [(1000, "a", .attributes)], due: 1010),
    Row(name: "two at once", changes: [(1000, "a", .final), (1000, "b", .final)], due: 1010),
    Row(name: "gaps of 20 ms", changes: [(1000, "a", .final), (1020, "b", .final)], due: 1080),
    Row(
      name: "the mean of the gaps counts",
      changes: [(1000, "a", .final), (1010, "b", .final), (1040, "c", .final)], due: 1100),
    Row(name: "at most 200 ms", changes: [(1000, "a", .final), (1400, "b", .final)], due: 1600),
    Row(name: "apart by a pause", changes: [(1000, "a", .final), (1500, "b", .final)], due: 1510),
    Row(name: "being written", changes: [(1000, "a", .provisional)], due: 1150),
    Row(
      name: "written and closed", changes: [(1000, "a", .provisional), (1001, "a", .final)],
      due: 1011),
    Row(
      name: "still being written, another saved",
      changes: [(1000, "a", .provisional), (1001, "b", .final)], due: 1150),
    Row(
      name: "attributes close nothing",
      changes: [(1000, "a", .provisional), (1001, "a", .attributes)], due: 1150),
    Row(
      name: "one closed, another linked long before",
      changes: [(1000, "a", .provisional), (1100, "b", .provisional), (1102, "b", .final)],
      due: 1255),
  ])
  func due(_ row: Row) {
    var settling = settling()
    for (time, path, kind) in row.changes {
      settling.note(RepositoryPath(path), kind, at: at(time))
    }
    #expect(settling.due == row.due.map(at))
    #expect(settling.isEmpty == row.changes.isEmpty)
  }

  @Test func aFileThatIsWrittenWithoutEndIsNotWaitedForWithoutEnd() {
    var settling = settling()
    for time in stride(from: Int64(0), through: 5000, by: 100) {
      settling.note("log", .provisional, at: at(time))
    }
    #expect(settling.due == at(2000))
  }

  @Test func aBatchHoldsEachPathOnceInOrder() {
    var settling = settling()
    for path: RepositoryPath in ["b", "a", "b", "c", "a"] {
      settling.note(path, .final, at: at(0))
    }
    let batch = settling.take()
    #expect(
      batch == Settling.Batch(paths: ["b", "a", "c"], isEverything: false, isSaturated: false))
    #expect(settling.isEmpty)
    #expect(settling.due == nil)
  }

  @Test func theNextBatchKnowsThatTheBurstGoesOn() {
    var settling = settling()
    settling.note("a", .final, at: at(0))
    _ = settling.take()
    settling.note("a", .final, at: at(40))
    #expect(settling.due == at(160))
  }

  @Test func tooManyPathsBecomeEverything() {
    var settling = settling { $0.mostPaths = 3 }
    for path: RepositoryPath in ["a", "b", "c"] { settling.note(path, .final, at: at(0)) }
    var copy = settling
    #expect(copy.take().paths == ["a", "b", "c"])
    for path: RepositoryPath in ["c", "d", "e"] { settling.note(path, .final, at: at(1)) }
    #expect(settling.take() == Settling.Batch(paths: [], isEverything: true, isSaturated: true))
    settling.note("a", .final, at: at(2))
    #expect(settling.take().paths == ["a"])
  }

  @Test func openFilesAreBoundedToo() {
    var settling = settling { $0.mostPaths = 2 }
    for path: RepositoryPath in ["a", "b", "c"] { settling.note(path, .provisional, at: at(0)) }
    settling.note("a", .final, at: at(0))
    settling.note("b", .final, at: at(0))
    #expect(settling.due == at(10))
  }

  @Test func everythingIsDueAtOnceUnlessChangesAreSettling() {
    var settling = settling()
    settling.askForEverything(at: at(100))
    settling.askForEverything(at: at(200))
    #expect(settling.due == at(100))
    settling.note("a", .final, at: at(300))
    #expect(settling.due == at(310))
    #expect(settling.take() == Settling.Batch(paths: ["a"], isEverything: true, isSaturated: false))
  }

  @Test func lostNotificationsSettleLikeChanges() {
    var settling = settling()
    settling.noteEverything(at: at(100))
    #expect(settling.due == at(110))
    #expect(settling.take().isEverything)
    #expect(!settling.take().isEverything)
  }
}
