import LayerPlanner
import Testing

/// What the lines at the foot of the terminal say.
@Suite struct LiveRegionTests {
  private typealias Script = SessionScript

  private func at(_ seconds: Double) -> Instant {
    Instant(nanoseconds: Int64(seconds * 1e9))
  }

  private static let small = LiveRegion.Screen(
    columns: 80, rows: 24, charset: .unicode, isColored: false)
  private static let large = LiveRegion.Screen(
    columns: 200, rows: 50, charset: .unicode, isColored: false)

  private func region(container: String? = "sindri-dev") -> LiveRegion {
    LiveRegion(
      layers: [("base", "base-stable"), ("tooling", nil), ("application", "latest")],
      container: container)
  }

  /// Tooling is being built for 12.34 s, and usually takes 24.
  private func building() -> LiveRegion {
    var region = region()
    region.note(usual: ["tooling": 24])
    region.take(.idle, clock: "14:00:00", at: at(0))
    region.take(
      .planned([
        PlannedLayer(
          layer: "tooling", cause: .changed(path: "docker/install.sh", pattern: "docker/**")),
        PlannedLayer(layer: "application", cause: .parent("tooling")),
      ]), clock: "14:00:01", at: at(1))
    region.take(.buildStarted(layer: "tooling"), clock: "14:00:01", at: at(1))
    region.step = BuildStep(number: 2, total: 4, name: "RUN docker/install.sh --all")
    region.activity = .working
    return region
  }

  private func text(
    _ region: LiveRegion, _ screen: LiveRegion.Screen = Self.small, at seconds: Double = 13.34
  ) -> String {
    region.lines(on: screen, at: at(seconds)).map(\.text).joined(separator: "\n")
  }

