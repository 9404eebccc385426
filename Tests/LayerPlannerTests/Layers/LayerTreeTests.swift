import LayerPlanner
import Testing

struct LayerTreeTests {
  @Test func ordersParentsBeforeChildren() throws {
    let tree = try LayerTree([
      ("application", "tooling"), ("base", nil), ("docs", nil), ("tooling", "base"),
    ])
    #expect(tree.order == ["base", "docs", "tooling", "application"])
    #expect(tree.above(["tooling"]) == ["tooling", "application"])
    #expect(tree.above(["base"]) == ["base", "tooling", "application"])
    #expect(tree.ancestors(of: "application") == ["tooling", "base"])
    #expect(tree.children(of: "base") == ["tooling"])
  }

  @Test func aPathOfSeveralLayersBelongsToTheLowest() throws {
    let tree = try LayerTree([
      ("base", nil), ("tooling", "base"), ("web", "tooling"), ("worker", "tooling"),
    ])
    #expect(tree.lowest(of: ["base", "web"]) == ["base"])
    #expect(tree.lowest(of: ["web", "worker"]) == ["web", "worker"])
    #expect(tree.lowest(of: []) == [])
  }

  @Test func refusesWhatIsNotATree() {
    #expect(throws: LayerTree.Problem.duplicate("a")) { try LayerTree([("a", nil), ("a", nil)]) }
    #expect(throws: LayerTree.Problem.unknownParent(layer: "a", parent: "b")) {
      try LayerTree([("a", "b")])
    }
    #expect(throws: LayerTree.Problem.cycle(["a", "c", "b"])) {
      try LayerTree([("b", "a"), ("a", "c"), ("c", "b"), ("top", "a")])
    }
    #expect(throws: LayerTree.Problem.cycle(["a"])) { try LayerTree([("a", "a")]) }
  }
}
