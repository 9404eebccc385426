import LayerPlanner
import Testing

struct BuildProgressTests {
  static let buildKit = """
    #1 [internal] load build definition from Dockerfile
    #1 sha256:ee06
    #1 transferring dockerfile: 174B done
    #1 DONE 0.0s

    #4 [first 1/2] FROM docker.io/library/os
    #4 sha256:d823
    #4 CACHED

    #5 [first 2/2] RUN echo building
    #5 sha256:fc50
    #5 0.197 building
    #5 1.199 done
    #5 DONE 1.3s

    #7 [stage-1 1/2] COPY f /f
    #7 DONE 0.0s

    #8 [stage-1 2/2] RUN echo hello; exit 3
    #8 0.329 hello
    #8 0.330 \u{1B}[91mworld\u{1B}[0m
    #8 ERROR: executor failed running [/bin/sh -c echo hello; exit 3]: exit code: 3
    ------
     > [stage-1 2/2] RUN echo hello; exit 3:
    ------
    executor failed running [/bin/sh -c echo hello; exit 3]: exit code: 3

    """

  static let legacy = """
    Sending build context to Docker daemon  3.072kB\r\r
    Step 1/4 : FROM os
     ---> 331613ad8358
    Step 2/4 : RUN echo building
     ---> Using cache
     ---> 2eaa13beb831
    Step 3/4 : COPY f /f
     ---> e9955b06908e
    Step 4/4 : RUN echo hello; exit 3
     ---> Running in c8ad2eb1f183
    hello
    \u{1B}[91mworld
    \u{1B}[0mThe command '/bin/sh -c echo hello; exit 3' returned a non-zero code: 3

    """

  static let podman = """
    STEP 1/3: FROM os
    STEP 2/3: COPY f /f
    --> Using cache 0aab
    --> 0aab
    STEP 3/3: RUN echo hello; exit 3
    hello
    world
    Error: building at STEP "RUN echo hello; exit 3": while running runtime: exit status 3

    """

  private func read(_ text: String, pieces: Int = 1_000_000, kept: Int = 20) -> BuildProgress {
    var progress = BuildProgress(keeping: kept)
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      progress.feed(Array(rest.prefix(pieces)))
      rest = rest.dropFirst(pieces)
    }
    progress.end()
    return progress
  }

  @Test(arguments: [1, 2, 3, 7, 64, 4096])
  func readsBuildKitInAnyPieces(size: Int) throws {
    let progress = read(Self.buildKit, pieces: size)
    #expect(progress.cachedSteps == 0)
    #expect(progress.runSteps == 2)
    #expect(progress.firstUncached?.name == "RUN echo building")
    #expect(progress.current?.name == "RUN echo hello; exit 3")
    let step = try #require(progress.failure.step)
    #expect(step.number == 2 && step.total == 2)
    #expect(progress.failure.lines == ["hello", "world"])
    #expect(progress.failure.error.hasSuffix("exit code: 3"))
  }

  @Test(arguments: [(legacy, 4, 1, 1), (podman, 3, 1, 0)])
  func readsTheOtherBuilders(output: String, count: Int, cached: Int, run: Int) throws {
    let progress = read(output, pieces: 5)
    #expect(progress.cachedSteps == cached)
    #expect(progress.runSteps == run)
    let step = try #require(progress.failure.step)
    #expect(step.number == count && step.total == count)
    #expect(step.name == "RUN echo hello; exit 3")
    #expect(progress.failure.lines.suffix(2) == ["hello", "world"])
    #expect(progress.failure.error.contains("3"))
  }

  @Test func keepsTheLastLinesOnly() throws {
    let lines = (1...100).map { "#5 0.1 line \($0)\n" }.joined()
    let progress = read("#5 [1/1] RUN many\n" + lines + "#5 ERROR: exit code: 1\n", kept: 3)
    #expect(progress.failure.lines == ["line 98", "line 99", "line 100"])
    #expect(read("#5 [1/1] RUN x\n#5 0.1 a\n", kept: 0).failure.lines == [])
  }

  @Test(arguments: [
    ("ERROR: failed to solve: no such file\n", "ERROR: failed to solve: no such file"),
    ("#3 [internal] load metadata\n#3 ERROR: os: not found\n------\nfailed\n", "os: not found"),
    ("something odd", "something odd"),
    ("", ""),
  ])
  func saysWhyWithoutANumberedStep(output: String, message: String) {
    let failure = read(output).failure
    #expect(failure.step?.number ?? 0 == 0)
    #expect(failure.error == message)
  }

  @Test func theFirstThatFailedIsTheCause() {
    let progress = read(
      """
      #1 [a 1/1] RUN one
      #2 [b 1/1] RUN two
      #1 0.1 working
      #2 CACHED
      #1 ERROR: context canceled
      #2 ERROR: exit code: 7

      """)
    #expect(progress.failure.step?.title == "b 1/1 RUN two")
    #expect(progress.failure.exitCode == 7)
    #expect(progress.failure.kind == .other)
    #expect(progress.cachedSteps == 1)
    #expect(read("no code").failure.exitCode == nil)
  }

  @Test func survivesWhatIsNoText() {
    let long = String(repeating: "x", count: 1_000_000)
    var progress = read("#1 [1/1] RUN x\n#1 0.1 \(long)\n#x y\n# \n#5\n#5 [\n[2/]\nStep a/b : c\n")
    progress.feed([0xFF, 0xFE, 0x0A, 0x1B, 0x5D, 0x41, 0x07, 0x1B, 0x5B])
    #expect((progress.failure.lines.first?.utf8.count ?? 0) < 10_000)
  }
}