  @Test func aBuildAt80Columns() {
    #expect(
      text(building()) == """
        ───────────────────────────────────────────────────────────────────────────────
        base         current   base-stable
        tooling      building  ██████░░░░░░  12.3 s of 24.0 s  step 2/4  docker/instal…
        application  to build  stands on tooling
        container    not known yet  sindri-dev
        working  b build  r restart  p pause  l log  e error  ? help  q quit
        """)
  }

  @Test func aBuildAt200Columns() {
    let lines = text(building(), Self.large).split(separator: "\n")
    #expect(
      lines[2]
        == "tooling      building  ████████████░░░░░░░░░░░░  12.3 s of 24.0 s  step 2/4  "
        + "docker/install.sh (docker/**)  RUN docker/install.sh --all")
  }

  @Test func aBuildInASCII() {
    var screen = Self.small
    screen.charset = .ascii
    #expect(
      text(building(), screen) == """
        -------------------------------------------------------------------------------
        base         current   base-stable
        tooling      building  [#####.....]  12.3 s of 24.0 s  step 2/4  docker/instal~
        application  to build  stands on tooling
        container    not known yet  sindri-dev
        working  b build  r restart  p pause  l log  e error  ? help  q quit
        """)
  }

  @Test func coloursAreAddedAndTakeNoRoom() {
    var screen = Self.small
    screen.isColored = true
    let lines = building().lines(on: screen, at: at(13.34))
    #expect(lines[2].text.hasPrefix("tooling      \u{1B}[33mbuilding  \u{1B}[0m██████"))
    #expect(lines.map(\.columns) == building().lines(on: Self.small, at: at(13.34)).map(\.columns))
  }

  @Test func aFirstBuildHasNoBar() {
    var region = building()
    region.note(usual: [:])
    #expect(text(region).contains("tooling      building  12.3 s  step 2/4  docker/install.sh"))
  }

  @Test func aFailureNamesItsStepAndTheKey() {
    var region = building()
    region.take(
      .buildFinished(layer: "tooling", image: "", seconds: 2, result: .failed), clock: "14:00:03",
      at: at(3))
    #expect(
      text(region).contains(
        "tooling      failed    step 2/4 RUN docker/install.sh --all  e shows all"))
    #expect(!region.isMoving)
  }

  @Test func atRestEachTagHasItsTime() {
    var region = building()
    region.note(tagged: ["base": "2026-01-01", "tooling": "2026-01-01"])
    region.take(
      .buildFinished(layer: "tooling", image: "", seconds: 2, result: .built), clock: "14:00:03",
      at: at(3))
    region.take(
      .buildFinished(layer: "application", image: "", seconds: 0, result: .cutOff),
      clock: "14:00:03", at: at(3))
    region.take(.tagged(tags: ["example.org/x:latest"]), clock: "14:00:04", at: at(4))
    region.take(.restarted(container: "sindri-dev", seconds: 1), clock: "14:00:05", at: at(5))
    region.take(
      .synced(paths: ["docker/x.sh"], container: "dev", milliseconds: 2.4), clock: "14:00:05",
      at: at(5))
    region.take(.idle, clock: "14:00:05", at: at(5))
    #expect(
      text(region).split(separator: "\n").dropFirst().joined(separator: "\n")
        == """
        base         current   base-stable  since 2026-01-01
        tooling      current
        application  current   latest  since 14:00:04
        container    running since 14:00:05  sindri-dev  synced docker/x.sh in 2 ms at…
        idle 14:00:05  b build  r restart  p pause  l log  e error  ? help  q quit
        """.replacingLine(1, with: "tooling      current   "))
  }

  @Test func theSessionSaysWhatWaitsAndWhatTheContainerIs() {
    var settings = Session.Settings()
    settings.confirmAbove = .seconds(60)
    var script = Script.atRest()
    _ = script.send(.reconfigured(Script.tree(["", "base", "tooling"]), settings), at: 10)
    _ = script.send(.tick, at: 20)
    _ = script.send(.scanned(Scan(id: 2, fingerprints: Script.wants(1, 2, 3))), at: 21)
    _ = script.send(.images(.inventory(Script.has([1], [2], [3]))), at: 22)
    _ = script.send(.costs(["tooling": .seconds(90)]), at: 30)
    _ = script.save("tooling", wants: Script.wants(1, 12, 13), scan: 3, at: 5000)
    var region = region()
    region.take(.idle, clock: "14:00:00", at: at(0))
    region.take(script.session, at: at(6))
    #expect(
      text(region).contains("tooling      waits     takes 1 min 30 s: after the edits, or b"))
    #expect(text(region).contains("container    running  sindri-dev"))
    #expect(text(region).contains("\nwaiting  b build"))
    _ = script.send(.paused(true), at: 7000)
    region.take(script.session, at: at(7))
    #expect(text(region).contains("\npaused: p goes on  b build"))
  }

  @Test func whatGoesOnIsShownWhenThereIsNoRoom() {
    let names: [(name: LayerName, stable: String?)] = (0..<20).map {
      (LayerName("layer\($0)"), nil)
    }
    var region = LiveRegion(layers: names, container: "c")
    region.take(.idle, clock: "14:00:00", at: at(0))
    region.take(.buildStarted(layer: "layer17"), clock: "14:00:01", at: at(1))
    let lines = text(region).split(separator: "\n")
    #expect(lines.count == 13)
    #expect(lines[11].hasPrefix("layer17  building") || lines[11].hasPrefix("layer17    building"))
    #expect(lines[12].contains("  8 more  "))
    var low = Self.small
    low.rows = 4
    #expect(
      text(region, low).split(separator: "\n").map { $0.prefix(7) } == [
        "layer0 ", "layer17", "idle 14",
      ])
    low.rows = 1
    #expect(region.lines(on: low, at: at(2)).count == 1)
  }

  @Test(arguments: [1, 2, 5, 10, 20, 40, 79, 80, 81, 200])
  func noLineIsAsWideAsTheScreen(columns: Int) {
    var region = LiveRegion(
      layers: [("日本語の名前が長いレイヤー", "日本"), ("🚀🚀🚀", nil), ("a\u{1B}[2J", "x")],
      container: "c\n🚀")
    region.note(usual: ["🚀🚀🚀": 2])
    region.take(
      .planned([PlannedLayer(layer: "🚀🚀🚀", cause: .changed(path: "ä/日\u{7}", pattern: "**"))]),
      clock: "14:00:00", at: at(0))
    region.take(.buildStarted(layer: "🚀🚀🚀"), clock: "14:00:00", at: at(0))
    for charset in [Charset.unicode, .ascii] {
      let screen = LiveRegion.Screen(
        columns: columns, rows: 24, charset: charset, isColored: false)
      for line in region.lines(on: screen, at: at(1)) {
        #expect(line.columns < max(columns, 2), "\(line)")
        #expect(line.columns == TextWidth.of(line.text))
        #expect(line.text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
        if charset == .ascii { #expect(line.text.utf8.allSatisfy { $0 < 0x80 }) }
      }
    }
  }

  @Test func anotherConfigurationKeepsWhatIsKnown() {
    var region = building()
    region.replace(layers: [("tooling", "t"), ("new", nil)], container: nil)
    #expect(region.isMoving)
    #expect(text(region).contains("new                not compared yet"))
    #expect(text(region).contains("tooling  building"))
    #expect(!text(region).contains("container"))
  }
}

extension String {
  /// This text with another line `number`, from 0.
  fileprivate func replacingLine(_ number: Int, with line: String) -> String {
    var lines = split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines[number] = line
    return lines.joined(separator: "\n")
  }
}
