import Foundation
import Testing

@testable import LayerPlanner

struct ConfigurationTests {
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

  private static let full = """
    [engine]
      command = /opt/podman
    [build]
      argument = A=1
      context = .
    [layer "base"]
      dockerfile = ./Dockerfile
      path = a
      path-added-deleted = b
      path-added-deleted = c
      argument = B
    [layer "top"]
      dockerfile = D
      parent = base
      parent-argument = BASE
    [container]
      name = dev
      publish = 80:80
      publish = 80:80/udp
    """

  private func load(_ text: String) throws -> Configuration {
    try Configuration.load(sources: [.file("c", text)]).get()
  }

  @Test func readsEverySection() throws {
    let configuration = try load(Self.full)
    #expect(configuration.engine.kind.value == .podman)
    #expect(configuration.engine.command.value == "/opt/podman")
    #expect(configuration.container?.layer.value == "top")
    let base = try #require(configuration.layer("base"))
    #expect(base.dockerfile.value == "Dockerfile")
    #expect(
      base.arguments.map(\.value) == [.init(name: "A", value: "1"), .init(name: "B", value: nil)])
    #expect(base.rules.map(\.statuses) == [nil, [.added, .deleted]])
    #expect(base.filter.match(Array("c".utf8), status: .added) != nil)
    #expect(base.filter.match(Array("c".utf8), status: .modified) == nil)
    #expect(base.rules.last?.patterns.last?.origin?.description == "c:10")
  }

  @Test func namesWhatAnEditChanged() throws {
    let old = try load(Self.full)
    #expect(try load("\n\n" + Self.full) == old)
    let edits: [(String, String, [LayerName], [String])] = [
      ("argument = B\n", "argument = C\n", ["base"], []),
      ("argument = A=1", "argument = A=2", ["base", "top"], []),
      ("name = dev", "name = other", [], ["container"]),
      ("/opt/podman", "docker", [], ["engine"]),
    ]
    for (before, after, layers, sections) in edits {
      let newer = try load(Self.full.replacingOccurrences(of: before, with: after))
      let difference = old.difference(to: newer)
      #expect(difference.layers == layers)
      #expect(difference.sections == sections)
      #expect(old != newer)
    }
    #expect(old.difference(to: try load("")).removedLayers == ["base", "top"])
  }

  @Test func showsEveryValueWithItsOrigin() throws {
    let shown = try load(
      "[image] repository = a\n[container]\nname = xy\nrestart\n[layer \"l\"]\ndockerfile = d"
    )
    .effective.map { value in
      "\(String(decoding: value.key, as: UTF8.self))=\(String(decoding: value.value, as: UTF8.self))"
        + (value.origin.map { " \($0)" } ?? "")
    }
    #expect(
      shown.prefix(5) == [
        "image.repository=a c:1", "container.name=xy c:3", "container.restart=true c:4",
        "layer.l.dockerfile=d c:6", "registry.tls-verify=true",
      ])
    #expect(shown.contains("layer.l.quantifier=some"))
    #expect(shown.contains("container.stop-timeout=0s"))
  }

  @Test func theTableHasNoKeyTwiceAndEveryDefaultIsValid() throws {
    let names = ConfigurationSchema.keys.map(\.fullName)
    #expect(Set(names).count == names.count)
    #expect(ConfigurationSchema.keys.allSatisfy { !$0.type.name.isEmpty && !$0.summary.isEmpty })
    let defaults = ConfigurationSchema.keys.filter {
      $0.subsection == nil && $0.section != "container"
    }
    .compactMap { key in key.defaultText.map { "\(key.fullName)=\($0)" } }
    _ = try Configuration.load(sources: [.commandLine(defaults.map { Array($0.utf8) })]).get()
  }
}
