import LayerPlanner
import Testing

struct RetentionCommandTests {
  @Test func readsWhatTheRegistryHas() throws {
    let image = try #require(RemoteImage(line: "sha256:1|2026-01-02T03:04:05Z|base"))
    #expect(image.digest == "sha256:1" && image.created == 1_767_323_045 && image.isOurs)
    #expect(RemoteImage(line: "sha256:1|2026-01-02T03:04:05Z|")?.isOurs == false)
    #expect(RemoteImage(line: "sha256:1|never|<no value>")?.created == nil)
    for line in ["", "x|y|z", "sha256:1"] { #expect(RemoteImage(line: line) == nil) }
  }

  @Test func asksForOneTag() {
    let plain = RemoteImage.command(repository: "h/x", tag: "t", verifiesTLS: true)
    #expect(plain.prefix(3) == ["skopeo", "inspect", "--no-tags"])
    #expect(plain.last == "docker://h/x:t")
    #expect(!plain.contains("--tls-verify=false"))
    #expect(
      RemoteImage.deletion(repository: "h/x", tag: "t", verifiesTLS: false)
        == ["skopeo", "delete", "--tls-verify=false", "docker://h/x:t"])
  }

  @Test func listsWhatMayGo() {
    let client = EngineClient(
      kind: .docker, program: "docker", globalArguments: ["--context", "far"], buildMode: .buildx)
    #expect(
      client.removeImages(["a", "b"]) == ["docker", "--context", "far", "image", "rm", "a", "b"])
    #expect(client.listUntagged().contains("label=sindri.layer"))
    #expect(client.listContainers().contains("--all"))
    #expect(client.imagesOfContainers(["c"]).last == "c")
  }
}
