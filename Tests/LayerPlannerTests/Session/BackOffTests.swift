import Testing

@testable import LayerPlanner

@Suite struct BackOffTests {
  @Test func doublesUpToItsBoundAndStartsOver() {
    let settings = Session.Settings()
    var backOff = BackOff()
    let now = Instant(nanoseconds: 0)
    #expect(backOff.allows(now))
    var waits: [Int64] = []
    for _ in 0..<7 {
      backOff.failed(at: now, settings)
      waits.append((backOff.notBefore?.nanoseconds ?? -1) / 1_000_000_000)
    }
    #expect(waits == [1, 2, 4, 8, 16, 30, 30])
    #expect(!backOff.allows(now.advanced(by: .seconds(29))))
    #expect(backOff.allows(now.advanced(by: .seconds(30))))
    backOff.succeeded()
    #expect(backOff.allows(now))
    backOff.failed(at: now, settings)
    #expect(backOff.notBefore == now.advanced(by: .seconds(1)))
  }
}
