import Foundation
import Testing

@testable import SindriWatch

struct TagJournalTests {
  private let moves = [
    TagJournal.Move(image: "r:base-1", reference: "r:base-stable", previous: "r:base-0"),
    TagJournal.Move(image: "r:app-1", reference: "r:latest", previous: nil),
  ]

  @Test func keepsTheWholeListOrNone() throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    let journal = TagJournal(path: directory.file("tags"))
    #expect(journal.pending() == nil)
    try journal.write(moves)
    #expect(journal.pending() == moves)
    journal.clear()
    #expect(journal.pending() == nil)
  }

  @Test func aListThatWasCutShortCountsForNothing() throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    let journal = TagJournal(path: directory.file("tags"))
    try writeFile(journal.path, Array("r:base-1\tr:base-stable\nr:app".utf8))
    #expect(journal.pending() == nil)
  }

  @Test func anUnwritablePlaceIsAnErrorWithItsName() {
    let journal = TagJournal(path: Array("/proc/nowhere/tags".utf8))
    let error = #expect(throws: SystemError.self) { try journal.write(moves) }
    #expect(error?.description.contains("/proc/nowhere/tags") == true)
  }
}
