import Testing

@testable import LayerPlanner

@Suite struct GitGateTests {
  private func at(_ milliseconds: Int64) -> Instant {
    Instant(nanoseconds: milliseconds * 1_000_000)
  }

  private func passes(_ gate: inout GitGate, _ time: Int64, latest: Int64? = nil) -> Bool {
    var stale: String?
    return gate.pass(at: at(time), latestChange: latest.map(at), stale: &stale)
  }

  @Test func isOpenWithoutGit() {
    var gate = GitGate(settings: Session.Settings())
    gate.note(lock: nil, at: at(0))
    #expect(gate.opens(latestChange: nil) == nil)
    #expect(passes(&gate, 0))
  }

  @Test func opensAMomentAfterGitEnds() {
    var gate = GitGate(settings: Session.Settings())
    gate.note(lock: "index.lock", at: at(0))
    #expect(!passes(&gate, 100))
    gate.note(lock: nil, at: at(200))
    #expect(gate.opens(latestChange: nil) == at(250))
    #expect(!passes(&gate, 249))
    gate.note(lock: nil, at: at(249))
    #expect(passes(&gate, 250))
    #expect(gate.opens(latestChange: nil) == nil)
  }

  @Test func closesAgainWhileOpening() {
    var gate = GitGate(settings: Session.Settings())
    gate.note(lock: "index.lock", at: at(0))
    gate.note(lock: nil, at: at(10))
    gate.note(lock: "index.lock", at: at(20))
    #expect(!passes(&gate, 100))
    #expect(gate.opens(latestChange: nil) == at(5020))
  }

  @Test func aLockIsStaleOnlyWhenNothingChangesUnderIt() {
    var gate = GitGate(settings: Session.Settings())
    gate.note(lock: "index.lock", at: at(0))
    gate.note(lock: "rebase-merge", at: at(1000))
    #expect(gate.opens(latestChange: nil) == at(5000))
    #expect(gate.opens(latestChange: at(3000)) == at(8000))
    #expect(!passes(&gate, 7999, latest: 3000))
    var stale: String?
    #expect(gate.pass(at: at(8000), latestChange: at(3000), stale: &stale))
    #expect(stale == "rebase-merge")
  }

  @Test func aStaleLockIsIgnoredUntilItChanges() {
    var gate = GitGate(settings: Session.Settings())
    gate.note(lock: "index.lock", at: at(0))
    #expect(passes(&gate, 5000))
    gate.note(lock: "index.lock", at: at(6000))
    #expect(passes(&gate, 6000, latest: 6000))
    gate.note(lock: "rebase-merge", at: at(7000))
    #expect(!passes(&gate, 7000))
    #expect(passes(&gate, 12_000))
    gate.note(lock: nil, at: at(13_000))
    #expect(passes(&gate, 13_000))
    gate.note(lock: "index.lock", at: at(14_000))
    #expect(!passes(&gate, 14_001))
  }
}
