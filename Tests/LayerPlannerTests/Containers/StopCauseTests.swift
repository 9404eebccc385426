import LayerPlanner
import Testing

struct StopCauseTests {
  typealias Row = (events: String, status: Int, isOutOfMemory: Bool, cause: StopCause)

  static let rows: [Row] = [
    // The engine remembers the end.
    ("kill 15\ndie", 0, false, .byHand),
    ("kill 9\ndie", 137, false, .byHand),
    ("kill 15\nkill 9\ndie", 137, false, .byHand),
    ("die", 0, false, .byItself),
    ("die", 137, false, .byItself),
    ("kill 1\ndie", 1, false, .byItself),
    ("kill 10\nkill 28\ndie", 0, false, .byItself),
    ("kill\ndied", 0, false, .byHand),
    // It does not: the status has to do.
    ("", 143, false, .byHand),
    ("", 137, false, .byHand),
    ("", 137, true, .byItself),
    ("kill 1", 1, false, .byItself),
    ("", 0, false, .byHand),
    ("", 3, false, .byItself),
  ]

  @Test(arguments: rows) func judgesByEventsThenByStatus(_ row: Row) throws {
    let line = "id\ti\texited\t/r\tl\tf\t/dev\t\(row.status)\t\(row.isOutOfMemory)\t\"T\""
    let container = try #require(ContainerState(line: line))
    #expect(StopCause(events: row.events, container) == row.cause)
  }
}
