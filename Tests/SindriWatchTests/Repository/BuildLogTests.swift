import LayerPlanner
import Testing

@testable import SindriWatch

struct BuildLogTests {
  private func record(_ number: Int64) -> BuildRecord {
    BuildRecord(
      time: number, layer: "base", result: .built, milliseconds: 1, cause: .stale)
  }

  @Test func keepsWhatIsAppended() throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    let log = BuildLog(path: directory.file("builds"))
    #expect(try log.read().isEmpty && log.newest().isEmpty)
    for number in 1...3 { try log.append(record(Int64(number))) }
    #expect(try log.read().map(\.time) == [1, 2, 3])
    #expect(log.newest().map(\.time) == [1, 2, 3])
  }

  @Test func aTornLineSwallowsNothing() throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    let log = BuildLog(path: directory.file("builds"))
    try log.append(record(1))
    try appendToFile(log.path, Array("1\t2\tba".utf8))
    try log.append(record(3))
    #expect(try log.read().map(\.time) == [1, 3])
  }

  @Test func staysBelowItsSizeAndKeepsTheNewest() throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    var log = BuildLog(path: directory.file("builds"))
    log.mostBytes = 1000
    for number in 1...200 {
      try log.append(record(Int64(number)))
      #expect(try readFile(log.path).count <= 1000)
    }
    let times = try log.read().map(\.time)
    #expect(times.count >= 10)
    #expect(times == Array((201 - Int64(times.count))...200))
  }

  @Test func anUnwritablePlaceIsAnError() {
    let log = BuildLog(path: Array("/proc/nowhere/builds".utf8))
    #expect(throws: SystemError.self) { try log.append(record(1)) }
  }
}
