import LayerPlanner
import Testing

private typealias Script = SessionScript

/// Images that stand on others: early cutoff, and images whose base is not what it was.
struct SessionLineageTests {
  private static let recipes = Script.wants(101, 102, 103)

  /// An image whose recipe is 100 more than the layer's first content.
  private static func image(
    _ id: String, _ recipe: Int, identity: Int?, base: Int?
  ) -> Image {
    Image(
      id: id, recipe: Script.content(recipe), identity: identity.map(Script.content),
      base: base.map(Script.content))
  }

  /// Contents 1, 2 and 3 on each other, identities 201, 202 and 203.
  private static func inventory(base: Bool = true, toolingStandsOn: Int = 201) -> Inventory {
    var available: [LayerName: [Fingerprint: Image]] = [
      "tooling": [
        Script.content(2): image("t", 102, identity: 202, base: toolingStandsOn)
      ],
      "application": [Script.content(3): image("a", 103, identity: nil, base: 202)],
    ]
    if base { available["base"] = [Script.content(1): image("b", 101, identity: 201, base: nil)] }
    return Inventory(
      available: available, stable: ["base": "b", "tooling": "t", "application": "a"],
      container: .running("a"))
  }

  private static func scan(_ id: Int, _ contents: [LayerName: Fingerprint]) -> Session.Input {
    .scanned(Scan(id: id, fingerprints: contents, recipes: recipes))
  }

  private static func started(_ inventory: Inventory) -> (Script, [Session.Action]) {
    var script = Script(restart: "application")
    _ = script.send(.started(catchUp: true), at: 0)
    _ = script.send(.images(.inventory(inventory)), at: 1)
    let plan = script.send(scan(1, Script.wants(1, 2, 3)), at: 2)
    return (script, plan)
  }

  @Test func aTrueChainIsLeftAlone() {
    #expect(Self.started(Self.inventory()).1 == [.report(.idle)])
  }

  /// A comment in `Dockerfile.base`: every fingerprint is new, and nothing above has to be built.
  @Test func aParentThatIsWhatItWasCutsItsChildrenOff() {
    var (script, _) = Self.started(Self.inventory())
    _ = script.send(.changed([Script.change("base")]), at: 5000)
    _ = script.tick(at: 6000)
    let plan = script.send(Self.scan(2, Script.wants(11, 12, 13)), at: 6001)
    #expect(plan.started.map(\.recipe) == [Script.content(101)])
    let same = Self.image("b2", 101, identity: 201, base: nil)
    let end = script.send(
      .buildFinished(layer: "base", outcome: .succeeded(same), seconds: 1), at: 7000)
    #expect(end.results == [.built, .cutOff, .cutOff])
    #expect(
      end.deeds == [
        .adopt(layer: "base", fingerprint: Script.content(11), image: "b2"),
        .adopt(layer: "tooling", fingerprint: Script.content(12), image: "t"),
        .adopt(layer: "application", fingerprint: Script.content(13), image: "a"),
        .moveTags([TagMove(layer: "base", image: "b2", previous: "b")]),
      ])
    #expect(
      script.send(.tagsMoved(.moved(["base"])), at: 7100).events == [
        .tagged(tags: ["base"]), .idle,
      ])
  }

  @Test func aParentThatIsSomethingElseDoesNot() {
    var (script, _) = Self.started(Self.inventory())
    _ = script.send(.changed([Script.change("base")]), at: 5000)
    _ = script.tick(at: 6000)
    _ = script.send(Self.scan(2, Script.wants(11, 12, 13)), at: 6001)
    let other = Self.image("b2", 101, identity: 211, base: nil)
    let next = script.send(
      .buildFinished(layer: "base", outcome: .succeeded(other), seconds: 1), at: 7000)
    #expect(next.results == [.built])
    #expect(next.started.map(\.layer) == ["tooling"])
    #expect(next.started.first?.parent?.identity == Script.content(211))
  }

  /// The image of the base was removed. What stands on it is true only if the new one is alike.
  @Test(arguments: [201, 211])
  func aParentThatIsBuiltAgainDecidesOverItsChildren(_ identity: Int) {
    var (script, plan) = Self.started(Self.inventory(base: false))
    #expect(plan.builds == ["base"])
    #expect(plan.plans.first?.map(\.layer) == ["base", "tooling", "application"])
    let again = Self.image("b2", 101, identity: identity, base: nil)
    let next = script.send(
      .buildFinished(layer: "base", outcome: .succeeded(again), seconds: 1), at: 7000)
    if identity == 201 {
      #expect(next.results == [.built, .cutOff, .cutOff])
      #expect(next.builds.isEmpty)
    } else {
      #expect(next.results == [.built])
      #expect(next.builds == ["tooling"])
    }
  }

  /// The tag says that this image stands on the base; it stands on an older one.
  @Test func aChildOnAnOlderParentIsBuiltAnew() {
    let (_, plan) = Self.started(Self.inventory(toolingStandsOn: 200))
    #expect(plan.builds == ["tooling"])
    #expect(plan.plans.first?.map(\.layer) == ["tooling", "application"])
  }

  /// Back to older inputs on a parent that is alike: not cut off, but built before.
  @Test func anOlderImageOnTheLikeOfItsParentIsReused() {
    var inventory = Self.inventory()
    var available = inventory.available
    available["application", default: [:]][Script.content(33)] = Self.image(
      "old", 133, identity: nil, base: 202)
    inventory = Inventory(
      available: available, stable: inventory.stable, container: inventory.container)
    var script = Script()
    _ = script.send(.started(catchUp: true), at: 0)
    _ = script.send(.images(.inventory(inventory)), at: 1)
    var recipes = Self.recipes
    recipes["application"] = Script.content(133)
    let plan = script.send(
      .scanned(Scan(id: 1, fingerprints: Script.wants(1, 2, 43), recipes: recipes)), at: 2)
    #expect(plan.results == [.reused])
    #expect(
      plan.deeds == [
        .adopt(layer: "application", fingerprint: Script.content(43), image: "old"),
        .moveTags([TagMove(layer: "application", image: "old", previous: "a")]),
      ])
  }

  @Test func aForcedBuildIsNotCutOff() {
    var (script, _) = Self.started(Self.inventory())
    _ = script.send(.requested(["base"], force: true), at: 5000)
    _ = script.send(.images(.inventory(Self.inventory())), at: 5001)
    _ = script.send(Self.scan(2, Script.wants(1, 2, 3)), at: 5002)
    let same = Self.image("b2", 101, identity: 201, base: nil)
    let next = script.send(
      .buildFinished(layer: "base", outcome: .succeeded(same), seconds: 1), at: 7000)
    #expect(next.builds == ["tooling"])
  }
}
