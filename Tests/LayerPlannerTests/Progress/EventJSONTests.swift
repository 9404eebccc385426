import Foundation
import LayerPlanner
import Testing

struct EventJSONTests {
  private func line(_ event: Event) -> String { EventJSON.line(event, time: "T") }

  @Test func writesTheContract() {
    let path: RepositoryPath = "a b"
    let head = "{\"event\":"
    #expect(line(.ready) == head + "\"ready\",\"time\":\"T\"}")
    #expect(
      line(.changed(paths: [path])) == head + "\"changed\",\"time\":\"T\",\"paths\":[\"a b\"]}")
    #expect(
      line(
        .planned([
          PlannedLayer(layer: "t", cause: .changed(path: path, pattern: "a*")),
          PlannedLayer(layer: "u", cause: .parent("t")),
          PlannedLayer(layer: "v", cause: .stale),
        ])) == head + "\"planned\",\"time\":\"T\",\"build\":[\"t\",\"u\",\"v\"],\"cause\":{"
        + "\"t\":{\"kind\":\"changed\",\"path\":\"a b\",\"pattern\":\"a*\"},"
        + "\"u\":{\"kind\":\"parent\",\"layer\":\"t\"},\"v\":{\"kind\":\"stale\"}}}")
    #expect(
      line(.buildFinished(layer: "t", image: "sha256:1", seconds: 0.28349, result: .cutOff))
        == head + "\"build-finished\",\"time\":\"T\",\"layer\":\"t\",\"image\":\"sha256:1\","
        + "\"seconds\":0.283,\"result\":\"cut-off\"}")
  }

  @Test(arguments: [
    (Event.buildStarted(layer: "t"), ["layer"]), (.tagged(tags: ["r:a"]), ["tags"]),
    (.synced(paths: ["a"], container: "dev", milliseconds: 1.5), ["milliseconds", "paths"]),
    (.restarted(container: "c", seconds: .nan), ["container", "seconds"]),
    (.rolledBack(container: "c", reason: "r"), ["container", "reason"]),
    (.rescan(reason: "r\n\u{1}"), ["reason"]), (.warning(message: "\"\\\t\r"), ["message"]),
    (.idle, []),
    (.planned([PlannedLayer(layer: "a", cause: .missing)]), ["build", "cause"]),
    (.planned([PlannedLayer(layer: "a", cause: .unfinished)]), ["build", "cause"]),
    (.planned([PlannedLayer(layer: "a", cause: .configuration)]), ["build", "cause"]),
    (.planned([PlannedLayer(layer: "a", cause: .requested)]), ["build", "cause"]),
  ])
  func everyEventIsOneObjectALine(event: Event, keys: [String]) throws {
    let text = line(event)
    #expect(!text.contains("\n"))
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let members = try #require(object as? [String: Any])
    #expect(members.keys.sorted() == (keys + ["event", "time"]).sorted())
  }

  @Test func bytesThatAreNotTextSurvive() {
    #expect(JSONText.string([0x61, 0xFF, 0xC3, 0xA9, 0xC3]) == "\"a\\udcffé\\udcc3\"")
    #expect(JSONText.string(Array("é".utf8)) == "\"é\"")
  }

  @Test(arguments: [
    (Int64(0), Int64(0), "1970-01-01T00:00:00.000Z"),
    (951_782_400, 999_999_999, "2000-02-29T00:00:00.999Z"),
    (1_770_091_506, 789_000_000, "2026-02-03T04:05:06.789Z"),
    (-1, 0, "1969-12-31T23:59:59.000Z"), (4_107_542_399, 0, "2100-02-28T23:59:59.000Z"),
    (4_107_542_400, 0, "2100-03-01T00:00:00.000Z"),
    (-62_135_596_800, 0, "0001-01-01T00:00:00.000Z"),
  ])
  func writesTime(seconds: Int64, nanoseconds: Int64, text: String) {
    #expect(Timestamp.rfc3339(seconds: seconds, nanoseconds: nanoseconds) == text)
  }
}
