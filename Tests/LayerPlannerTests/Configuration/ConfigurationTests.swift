import Foundation
import Testing

@testable import LayerPlanner

struct ConfigurationTests {
  private func problems(_ text: String) -> [String] {
    switch Configuration.load(sources: [.file("c", text)]) {
    case .success: []
    case .failure(let problems): problems.problems.map(\.description)
    }
  }

  @Test func readsTheRepositorysOwn() throws {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let content = try Data(contentsOf: root.appendingPathComponent(".sindri-watch.conf"))
    let loaded = Configuration.load(sources: [
      .file(name: Array(".sindri-watch.conf".utf8), content: Array(content))
    ])
    let configuration = try loaded.get()
    #expect(configuration.tree.order == ["base", "tooling", "application"])
    #expect(configuration.layer("application")?.parent?.value == "tooling")
    #expect(try configuration.requireRepository() == "registry.fly.io/sindri-registry")
    #expect(configuration.container?.isRestarted.value == true)
    #expect(configuration.syncs.map(\.target.value) == ["/docker/lib"])
    #expect(configuration.warnings.isEmpty)
  }

  @Test func anEmptyOneHasDefaults() throws {
    let configuration = try Configuration.load(sources: []).get()
    #expect(configuration.engine.kind.value == .docker)
    #expect(configuration.engine.command.value == "docker")
    #expect(configuration.build.progressLines.value == 20)
    #expect(configuration.watch.quietMaximum.value == .milliseconds(200))
    #expect(configuration.container == nil)
    #expect(throws: ConfigurationProblems.self) { try configuration.requireRepository() }
    #expect(configuration.effective.contains { $0.key == Array("watch.poll".utf8) })
  }
}
