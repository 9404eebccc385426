import LayerPlanner
import Testing

struct TransferCommandTests {
  @Test(arguments: [
    ("manifest for r:t not found: manifest unknown: manifest unknown", TransferFailure.notFound),
    ("Error: no such manifest: name unknown: repository name not known to registry", .notFound),
    ("pull access denied for x, repository does not exist", .notFound),
    ("unauthorized: authentication required", .denied),
    ("denied: requested access to the resource is denied", .denied),
    ("no basic auth credentials", .denied),
    ("write /var/lib/x: no space left on device", .diskFull),
    ("dial tcp 127.0.0.1:5000: connect: connection refused", .transient),
    ("fetching tags list: invalid status code from registry 404 (Not Found)", .notFound),
    ("net/http: TLS handshake timeout", .transient), ("unexpected EOF", .transient),
    ("", .transient),
  ])
  func knowsTheWords(text: String, failure: TransferFailure) {
    #expect(TransferFailure.classify(text) == failure)
    #expect(failure.isWorthRetrying == (failure == .transient))
    #expect(!failure.nextStep.isEmpty)
  }

  @Test func countsLayers() {
    let pull = """
      base-stable: Pulling from x
      a1: Already exists
      b2: Pulling fs layer
      b2: Download complete
      b2: Pull complete
      Digest: sha256:00
      """
    #expect(TransferSummary(output: pull).text == "1 layer, 1 there already")
    let push = "a1: Preparing\na1: Pushed\nb2: Mounted from y\nt: digest: sha256:0 size: 1\n"
    #expect(TransferSummary(output: push).text == "2 layers")
    #expect(TransferSummary(output: "").text == "0 layers")
  }

  @Test(arguments: [
    (
      #"time="2026-11-23T19:32:58Z" level=fatal msg="Error: Get \"http://h/v2/\": refused""#,
      #"Error: Get "http://h/v2/": refused"#
    ),
    ("plain words", "plain words"), (#"say "it""#, #"say "it""#), ("", ""),
  ])
  func showsWhatSkopeoSays(line: String, message: String) {
    #expect(RemoteTags.message(line) == message)
  }

  @Test func readsTheListOfTags() {
    let output = """
      {
          "Repository": "127.0.0.1:5000/Tags",
          "Tags": [
              "base-stable",
              "v1.0_x-y"
          ]
      }
      """
    #expect(RemoteTags.parse(output) == ["base-stable", "v1.0_x-y"])
    #expect(RemoteTags.parse("{\"Repository\": \"x\", \"Tags\": []}") == [])
    #expect(RemoteTags.parse("") == [])
    #expect(
      RemoteTags.command(repository: "h/x", verifiesTLS: true)
        == ["skopeo", "list-tags", "docker://h/x"])
    #expect(
      RemoteTags.command(repository: "h/x", verifiesTLS: false).contains("--tls-verify=false"))
  }
}
