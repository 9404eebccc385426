import Testing

@testable import LayerPlanner

struct DockerfileTests {
  private func read(_ text: String, values: [String: String] = [:]) throws -> Dockerfile {
    try Dockerfile(Array(text.utf8), values: values)
  }

  @Test func readsStages() throws {
    let file = try read(
      """
      # syntax=docker/dockerfile:1
      ARG REGISTRY=registry.fly.io
      ARG BASE_IMAGE=${REGISTRY}/base:stable OTHER NEXT=$BASE_IMAGE
      FROM --platform=$BUILDPLATFORM golang:1.22 AS Tools
      ENV TOOL=/opt/tool
      RUN make
      RUN make install
      FROM $BASE_IMAGE
      ARG REGISTRY
      ARG NAME="a b" LOCAL=$REGISTRY
      FROM tools as last
      COPY a $TOOL/
      FROM scratch$OTHER
      """)
    #expect(file.syntax == "docker/dockerfile:1")
    #expect(file.arguments.map(\.name) == ["REGISTRY", "BASE_IMAGE", "OTHER", "NEXT"])
    #expect(file.arguments.map(\.line) == [2, 3, 3, 3])
    let base = "registry.fly.io/base:stable"
    #expect(file.arguments.map(\.defaultValue) == ["registry.fly.io", base, nil, base])
    #expect(file.stages.map(\.image) == ["golang:1.22", base, "tools", "scratch"])
    #expect(file.stages.map(\.line) == [4, 8, 11, 13])
    #expect(file.stages.map(\.alias) == ["Tools", nil, "last", nil])
    #expect(file.stages.map(\.platform) == ["", nil, nil, nil])
    #expect(file.stages.map(\.unresolved) == [["BUILDPLATFORM"], [], [], ["OTHER"]])
    #expect(file.stages.map(\.runCount) == [2, 0, 0, 0])
    #expect(file.stages[1].arguments.map(\.defaultValue) == [nil, "a b", "registry.fly.io"])
    // A stage on another one has its environment.
    #expect(file.stages[2].transfers.map(\.target) == ["/opt/tool/"])
  }

  @Test func takesValuesFromOutside() throws {
    let text = "ARG A=1\nFROM --platform=$TARGETPLATFORM x:$A$B\nARG A\nARG C\nCOPY $A$B $C/"
    let file = try read(text, values: ["A": "2", "B": "3", "TARGETPLATFORM": "linux/arm64"])
    #expect(file.stages[0].image == "x:2")
    #expect(file.stages[0].platform == "linux/arm64")
    #expect(file.stages[0].unresolved == ["B"])
    #expect(file.stages[0].transfers[0].sources == ["2"])
    #expect(file.stages[0].transfers[0].target == "/")
    #expect(file.stages[0].transfers[0].unresolved == ["B"])
  }

  @Test func readsWhatStepsTake() throws {
    let file = try read(
      """
      FROM a
      ENV DIR=docker/lib OTHER="x y"
      ENV OLD $DIR/old style
      COPY --chown=dev:dev $DIR/*.sh "quoted" /lib/
      COPY --from=tools --link /bin/x /bin/
      ADD ["a b", "https://example.org/c", "$OLD"]
      COPY <<EOF plain /etc/
      text
      EOF
      RUN --mount=type=bind,source=docker/scripts,target=/scripts --mount=type=cache,target=/c x
      RUN --mount=from=tools,src=/s,dst=/d --mount=target=. --mount=odd --network=none y
      ONBUILD COPY later .
      USER $UNSET
      COPY $UNSET/z /z
      """)
    let transfers = file.stages[0].transfers
    #expect(
      transfers.map(\.kind) == [
        .copy, .copy, .add, .copy, .bindMount, .bindMount, .bindMount, .bindMount, .copy,
      ])
    #expect(transfers.map(\.line) == [4, 5, 6, 7, 10, 11, 11, 11, 14])
    #expect(transfers.map(\.from) == [nil, "tools", nil, nil, nil, "tools", nil, nil, nil])
    #expect(transfers[0].sources == ["docker/lib/*.sh", "quoted"])
    #expect(transfers[2].sources == ["a b", "https://example.org/c"])
    #expect(transfers[2].target == "docker/lib/old style")
    #expect(transfers[3].sources == ["plain"])
    #expect(transfers[4].sources == ["docker/scripts"])
    #expect(transfers[4].target == "/scripts")
    #expect(transfers[5].sources == ["/s"])
    #expect(transfers[5].target == "/d")
    #expect(transfers[6].sources == ["."])
    #expect(transfers.last?.unresolved == ["UNSET"])
    #expect(file.stages[0].instructions.last?.keyword == "COPY")
  }

  @Test(arguments: [
    ("", 1, "no FROM"), ("# only\n", 1, "no FROM"), ("ARG a\n", 1, "no FROM"),
    ("RUN a\nFROM b", 1, "before the first FROM"), ("FROM", 1, "takes an image"),
    ("FROM a b", 1, "takes an image"), ("FROM a on b", 1, "takes an image"),
    ("\nFROM a\nCOPY b", 3, "needs a source"), ("FROM a\nADD", 2, "needs a source"),
    ("FROM ${a", 1, "closing }"), ("FROM a\nCOPY 'b c", 2, "closing '"),
    ("FROM ''", 1, "names no image"), ("FROM a\nARG", 2, "needs a name"),
    ("ARG =b\nFROM a", 1, "needs a name"), ("FROM a\nENV", 2, "needs a name"),
    ("FROM a\nENV b=c d", 2, "name=value"), ("FROM a\nENV =c", 2, "name=value"),
    ("FROM a\nENV b=\"${c\"", 2, "has no closing"),
  ])
  func namesTheLineOfAProblem(text: String, line: Int, part: String) {
    let problem = #expect(throws: Dockerfile.Problem.self) { try read(text) }
    #expect(problem?.line == line)
    #expect(problem?.message.contains(part) == true, "\(problem?.message ?? "none")")
  }

  /// No text crashes the reader or keeps it busy.
  @Test func standsAnyText() {
    let pieces = [
      "FROM a", "\n", "RUN ", "<<E", "E", "\\", "$", "{", "}", "\"", "'", "[", "]", "ARG x=", "--",
      "COPY ", "=", " ", "ENV ", "# escape=`\n", ":-", "ONBUILD ", "\r\n", "\u{FEFF}", "é",
    ]
    var random = SeededRandom(seed: 3)
    var readable = 0
    for _ in 0..<3000 {
      let body = (0..<random.below(20)).map { _ in pieces[random.below(pieces.count)] }.joined()
      if (try? read("FROM a\n" + body)) != nil { readable += 1 }
    }
    #expect(readable > 100)
  }
}
