import LayerPlanner
import Testing

struct ContainerCommandTests {
  private let client = EngineClient(
    kind: .docker, program: "docker", globalArguments: ["--host", "h"], buildMode: .buildx)
  private let hex = String(repeating: "0f", count: 32)

  @Test func runsWithEverythingThatIsConfigured() throws {
    let fingerprint = try #require(Fingerprint(hex: hex))
    var request = ContainerRequest(
      name: "dev", image: "r:t", layer: "application", fingerprint: fingerprint)
    request.publish = ["127.0.0.1:2222:22"]
    request.volumes = ["home:/home"]
    request.environment = ["A=b c"]
    request.environmentFiles = [".env"]
    request.network = "net"
    request.user = "1000"
    request.hostname = "sindri"
    request.command = ["sleep", "infinity"]
    #expect(
      client.create(request, owner: "/repo") == [
        "docker", "--host", "h", "create", "--name", "dev",
        "--label", "sindri.container=/repo", "--label", "sindri.layer=application",
        "--label", "sindri.inputs=\(hex)", "--publish", "127.0.0.1:2222:22",
        "--volume", "home:/home", "--env", "A=b c", "--env-file", ".env", "--network", "net",
        "--user", "1000", "--hostname", "sindri", "--pull", "never", "r:t", "sleep", "infinity",
      ])
  }

  @Test func removesByIdentityOnly() {
    #expect(client.removeContainer(id: "id") == ["docker", "--host", "h", "rm", "--force", "id"])
    #expect(
      client.stopContainer(id: "id", seconds: 3)
        == ["docker", "--host", "h", "stop", "--time", "3", "id"])
    #expect(client.killContainer(id: "id") == ["docker", "--host", "h", "kill", "id"])
    #expect(client.inspectContainers(["a", "b"]).suffix(2) == ["a", "b"])
  }

  @Test func asksForTheLog() {
    #expect(
      client.followLog(of: "id", since: "T").dropFirst(3)
        == ["logs", "--follow", "--timestamps", "--since", "T", "id"])
    #expect(
      client.lastLines(of: "id", count: 5).dropFirst(3) == ["logs", "--tail", "5", "id"])
  }

  @Test func readsWhatTheEngineSays() throws {
    let rest = "/dev\t137\ttrue\t\"2026-01-01T00:00:00.5Z\""
    let ours = try #require(
      ContainerState(line: "id\tsha256:1\trunning\t/repo\tapplication\t\(hex)\t\(rest)"))
    #expect(ours.owner == "/repo")
    #expect(ours.fingerprint?.hex == hex)
    #expect(ours.isRunning)
    #expect(ours.name == "dev")
    #expect(ours.exitStatus == 137)
    #expect(ours.isOutOfMemory)
    #expect(ours.startedAt == "2026-01-01T00:00:00.5Z")
    let foreign = try #require(ContainerState(line: "id\tsha256:1\texited\t\t\t\t\(rest)"))
    #expect(foreign.owner == nil)
    #expect(foreign.fingerprint == nil)
    #expect(!foreign.isRunning)
    let odd = try #require(
      ContainerState(
        line: "id\tsha256:1\texited\t<no value>\t<no value>\t<no value>\t\(rest)"))
    #expect(odd.owner == nil)
    #expect(ContainerState(line: "Error: No such container") == nil)
  }
}
