import Testing

@testable import LayerPlanner

@Suite struct LiveSyncTests {
  private static func at(_ milliseconds: Int64) -> Instant {
    Instant(nanoseconds: milliseconds * 1_000_000)
  }

  private static func file(_ number: Int64 = 1, mode: UInt32 = 0o100_644) -> HostEntry {
    .file(
      FileSignature(
        device: 1, inode: 1, size: 10, mtime: number * 1_000_000_000, ctime: number, mode: mode))
  }

  private static func content(_ digit: Character) -> Fingerprint {
    guard let fingerprint = Fingerprint(hex: String(repeating: digit, count: 64)) else {
      preconditionFailure("not hexadecimal")
    }
    return fingerprint
  }

  /// Looks at everything that waits, and finds there what `tree` says.
  private static func look(
    _ live: inout LiveSync, _ tree: [RepositoryPath: HostEntry]
  ) -> [RepositoryPath] {
    var sent: [RepositoryPath] = []
    while let job = live.takeJob() {
      let entry = tree[job.path] ?? .absent
      if live.found(entry, job, isInput: true) { sent.append(job.path) }
    }
    return sent
  }

  private static func begun() -> LiveSync {
    var journal = SyncJournal()
    journal.begin(container: "c1", known: [], seen: nil)
    var live = LiveSync(journal: journal)
    live.begin([("d", .directory(mode: 0o755)), ("d/a", file()), ("d/b", file())])
    return live
  }

