import LayerPlanner
import Testing

/// Changes that are copied into the running container.
@Suite struct SessionSyncTests {
  typealias Script = SessionScript

  private func synced(_ layer: LayerName) -> Session.Input {
    let plain = Script.change(layer)
    return .changed([
      Change(path: plain.path, kind: .final, readers: plain.readers, isSynced: true)
    ])
  }

  /// A copied change of the application, up to the end of its build as 13.
  private func afterCopy() -> (script: Script, actions: [Session.Action]) {
    var script = Script.atRest(restart: "application")
    _ = script.send(synced("application"), at: 5000)
    _ = script.send(.tick, at: 6000)
    let plan = script.send(
      .scanned(Scan(id: 2, fingerprints: Script.wants(1, 2, 13))), at: 6000)
    #expect(plan.builds == ["application"])
    let actions = script.succeed("application", at: 7000)
    return (script, actions)
  }

  private func recreates(_ actions: [Session.Action]) -> Bool {
    actions.contains { if case .recreateContainer = $0 { true } else { false } }
  }

  @Test func anImageThatFollowsACopyReplacesNoContainer() {
    var (script, actions) = afterCopy()
    #expect(!recreates(actions))
    #expect(actions.contains { if case .moveTags = $0 { true } else { false } })
    let end = script.send(.tagsMoved(.moved(["latest"])), at: 7100)
    #expect(!recreates(end))
    #expect(end.events.contains(.idle))
  }

  @Test func whatIsNotCopiedReplacesIt() {
    var (script, _) = afterCopy()
    _ = script.send(.tagsMoved(.moved(["latest"])), at: 7100)
    _ = script.save("application", wants: Script.wants(1, 2, 23), scan: 3, at: 9000)
    #expect(recreates(script.succeed("application", image: "newer", at: 11_000)))
  }

  @Test(arguments: [Session.Input.syncFailed, .lost(reason: "x")])
  func whatMayNotHaveBeenCopiedReplacesIt(_ input: Session.Input) {
    var (script, _) = afterCopy()
    var actions = script.send(.tagsMoved(.moved(["latest"])), at: 7100)
    actions += script.send(input, at: 8000)
    actions += script.tick(at: 10_000)
    actions += script.send(
      .scanned(Scan(id: 3, fingerprints: Script.wants(1, 2, 13))), at: 10_000)
    actions += script.send(
      .images(
        .inventory(
          Inventory(
            available: Script.has([1], [2], [3, 13]).available,
            stable: ["base": "image1", "tooling": "image2", "application": "image13"],
            container: .running("image3")))), at: 10_100)
    #expect(recreates(actions))
  }

  @Test func anotherContainerIsReplaced() {
    var (script, _) = afterCopy()
    _ = script.send(.tagsMoved(.moved(["latest"])), at: 7100)
    // The images are asked for again, and the container runs something else by now.
    _ = script.send(.buildFinished(layer: "base", outcome: .cancelled, seconds: 0), at: 7200)
    _ = script.send(.requested(["application"], force: false), at: 8000)
    var actions = script.tick(at: 10_000)
    actions += script.send(
      .scanned(Scan(id: 3, fingerprints: Script.wants(1, 2, 13))), at: 10_000)
    actions += script.send(
      .images(
        .inventory(
          Inventory(
            available: Script.has([1], [2], [3, 13]).available,
            stable: ["base": "image1", "tooling": "image2", "application": "image13"],
            container: .running("other")))), at: 10_100)
    #expect(recreates(actions))
  }
}
