import LayerPlanner
import Testing

struct BuildRecordTests {
  static func record(
    _ layer: LayerName = "base", _ result: BuildResult = .built, seconds: Double = 1,
    cause: Cause? = .stale, uncached: String = ""
  ) -> BuildRecord {
    BuildRecord(
      time: 1_767_323_045, layer: layer, result: result, milliseconds: Int64(seconds * 1000),
      cachedSteps: 3, runSteps: 2, cause: cause, firstUncached: uncached)
  }

  @Test(arguments: [
    record(), record("app", .cutOff, seconds: 0, cause: .parent("base")),
    record(cause: .changed(path: "a\tb\nc\\d", pattern: "*"), uncached: "2/4 RUN printf 'a\\tb'"),
    record("x", .failed, cause: nil), record("y", .cancelled, cause: .requested),
  ])
  func linesAreReadAsTheyWereWritten(record: BuildRecord) {
    #expect(BuildRecord.parse(Array(record.line.utf8)) == [record])
    #expect(record.line.utf8.filter { $0 == 0x0A }.count == 1)
  }

  /// A crash cuts the last line short; whatever else is there is passed over.
  @Test func damageCostsOnlyTheLinesThatItHits() {
    let good = Self.record().line
    for length in 0..<good.utf8.count {
      let torn = good + String(decoding: good.utf8.prefix(length), as: UTF8.self)
      #expect(BuildRecord.parse(Array(torn.utf8)).count == 1)
      #expect(BuildRecord.parse(Array((torn + "\n" + good).utf8)).count >= 2)
    }
    let garbage: [UInt8] = [0xFF, 0x00, 0x09, 0x0A]
    #expect(BuildRecord.parse(garbage + Array(good.utf8) + garbage).count == 1)
    let other = good.replacing("1\t", with: "2\t", maxReplacements: 1)
    #expect(BuildRecord.parse(Array(other.utf8)).isEmpty)
    #expect(BuildRecord.parse([]).isEmpty)
  }
}
