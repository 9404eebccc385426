import LayerPlanner
import Testing

/// A chain of base and app, and an engine that holds what each test says.
struct StatusReportTests {
  private static let configuration = """
    [image]
      repository = r/app
    [layer "base"]
      dockerfile = Dockerfile.base
      stable = base-stable
    [layer "app"]
      dockerfile = Dockerfile
      parent = base
      parent-argument = BASE
      stable = latest
    [container]
      name = dev
    """

  /// What a stable tag points to.
  private struct Held {
    var id = "sha256:1"
    var layers = "l1,"
    var recipe = "aa"
    /// What it was built on: the line of the image below at that time.
    var base: ImageFacts?
    var layer = "base"

    var facts: ImageFacts? {
      var labels = ["\"sindri.layer\"=\"\(layer)\""]
      if !recipe.isEmpty { labels.append("\"sindri.recipe\"=\"\(hex(recipe))\"") }
      if let base = base?.image.identity { labels.append("\"sindri.base\"=\"\(base)\"") }
      return ImageFacts(line: ImageFactsTests.line(id: id, layers: layers, labels: labels))
    }
  }

  private static func hex(_ digits: String) -> String { String(repeating: digits, count: 32) }

  private static func report(
    base: Held?, app: Held?, container: String? = nil, problems: [LayerName: String] = [:],
    changes: [StatusReport.Change] = []
  ) throws -> StatusReport {
    let source = ConfigurationSource.file(
      name: Array("c".utf8), content: Array(Self.configuration.utf8))
    let configuration = try Configuration.load(sources: [source]).get()
    let names = configuration.imageNames(repository: "r/app")
    var lines: [String] = []
    var facts: [String: ImageFacts] = [:]
    for (tag, held) in [("base-stable", base), ("latest", app)] {
      guard let held else { continue }
      lines.append("r/app\t\(tag)\t\(held.id)\t1 day ago\t1MB")
      facts[held.id] = held.facts
    }
    var recipes: [LayerName: Fingerprint] = [:]
    for (layer, digits) in [("base", "aa"), ("app", "bb")] where problems[LayerName(layer)] == nil {
      recipes[LayerName(layer)] = Fingerprint(hex: hex(digits))
    }
    let scan = Scan(id: 0, fingerprints: [:], problems: problems, recipes: recipes)
    let state = EngineState(
      images: ImageList(output: lines.joined(separator: "\n"), names: names), facts: facts,
      container: container.flatMap(ContainerState.init(line:)))
    return StatusReport(
      configuration: configuration, scan: scan, state: state, now: 1_767_323_945
    ) { layer, since in
      layer == "base" ? changes.filter { $0.time > since } : []
    }
  }

  private static let base = Held()
  private static var app: Held {
    Held(id: "sha256:2", layers: "l1,l2,", recipe: "bb", base: base.facts, layer: "app")
  }

  @Test func everythingIsCurrent() throws {
    let running = "id\tsha256:2\trunning\t/r\tapp\t\(Self.hex("cd"))\t/dev\t0\tfalse\t\"T\""
    let report = try Self.report(base: Self.base, app: Self.app, container: running)
    #expect(report.isTrue)
    #expect(
      report.text(watcher: .running(pid: 12, doing: "idle for 3 s\nlast failure  base, 9 s ago"))
        .hasSuffix(
          """
          watcher    running, process 12
                     idle for 3 s
                     last failure  base, 9 s ago

          """))
    #expect(
      report.text(watcher: .died(lastSeen: 0)).contains("watcher    died; it was last seen "))
    #expect(
      report.json(watcher: .died(lastSeen: 0)).contains(#""died":"1970-01-01T00:00:00.000Z""#))
    #expect(report.text(watcher: .absent).contains("dev: running, on the image of latest"))
    #expect(
      report.json(watcher: .absent).hasSuffix(
        "\"watcher\":null,\"doing\":null,\"died\":null,\"true\":true}"))
    #expect(try Self.report(base: Self.base, app: Self.app).isTrue)
  }

  @Test func aStaleBaseIsNamedWithItsFiles() throws {
    let changes = ["a", "b", "c", "d"].map {
      StatusReport.Change(path: RepositoryPath($0), time: 1_767_323_345)
    }
    var base = Self.base
    base.recipe = "cc"
    let report = try Self.report(base: base, app: Self.app, changes: changes)
    #expect(!report.isTrue)
    let text = report.text(watcher: .absent)
    #expect(text.contains("stale: a (10 min ago), b (10 min ago), c (10 min ago) and 1 more"))
    #expect(text.contains("stale: base, which it stands on, is not current"))
    #expect(report.json(watcher: .absent).contains("\"changed\":[\"a\",\"b\",\"c\",\"d\"]"))
    let unnamed = try Self.report(base: base, app: Self.app).text(watcher: .absent)
    #expect(unnamed.contains("stale: its inputs are not those"))
  }

  @Test func aChildOnAnOlderParentIsNamed() throws {
    var base = Self.base
    base.layers = "l1,l9,"
    let report = try Self.report(base: base, app: Self.app)
    #expect(!report.isTrue)
    #expect(report.text(watcher: .running(pid: 0, doing: nil)).contains("stands on an older base"))
    #expect(report.json(watcher: .absent).contains("\"state\":\"untrue\""))
  }

  /// What somebody built by hand has inherited the labels of the image below.
  @Test func aForeignImageIsJudgedByItsRootFileSystem() throws {
    var app = Self.app
    app.layer = "base"
    let unknown = try Self.report(base: Self.base, app: app)
    #expect(unknown.text(watcher: .absent).contains("unknown: not built by sindri-watch"))
    app.layers = "l0,l2,"
    let older = try Self.report(base: Self.base, app: app)
    #expect(older.text(watcher: .absent).contains("stands on an older base"))
    app.layer = "app"
    app.recipe = ""
    #expect(try !Self.report(base: Self.base, app: app).isTrue)
  }

  @Test func aMissingTagIsNamed() throws {
    let report = try Self.report(base: nil, app: Self.app)
    #expect(!report.isTrue)
    #expect(report.text(watcher: .absent).contains("missing: run 'sindri-watch sync'"))
  }

  @Test(arguments: [
    (
      "id\tsha256:9\trunning\t/r\tapp\t\t/dev\t0\tfalse\t\"T\"",
      "running, on another image than latest", false
    ),
    (
      "id\tsha256:9\texited\t/r\tapp\t\t/dev\t0\tfalse\t\"T\"",
      "exited, on another image than latest", true
    ),
    ("id\tsha256:9\trunning\t\t\t\t/dev\t0\tfalse\t\"T\"", "not made by sindri-watch", true),
  ])
  func aContainerIsHeldAgainstItsTag(line: String, words: String, isTrue: Bool) throws {
    let report = try Self.report(base: Self.base, app: Self.app, container: line)
    #expect(report.isTrue == isTrue)
    #expect(report.text(watcher: .absent).contains(words))
  }

  @Test func aTreeThatCannotBeBuiltIsNamed() throws {
    let report = try Self.report(
      base: Self.base, app: Self.app, problems: ["base": "no file"])
    #expect(report.text(watcher: .absent).contains("cannot be built: no file"))
    #expect(
      report.json(watcher: .running(pid: 1, doing: nil)).contains("\"state\":\"unbuildable\""))
  }
}
