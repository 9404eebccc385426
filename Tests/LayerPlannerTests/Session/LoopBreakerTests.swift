import Testing

@testable import LayerPlanner

/// Which changes count as an answer to a build, and how long they are held back.
@Suite struct LoopBreakerTests {
  private func at(_ milliseconds: Int64) -> Instant {
    Instant(nanoseconds: milliseconds * 1_000_000)
  }

  /// A breaker that has seen `count` builds, each answered 100 ms after its end, 3 s apart.
  private func answered(_ count: Int, limit: Int = 5) -> LoopBreaker {
    var settings = Session.Settings()
    settings.loopLimit = limit
    var breaker = LoopBreaker(settings: settings)
    for build in 1...count {
      breaker.noteWork(at: at(Int64(build) * 3000))
      _ = breaker.note("gen", builds: build, at: at(Int64(build) * 3000 + 100))
    }
    return breaker
  }

  @Test func theFifthAnswerInARowIsHeldBack() {
    var breaker = answered(4)
    breaker.noteWork(at: at(15_000))
    let hold = breaker.note("gen", builds: 5, at: at(15_100))
    #expect(
      hold
        == LoopBreaker.Hold(until: at(25_100), quiet: .seconds(10), count: 5, isNew: true))
  }

  @Test func severalWritesAfterOneBuildAreOneAnswer() {
    var breaker = answered(4)
    for time in [12_200, 12_300, 12_900] as [Int64] {
      #expect(breaker.note("gen", builds: 4, at: at(time)) == nil)
    }
  }

  @Test func whatIsHeldBackIsWaitedForSinceItsLastWrite() {
    var breaker = answered(5)
    let hold = breaker.note("gen", builds: 5, at: at(18_000))
    #expect(hold?.until == at(28_000))
    #expect(hold?.isNew == false)
  }

  @Test func aSaveByAPersonEndsTheRow() {
    var breaker = answered(4)
    breaker.noteWork(at: at(15_000))
    #expect(breaker.note("gen", builds: 5, at: at(16_001)) == nil)
    breaker.noteWork(at: at(18_000))
    #expect(breaker.note("gen", builds: 6, at: at(18_100)) == nil)
  }

  @Test func anotherFileHasARowOfItsOwn() {
    var breaker = answered(4)
    breaker.noteWork(at: at(15_000))
    #expect(breaker.note("other", builds: 5, at: at(15_100)) == nil)
  }

  @Test func eachFurtherAnswerDoublesTheWaitUpToALimit() {
    var breaker = answered(5)
    var quiet: [Duration] = []
    for build in 6...13 {
      let time = Int64(build) * 1_000_000
      breaker.noteWork(at: at(time))
      let hold = breaker.note("gen", builds: build, at: at(time + 1))
      if let hold { quiet.append(hold.quiet) }
    }
    #expect(quiet == [20, 40, 80, 160, 320, 640, 640, 640].map { .seconds($0) })
  }

  @Test func nothingIsHeldBackWithALimitOfZeroOrAfterAReset() {
    var off = answered(9, limit: 0)
    off.noteWork(at: at(30_000))
    #expect(off.note("gen", builds: 10, at: at(30_001)) == nil)
    var breaker = answered(9)
    breaker.reset()
    breaker.noteWork(at: at(30_000))
    #expect(breaker.note("gen", builds: 10, at: at(30_001)) == nil)
  }

  @Test func aCheckoutDuringABuildIsForgotten() {
    var breaker = LoopBreaker(settings: Session.Settings())
    breaker.noteWork(at: at(0))
    for number in 0..<10_000 {
      let path = RepositoryPath(bytes: Array("file\(number)".utf8))
      #expect(breaker.note(path, builds: 1, at: at(1)) == nil)
    }
  }
}
