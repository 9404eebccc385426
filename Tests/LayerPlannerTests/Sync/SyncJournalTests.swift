import Testing

@testable import LayerPlanner

@Suite struct SyncJournalTests {
  private func sample() -> SyncJournal {
    var journal = SyncJournal()
    journal.begin(container: "c1", known: ["k", "a\nb"], seen: nil)
    journal.note("x", change: 1, isPlain: true)
    journal.note("y", change: 2, isPlain: false)
    return journal
  }

  @Test func isReadAsItWasWritten() {
    let journal = SyncJournal(file: sample().file)
    #expect(journal.container == "c1")
    #expect(journal.drift == ["x", "y"])
    #expect(journal.known == ["k", "a\nb", "x", "y"])
    #expect(journal.sent["y"]?.isPlain == false)
    #expect(!journal.isEverything)
  }

  @Test func recordsThatAreAddedMakeTheSameOfTheFile() {
    var journal = SyncJournal()
    journal.begin(container: "c1", known: [], seen: nil)
    var file = journal.file
    for (number, path) in ["x", "y", "x"].enumerated() {
      journal.note(RepositoryPath(path), change: number, isPlain: number == 0)
      file += journal.unwritten
      journal.isWritten()
    }
    let read = SyncJournal(file: file)
    #expect(read.drift == journal.drift)
    #expect(read.sent["x"]?.isPlain == false)
  }

  @Test func everyPrefixOfTheFileIsReadable() {
    let file = sample().file
    for length in 0..<file.count {
      let journal = SyncJournal(file: Array(file[..<length]))
      #expect(Set(journal.drift).isSubset(of: ["x", "y"]))
      #expect(!journal.isEverything)
    }
  }

  @Test func tooManyPathsAreEverything() {
    var journal = SyncJournal()
    for number in 0...SyncJournal.mostPaths {
      journal.note(RepositoryPath("p\(number)"), change: number, isPlain: true)
    }
    #expect(journal.isEverything)
    #expect(journal.drift.isEmpty)
    #expect(SyncJournal(file: journal.file).isEverything)
    journal.begin(container: "c2", known: [], seen: nil)
    #expect(journal.isEmpty)
  }

  @Test func aNewImageSettlesWhatItHolds() {
    var journal = sample()
    journal.note("z", change: 3, isPlain: true)
    journal.begin(container: "c2", known: [], seen: 2)
    // A directory or permission bits may differ in an image with the same fingerprint.
    #expect(Set(journal.sent.keys) == ["y", "z"])
    #expect(journal.drift == ["z"])
    // Sent again it is no newer than the image; changed again it is.
    journal.note("y", change: 2, isPlain: false)
    #expect(journal.drift == ["z"])
    #expect(SyncJournal(file: journal.file).drift == ["z"])
    journal.note("y", change: 4, isPlain: false)
    #expect(journal.drift == ["y", "z"])
  }

  @Test func anythingElseInTheFileMeansEverything() {
    #expect(SyncJournal(file: Array("zz\0".utf8)).isEverything)
  }
}