  @Test func whatIsThereAlreadyIsNotSent() {
    var live = Self.begun()
    live.connected(to: "c1", content: nil, isSameRun: false, roots: [], at: Self.at(0))
    #expect(!live.hasJobs)
    live.noteEverything(["d"], at: Self.at(1))
    #expect(
      Self.look(&live, ["d": .directory(mode: 0o755), "d/a": Self.file(), "d/b": Self.file(2)])
        == ["d/b"])
  }

  @Test func aWrittenFileIsSentEvenIfItLooksTheSame() {
    var live = Self.begun()
    live.note("d/a", .final, isDirectory: false, at: Self.at(1))
    #expect(Self.look(&live, ["d/a": Self.file()]) == ["d/a"])
    #expect(live.journal.drift == ["d/a"])
  }

  @Test func attributesCountOnlyAsPermissions() {
    var live = Self.begun()
    live.note("d/a", .attributes, isDirectory: false, at: Self.at(1))
    #expect(Self.look(&live, ["d/a": Self.file(5)]) == [])
    live.note("d/a", .attributes, isDirectory: false, at: Self.at(1))
    #expect(Self.look(&live, ["d/a": Self.file(6, mode: 0o100_755)]) == ["d/a"])
  }

  @Test func whatCameAndWentIsNotSent() {
    var live = Self.begun()
    live.note("d/tmp", .final, isDirectory: false, at: Self.at(1))
    #expect(Self.look(&live, [:]) == [])
    live.note("d/a", .final, isDirectory: false, at: Self.at(1))
    #expect(Self.look(&live, [:]) == ["d/a"])
    // It is gone from the container now.
    live.noteEverything(["d"], at: Self.at(2))
    #expect(!Self.look(&live, ["d": .directory(mode: 0o755), "d/b": Self.file()]).contains("d/a"))
  }

  @Test func aDirectoryThatWentTakesAllWithIt() {
    var live = Self.begun()
    live.note("d", .final, isDirectory: true, at: Self.at(1))
    #expect(Self.look(&live, [:]).first == "d")
    live.note("d", .final, isDirectory: true, at: Self.at(2))
    // What replaced it is reported path by path; what it held before is looked at.
    var other = Self.begun()
    other.note("d", .final, isDirectory: true, at: Self.at(1))
    let sent = Self.look(&other, ["d": .directory(mode: 0o755), "d/b": Self.file()])
    #expect(sent == ["d/a"])
  }

  @Test func aFileThatIsBeingWrittenIsWaitedFor() throws {
    var live = Self.begun()
    live.note("d/a", .provisional, isDirectory: false, at: Self.at(0))
    #expect(!live.hasJobs)
    #expect(live.deadline == Self.at(10))
    live.tick(at: Self.at(10))
    let taken = live.takeJob()
    let job = try #require(taken)
    let waits = live.isBeingWritten(job, size: 5, at: Self.at(10))
    #expect(waits)
    #expect(live.deadline == Self.at(30))
    // The writer goes on, and closes.
    live.note("d/a", .provisional, isDirectory: false, at: Self.at(20))
    live.note("d/a", .final, isDirectory: false, at: Self.at(25))
    #expect(live.deadline == nil)
    #expect(Self.look(&live, ["d/a": Self.file(2)]) == ["d/a"])
  }

  @Test func aProvisionalChangeHoldsBackAFinalOne() {
    var live = Self.begun()
    live.note("d/a", .final, isDirectory: false, at: Self.at(0))
    live.note("d/a", .provisional, isDirectory: false, at: Self.at(1))
    #expect(Self.look(&live, ["d/a": Self.file(2)]) == [])
    live.tick(at: Self.at(11))
    #expect(Self.look(&live, ["d/a": Self.file(2)]) == ["d/a"])
  }

  @Test(arguments: [(Int64(5), false), (0, true)])
  func patienceEndsUnlessTheFileIsEmpty(size: Int64, waits: Bool) throws {
    var live = Self.begun()
    live.note("d/a", .provisional, isDirectory: false, at: Self.at(0))
    var time: Int64 = 0
    while time < 2000 {
      time = try #require(live.deadline).nanoseconds / 1_000_000
      live.tick(at: Self.at(time))
      let taken = live.takeJob()
      let job = try #require(taken)
      if !live.isBeingWritten(job, size: size, at: Self.at(time)) { break }
    }
    #expect((live.deadline != nil) == waits)
    #expect(time >= 2000)
  }

  @Test func whatFailedIsTriedAgainWithTheNextSave() {
    var live = Self.begun()
    live.note("d/a", .final, isDirectory: false, at: Self.at(0))
    _ = Self.look(&live, ["d/a": Self.file(2)])
    live.failed(["d/a"])
    #expect(!live.hasJobs)
    live.note("d/b", .final, isDirectory: false, at: Self.at(1))
    #expect(
      Set(Self.look(&live, ["d/a": Self.file(2), "d/b": Self.file(2)])) == ["d/a", "d/b"])
  }

  @Test func whatGotNoAnswerIsSentAgain() {
    var live = Self.begun()
    live.note("d/a", .final, isDirectory: false, at: Self.at(0))
    _ = Self.look(&live, ["d/a": Self.file(2)])
    live.lost(["d/a"], at: Self.at(1))
    live.connected(to: "c1", content: nil, isSameRun: true, roots: [], at: Self.at(2))
    #expect(Self.look(&live, ["d/a": Self.file(2)]) == ["d/a"])
  }

  // MARK: Replay

  @Test func anotherRunOfTheContainerGetsWhatItsImageLacks() {
    var live = Self.begun()
    live.note("d/a", .final, isDirectory: false, at: Self.at(0))
    _ = Self.look(&live, ["d/a": Self.file(2)])
    live.connected(to: "c1", content: nil, isSameRun: true, roots: [], at: Self.at(1))
    #expect(!live.hasJobs)
    live.connected(to: "c1", content: nil, isSameRun: false, roots: [], at: Self.at(2))
    let job = live.takeJob()
    #expect(job?.path == "d/a")
    #expect(job?.isReplay == true)
  }

  @Test func aContainerOfTheNewImageGetsOnlyWhatCameLater() {
    var live = Self.begun()
    let tree: [RepositoryPath: HostEntry] = [
      "d/a": Self.file(2), "d/b": Self.file(2, mode: 0o100_600),
    ]
    live.note("d/a", .final, isDirectory: false, at: Self.at(0))
    live.note("d/b", .final, isDirectory: false, at: Self.at(0))
    _ = Self.look(&live, tree)
    live.scanBegan()
    live.note("d/c", .final, isDirectory: false, at: Self.at(1))
    live.scanned(Self.content("1"))
    _ = Self.look(&live, ["d/c": Self.file(3)])
    live.connected(
      to: "c2", content: Self.content("1"), isSameRun: false, roots: [], at: Self.at(2))
    // The fingerprint does not tell permissions other than the executable bit.
    #expect(
      Self.look(&live, tree.merging(["d/c": Self.file(3)]) { $1 }) == ["d/b", "d/c"])
    #expect(live.journal.drift == ["d/c"])
    #expect(live.isKnown(Self.content("1")))
    #expect(!live.isKnown(Self.content("2")))
  }

  @Test func whatWasDeletedIsDeletedFromTheNextContainerToo() {
    var live = Self.begun()
    live.scanBegan()
    live.scanned(Self.content("1"))
    live.note("d/a", .final, isDirectory: false, at: Self.at(1))
    _ = Self.look(&live, [:])
    live.connected(
      to: "c2", content: Self.content("1"), isSameRun: false, roots: [], at: Self.at(2))
    #expect(Self.look(&live, [:]) == ["d/a"])
  }

  @Test func anOlderImageIsNotTrusted() {
    var live = Self.begun()
    live.scanBegan()
    live.scanned(Self.content("1"))
    live.note("d/a", .final, isDirectory: false, at: Self.at(1))
    _ = Self.look(&live, ["d/a": Self.file(2)])
    live.scanBegan()
    live.scanned(Self.content("2"))
    live.connected(
      to: "c2", content: Self.content("2"), isSameRun: false, roots: [], at: Self.at(2))
    #expect(live.journal.isEmpty)
    // The journal has forgotten what the first image lacks.
    #expect(!live.isKnown(Self.content("1")))
  }

  @Test func withoutAJournalEverythingIsSent() {
    var live = LiveSync(journal: SyncJournal(file: Array("zz\0".utf8)))
    live.begin([("d/a", Self.file())])
    live.connected(to: "c1", content: nil, isSameRun: false, roots: ["d"], at: Self.at(0))
    let tree: [RepositoryPath: HostEntry] = ["d": .directory(mode: 0o755), "d/a": Self.file()]
    #expect(Self.look(&live, tree).contains("d/a"))
  }
}
