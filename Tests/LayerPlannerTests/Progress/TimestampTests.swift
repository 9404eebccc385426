import LayerPlanner
import Testing

struct TimestampTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2026-02-03T04:05:06.789Z", 1_770_091_506),
    ("2026-02-03T06:05:06+02:00", 1_770_091_506), ("2026-02-03T00:05:06.1-04:00", 1_770_091_506),
    ("2000-02-29T23:59:59Z", 951_868_799), ("1969-12-31T23:59:59Z", -1),
    ("0001-01-01T00:00:00Z", -62_135_596_800),
  ])
  func readsRFC3339(text: String, seconds: Int64) {
    #expect(Timestamp.seconds(rfc3339: text) == seconds)
    let written = Timestamp.rfc3339(seconds: seconds, nanoseconds: 0)
    #expect(Timestamp.seconds(rfc3339: written) == seconds)
  }

  @Test(arguments: [
    "", "2026", "2026-13-01T00:00:00Z", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00",
    "2026-01-01T00:00:00+0200", "yesterday at noon, about", "2026-01-01T00:00:xxZ",
  ])
  func refusesOtherTexts(text: String) { #expect(Timestamp.seconds(rfc3339: text) == nil) }
}
