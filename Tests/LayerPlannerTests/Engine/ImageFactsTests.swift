import LayerPlanner
import Testing

struct ImageFactsTests {
  private static let recipe = String(repeating: "a1", count: 32)
  private static let base = String(repeating: "b2", count: 32)

  /// A line as the engine prints it, with these layers, user and labels.
  static func line(
    id: String = "sha256:1", created: String = "2026-01-02T03:04:05.678Z",
    layers: String = "l1,l2,",
    user: String = "\"\"", labels: [String] = []
  ) -> String {
    let configuration = Array(repeating: "null", count: 10)
    return ([id, created, layers, "linux/amd64", user] + configuration + labels)
      .joined(separator: "\t")
  }

  private static var own: [String] {
    [
      "\"sindri.layer\"=\"base\"", "\"sindri.recipe\"=\"\(recipe)\"",
      "\"sindri.base\"=\"\(base)\"", "\"sindri.inputs\"=\"\(base)\"",
      "\"org.opencontainers.image.revision\"=\"abc\"",
    ]
  }

  @Test func readsTheLine() throws {
    let facts = try #require(ImageFacts(line: Self.line(id: "1", labels: Self.own)))
    #expect(facts.id == "sha256:1")
    #expect(facts.created == 1_767_323_045)
    #expect(facts.layers == ["l1", "l2"])
    #expect(facts.layer == "base")
    #expect(facts.image.recipe?.hex == Self.recipe)
    #expect(facts.image.base?.hex == Self.base)
    #expect(facts.inputs?.hex == Self.base)
    #expect(facts.revision == "abc")
  }

  @Test(arguments: ["", "sha256:1", "Error: No such image: x", "a\tb\tc"])
  func otherLinesAreNone(line: String) { #expect(ImageFacts(line: line) == nil) }

  /// What is inherited counts, where the image comes from does not.
  @Test func theIdentityIsWhatChildrenInherit() throws {
    func identity(_ line: String) throws -> Fingerprint {
      try #require(ImageFacts(line: line)?.image.identity)
    }
    let plain = try identity(Self.line())
    #expect(try identity(Self.line(id: "sha256:2")) == plain)
    #expect(try identity(Self.line(created: "2020-01-01T00:00:00Z")) == plain)
    #expect(try identity(Self.line(labels: Self.own)) == plain)
    #expect(try identity(Self.line(layers: "l1,")) != plain)
    #expect(try identity(Self.line(user: "\"root\"")) != plain)
    #expect(try identity(Self.line(labels: ["\"maintainer\"=\"me\""])) != plain)
  }

  @Test func standsOnWhatItsLayersBeginWith() throws {
    let short = try #require(ImageFacts(line: Self.line(layers: "l1,")))
    let long = try #require(ImageFacts(line: Self.line(layers: "l1,l2,")))
    let other = try #require(ImageFacts(line: Self.line(layers: "l2,l1,l3,")))
    #expect(long.stands(on: short))
    #expect(long.stands(on: long))
    #expect(!short.stands(on: long))
    #expect(!other.stands(on: short))
  }

  @Test func asksForManyAtOnce() {
    let docker = EngineClient(
      kind: .docker, program: "docker", globalArguments: [], buildMode: .buildx)
    let command = docker.inspectImages(["sha256:1", "sha256:2"])
    #expect(command.starts(with: ["docker", "image", "inspect", "--format"]))
    #expect(command.suffix(2) == ["sha256:1", "sha256:2"])
    #expect(command[4].split(separator: "\t" as Character).count >= 15)
    let podman = EngineClient(
      kind: .podman, program: "podman", globalArguments: [], buildMode: .buildah)
    // Podman's images have no such fields, and its templates fail on them.
    #expect(!podman.inspectImages([])[4].contains("OnBuild"))
  }
}
