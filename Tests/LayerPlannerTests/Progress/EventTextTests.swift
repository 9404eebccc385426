import LayerPlanner
import Testing

struct EventTextTests {
  private let plain = EventText(layers: ["base", "tooling", "application"], isColored: false)

  private func lines(_ event: Event) -> [String] { plain.lines(event, clock: "14:02:11") }

  @Test func saysWhatHappenedAndWhy() {
    let path: RepositoryPath = "docker/lib/x.sh"
    #expect(lines(.changed(paths: [path])) == ["14:02:11  changed    docker/lib/x.sh"])
    #expect(
      lines(
        .planned([
          PlannedLayer(layer: "tooling", cause: .changed(path: path, pattern: "docker/lib/**")),
          PlannedLayer(layer: "application", cause: .parent("tooling")),
        ])) == [
          "14:02:11  build      tooling      docker/lib/x.sh (docker/lib/**)",
          "                     application  stands on tooling",
          "          keep       base  nothing that it reads has changed",
        ])
    #expect(lines(.buildStarted(layer: "base")).isEmpty)
    #expect(
      lines(
        .buildFinished(layer: "base", image: "sha256:0123456789abcdef", seconds: 0, result: .reused)
      ) == ["14:02:11  reused     base  built before: 0123456789ab"])
    #expect(
      lines(.tagged(tags: ["r.example:5000/a:base-stable", "r.example:5000/a:latest"]))
        == ["14:02:11  tagged     base-stable, latest"])
    #expect(
      lines(.restarted(container: "dev", seconds: 0.349)) == ["14:02:11  restarted  dev  0.35 s"])
    #expect(lines(.idle) == ["14:02:11  idle       the images are those of the tree"])
    #expect(
      lines(.warning(message: "one\ntwo"))
        == ["14:02:11  warning    one", "                     two"])
  }

  @Test(arguments: [
    (BuildResult.built, "built      base  1.50 s"), (.failed, "failed     base  1.50 s"),
    (.cancelled, "cancelled  base  1.50 s"),
    (.cutOff, "cut off    base  nothing that it stands on is different"),
  ])
  func saysHowABuildEnded(result: BuildResult, text: String) {
    let event = Event.buildFinished(layer: "base", image: "", seconds: 1.5, result: result)
    #expect(lines(event) == ["14:02:11  " + text])
  }

  @Test(arguments: [
    (Cause.stale, "the tree is not what the image was built from"),
    (.missing, "there is no image of it"), (.unfinished, "its last build came to nothing"),
    (.configuration, "its configuration changed"), (.requested, "asked for"),
    (.changed(path: "Dockerfile", pattern: "Dockerfile"), "Dockerfile"),
  ])
  func namesEveryCause(cause: Cause, text: String) {
    let one = EventText(layers: ["base"], isColored: false)
    let planned = Event.planned([PlannedLayer(layer: "base", cause: cause)])
    #expect(one.lines(planned, clock: "") == ["  build      base  \(text)"])
  }

  @Test func listsTheFirstOfManyPaths() {
    let many = (1...3000).map { RepositoryPath("f\($0)") }
    let rows = lines(.changed(paths: many))
    #expect(rows.count == 6)
    #expect(rows.last == "                     and 2995 more")
  }

  @Test func otherEventsHaveALine() {
    #expect(lines(.ready).count == 1)
    #expect(
      lines(.synced(paths: ["a"], container: "dev", milliseconds: 2.5))
        == ["14:02:11  synced     a -> dev  3 ms"])
    #expect(
      lines(.synced(paths: ["a", "b", "c"], container: "dev", milliseconds: 2)).first?
        .hasSuffix("a and 2 more -> dev  2 ms") == true)
    #expect(lines(.rolledBack(container: "c", reason: "r")).first?.hasSuffix("c: r") == true)
    #expect(lines(.rescan(reason: "r")) == ["14:02:11  rescan     r"])
  }

  @Test func coloursOnlyWhenAsked() {
    let colored = EventText(layers: [], isColored: true)
    #expect(colored.lines(.idle, clock: "1").first?.contains("\u{1B}[2m") == true)
    #expect(!lines(.idle).joined().contains("\u{1B}"))
    #expect(colored.paint("x", nil) == "x")
  }

  @Test(arguments: [
    (0, "0.00 s"), (0.284, "0.28 s"), (9.999, "10.00 s"), (12.34, "12.3 s"), (59.94, "59.9 s"),
    (125, "2 min 05 s"), (3720, "1 h 02 min"), (-1, "?"), (Double.infinity, "?"),
  ])
  func printsDurations(seconds: Double, text: String) {
    #expect(EventText.duration(seconds) == text)
  }

  @Test func measuresWidth() {
    #expect(TextWidth.of("abc") == 3)
    #expect(TextWidth.of("日本") == 4)
    #expect(TextWidth.of("e\u{301}") == 1)
    #expect(TextWidth.of("\u{301}") == 0)
    #expect(TextWidth.cut("日本語", to: 5) == "日本…")
    #expect(TextWidth.cut("abc", to: 3) == "abc")
    #expect(TextWidth.cut("abc", to: 0) == "")
    #expect(TextWidth.padded("日", to: 4) == "日  ")
  }
}
