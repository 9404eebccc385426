import LayerPlanner
import Testing

/// A chain of base, tooling and application; contents 1, 2, 3 and recipes 101, 102, 103.
struct SyncPlanTests {
  private static let order: [LayerName] = ["base", "tooling", "application"]
  private static let names = ImageNames(
    repository: "r/x",
    stableTags: ["base": "base-stable", "tooling": "tooling-stable", "application": "latest"])

  private static func number(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: 64 - digits.count) + digits
  }

  /// One local image: its tags, and what its labels say.
  private struct Local {
    let id: String
    let tags: [String]
    let recipe: Int
    var base: Fingerprint?
  }

  private static func facts(_ local: Local) throws -> ImageFacts {
    var labels = ["\"sindri.recipe\"=\"\(number(local.recipe))\""]
    if let base = local.base { labels.append("\"sindri.base\"=\"\(base)\"") }
    let line = ImageFactsTests.line(id: local.id, layers: "\(local.recipe),", labels: labels)
    return try #require(ImageFacts(line: line))
  }

  private static func plan(
    _ images: [Local], remote: [String]? = [], from source: SyncPlan.Source = .auto,
    problems: [LayerName: String] = [:]
  ) throws -> [SyncPlan.Step] {
    let tree = try LayerTree([
      ("base", nil), ("tooling", "base"), ("application", "tooling"),
    ])
    var fingerprints: [LayerName: Fingerprint] = [:]
    var recipes: [LayerName: Fingerprint] = [:]
    for (index, layer) in order.enumerated() {
      if problems[layer] != nil { break }
      fingerprints[layer] = Fingerprint(hex: number(index + 1))
      recipes[layer] = Fingerprint(hex: number(index + 101))
    }
    var lines: [String] = []
    var facts: [String: ImageFacts] = [:]
    for image in images {
      for tag in image.tags { lines.append("r/x\t\(tag)\t\(image.id)\t1 day ago\t1MB") }
      facts[image.id] = try Self.facts(image)
    }
    let list = ImageList(output: lines.joined(separator: "\n"), names: names)
    let plan = SyncPlan(
      tree: tree,
      scan: Scan(id: 0, fingerprints: fingerprints, problems: problems, recipes: recipes),
      state: EngineState(images: list, facts: facts, container: nil), names: names,
      remote: remote.map { Set($0) }, source: source)
    #expect(plan.isDone == plan.steps.allSatisfy { $0.step == .nothing })
    #expect(plan.steps.map(\.layer) == order)
    return plan.steps.map(\.step)
  }

  private static func content(_ index: Int) -> String { "\(order[index - 1])-\(number(index))" }

  /// The three images of the tree, each on the one before, with their stable tags.
  private static func chain() throws -> [Local] {
    let base = Local(id: "sha256:1", tags: [content(1), "base-stable"], recipe: 101)
    let tooling = Local(
      id: "sha256:2", tags: [content(2), "tooling-stable"], recipe: 102,
      base: try facts(base).image.identity)
    let application = Local(
      id: "sha256:3", tags: [content(3), "latest"], recipe: 103,
      base: try facts(tooling).image.identity)
    return [base, tooling, application]
  }

  @Test func aTrueSetNeedsNothing() throws {
    #expect(try Self.plan(try Self.chain()) == [.nothing, .nothing, .nothing])
  }

  @Test func whatIsHereUnderAnotherTagIsRetagged() throws {
    var images = try Self.chain()
    images[2] = Local(
      id: "sha256:3", tags: [Self.content(3)], recipe: 103, base: images[2].base)
    #expect(try Self.plan(images) == [.nothing, .nothing, .retag])
  }

  /// Early cutoff: another content, the same inputs on what is alike.
  @Test func theLikeOfWhatIsWantedIsRetagged() throws {
    var images = try Self.chain()
    let other = "tooling-\(Self.number(77))"
    images[1] = Local(
      id: "sha256:2", tags: [other, "tooling-stable"], recipe: 102, base: images[1].base)
    #expect(try Self.plan(images) == [.nothing, .retag, .nothing])
  }

  @Test func whatStandsOnAnotherBaseIsNotTrue() throws {
    var images = try Self.chain()
    images[1] = Local(
      id: "sha256:2", tags: images[1].tags, recipe: 102, base: Fingerprint(hex: Self.number(9)))
    #expect(try Self.plan(images) == [.nothing, .build, .build])
  }

  @Test(arguments: [
    (SyncPlan.Source.auto, [1, 2, 3], [SyncPlan.Step.pull, .pull, .pull]),
    (.auto, [1, 2], [.pull, .pull, .build]), (.auto, [2, 3], [.build, .build, .build]),
    (.auto, [], [.build, .build, .build]), (.build, [1, 2, 3], [.build, .build, .build]),
    (.registry, [1, 2, 3], [.pull, .pull, .pull]),
    (
      .registry, [1, 3],
      [.pull, .impossible("the registry has no \(Self.content(2))"), .pull]
    ),
  ])
  func takesFromTheRegistryWhatItHas(
    source: SyncPlan.Source, remote: [Int], steps: [SyncPlan.Step]
  ) throws {
    #expect(try Self.plan([], remote: remote.map(Self.content), from: source) == steps)
  }

  @Test func aRegistryThatDoesNotSayIsTried() throws {
    #expect(try Self.plan([], remote: nil, from: .registry) == [.pull, .pull, .pull])
    #expect(try Self.plan([], remote: nil) == [.build, .build, .build])
  }

  @Test func aTreeThatCannotBeBuiltHasNoWay() throws {
    let steps = try Self.plan(try Self.chain(), problems: ["tooling": "no file"])
    #expect(
      steps == [
        .nothing, .impossible("no file"), .impossible("what it stands on cannot be built"),
      ])
  }

  @Test func saysWhatIsDoneAndWhy() throws {
    let tree = try LayerTree([("base", nil)])
    let scan = Scan(id: 0, fingerprints: [:], problems: ["base": "no \"file\""])
    let state = EngineState(
      images: ImageList(output: "", names: Self.names), facts: [:], container: nil)
    let plan = SyncPlan(
      tree: tree, scan: scan, state: state, names: Self.names, remote: [], source: .auto)
    #expect(plan.text == "LAYER  STEP  WHY\nbase   none  no \"file\"\n")
    #expect(
      plan.json
        == #"{"done":false,"steps":[{"layer":"base","step":"none","reason":"no \"file\""}]}"#)
  }
}
