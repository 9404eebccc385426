import LayerPlanner
import Testing

struct BuildCommandTests {
  private func client(
    _ mode: EngineClient.BuildMode, kind: EngineClient.Kind = .docker, global: [String] = []
  ) -> EngineClient {
    EngineClient(kind: kind, program: kind.rawValue, globalArguments: global, buildMode: mode)
  }

  private var request: BuildRequest {
    var request = BuildRequest(dockerfile: "Dockerfile.base", context: ".", imageIDFile: "/t/id")
    request.labels = [("sindri.layer", "base")]
    request.arguments = ["A=1 2"]
    request.cacheFrom = ["type=registry,ref=r/x"]
    request.cacheTo = ["type=inline"]
    request.secrets = ["id=token,env=TOKEN"]
    request.target = "final"
    request.platform = "linux/arm64"
    request.network = "host"
    request.builder = "remote"
    request.noCache = true
    return request
  }

  private let options = [
    "--file", "Dockerfile.base", "--iidfile", "/t/id", "--label", "sindri.layer=base",
    "--build-arg", "A=1 2", "--cache-from", "type=registry,ref=r/x",
    "--secret", "id=token,env=TOKEN", "--target", "final", "--platform", "linux/arm64",
    "--network", "host", "--no-cache", "--", ".",
  ]

  @Test func buildxTakesBuilderAndCache() {
    let expected =
      ["docker", "--context", "far", "buildx", "build", "--progress=plain", "--load"]
      + ["--builder", "remote", "--cache-to", "type=inline"] + options
    #expect(client(.buildx, global: ["--context", "far"]).build(request) == expected)
    #expect(client(.buildx).unsupported(request).isEmpty)
  }

  @Test func olderWaysLeaveOutWhatTheyCannotDo() {
    let integrated = client(.integratedBuildKit)
    #expect(integrated.build(request) == ["docker", "build", "--progress=plain"] + options)
    #expect(integrated.environment.map(\.value) == ["1"])
    #expect(integrated.unsupported(request).count == 2)
    let legacy = client(.legacy)
    #expect(legacy.build(request) == ["docker", "build"] + options)
    #expect(legacy.environment.map(\.value) == ["0"])
    #expect(legacy.unsupported(request).count == 3)
  }

  @Test func podmanKeepsDockersFormat() {
    let podman = client(.buildah, kind: .podman)
    let head = ["podman", "build", "--format", "docker", "--cache-to", "type=inline"]
    #expect(podman.build(request) == head + options)
    #expect(podman.environment.isEmpty)
  }

  @Test func aPlainRequestAsksForNothingElse() {
    let plain = BuildRequest(dockerfile: "Dockerfile", context: "-odd", imageIDFile: "/id")
    #expect(
      client(.legacy).build(plain)
        == ["docker", "build", "--file", "Dockerfile", "--iidfile", "/id", "--", "-odd"])
    #expect(plain == BuildRequest(dockerfile: "Dockerfile", context: "-odd", imageIDFile: "/id"))
    #expect(plain != request)
    #expect(client(.legacy).unsupported(plain).isEmpty)
  }
}
