import LayerPlanner
import Testing

struct EngineFailureTests {
  @Test(arguments: [
    ("Cannot connect to the Docker daemon at unix:///x. Is it running?", EngineFailure.unreachable),
    ("error during connect: Get \"http://x\": dial tcp: lookup", .unreachable),
    ("ERROR: rpc error: code = Unavailable desc = error reading from server: EOF", .unreachable),
    ("failed to solve: write /x: no space left on device", .diskFull),
    ("pull access denied for x, repository does not exist", .parentMissing),
    ("Got permission denied while trying to connect to the Docker daemon socket", .permission),
    ("executor failed running [/bin/sh -c false]: exit code: 1", .other),
  ])
  func knowsTheWords(text: String, expected: EngineFailure) {
    #expect(EngineFailure.classify(text) == expected)
    #expect((EngineFailure.classify(text).nextStep == nil) == (expected == .other))
  }

  @Test func whatAStepSaysIsNotTheEngine() {
    let output = """
      #8 [2/2] RUN curl http://127.0.0.1:1
      #8 0.3 curl: (7) connection refused
      ------
       > [2/2] RUN curl http://127.0.0.1:1:
      0.3 curl: (7) connection refused
      ------
      executor failed running [/bin/sh -c curl http://127.0.0.1:1]: exit code: 7
      """
    #expect(EngineFailure.classify(build: output) == .other)
    #expect(EngineFailure.classify(build: "#8 0.3 connection refused") == .other)
    #expect(EngineFailure.classify(build: "") == .other)
    #expect(
      EngineFailure.classify(build: "#8 0.3 x\r\nerror reading from server: EOF\n")
        == .unreachable)
  }
}
