import LayerPlanner
import Testing

struct ImageListTests {
  private let names = ImageNames(
    repository: "example.org/app", stableTags: ["base": "base-stable", "application": "latest"])
  private let first = String(repeating: "a1", count: 32)
  private let second = String(repeating: "b2", count: 32)

  private func fingerprint(_ hex: String) throws -> Fingerprint {
    try #require(Fingerprint(hex: hex))
  }

  @Test func namesAndTagsAreInverse() throws {
    let content = try fingerprint(first)
    #expect(names.content("base", content) == "example.org/app:base-\(first)")
    #expect(names.stable("base") == "example.org/app:base-stable")
    #expect(names.stable("tooling") == nil)
    let parsed = try #require(names.parse(contentTag: "my-base-\(first)"))
    #expect(parsed.0 == "my-base")
    #expect(parsed.1 == content)
    for other in ["latest", "base-stable", "-\(first)", "base-v1.0.0", "", "base-"] {
      #expect(names.parse(contentTag: other) == nil, "\(other)")
    }
  }

  @Test func findsContentsAndWhatStableTagsStandFor() throws {
    let list = ImageList(
      output: """
        WARNING: something the client says
        example.org/app\tlatest\tsha256:1\t2 minutes ago\t10MB
        example.org/app\tapplication-\(first)\tsha256:1\t2 minutes ago\t10MB
        example.org/app\tapplication-\(second)\tsha256:2\t3 hours ago\t10MB
        localhost/example.org/app\tbase-\(second)\t3\t3 hours ago\t10MB
        example.org/app\tbase-stable\tsha256:9\t3 hours ago\t10MB
        example.org/app\t<none>\tsha256:8\t3 hours ago\t10MB
        example.org/other\tbase-\(first)\tsha256:7\t3 hours ago\t10MB
        """, names: names)
    #expect(list.rows.count == 5)
    #expect(list.imageID(tag: "latest") == "sha256:1")
    #expect(list.knownIDs(names: names) == ["sha256:1", "sha256:2", "sha256:3", "sha256:9"])
    let lines = (1...3).map { "sha256:\($0)" + String(repeating: "\t", count: 14) }
    let known = try lines.map { try #require(ImageFacts(line: $0 + "\t")) }
    let facts = Dictionary(uniqueKeysWithValues: known.map { ($0.id, $0) })
    let contents = list.contents(names: names, facts: facts).mapValues { $0.mapValues(\.id) }
    let a = try fingerprint(first)
    let b = try fingerprint(second)
    #expect(contents == ["application": [a: "sha256:1", b: "sha256:2"], "base": [b: "sha256:3"]])
    #expect(list.contents(names: names, facts: [:]).isEmpty)
    #expect(list.stableIDs(names: names) == ["application": "sha256:1", "base": "sha256:9"])
  }

  @Test func asksForTagsOfOneRepository() {
    let client = EngineClient(
      kind: .docker, program: "docker", globalArguments: [], buildMode: .buildx)
    let command = client.listImages(repository: "example.org/app")
    #expect(command.starts(with: ["docker", "image", "ls", "--no-trunc", "--format"]))
    #expect(command.last == "example.org/app")
    #expect(
      client.tag(image: "sha256:1", as: "r:t") == ["docker", "image", "tag", "sha256:1", "r:t"])
  }

  @Test(arguments: [("20.10.24+dfsg1", 20), ("28.2.2", 28), ("4", 4), ("", nil), ("v1", nil)])
  func readsTheMajorVersion(version: String, major: Int?) {
    #expect(EngineVersion.major(of: version) == major)
  }
}
