import LayerPlanner
import Testing

@testable import SindriWatch

struct OutputTests {
  /// What was written to each descriptor, and a clock that the test moves.
  private final class Screen {
    var written: [Int32: String] = [:]
    var time: Int64 = 0
    var isBroken = false

    func output(
      _ options: OutputOptions = OutputOptions(), isTerminal: Bool = false,
      environment: [(String, String)] = [("TERM", "xterm")]
    ) -> Output {
      let environment = ProcessEnvironment(
        entries: environment.map { (Array($0.0.utf8), Array($0.1.utf8)) })
      return Output(
        options, layers: ["base"], environment: environment, isTerminal: isTerminal,
        write: { descriptor, bytes in
          self.written[descriptor, default: ""] += String(decoding: bytes, as: UTF8.self)
          return !self.isBroken
        }, now: { self.time }, clock: { "12:00:00" })
    }
  }

  private let failed = Event.buildFinished(
    layer: "base", image: "", seconds: 1, result: .failed)

  @Test func aFailureShowsItsStepAndTheNextOne() {
    let screen = Screen()
    let output = screen.output()
    output.buildStarted("base")
    output.buildOutput(
      "base", Array("#5 [2/3] RUN make\n#5 0.1 oops\n#5 ERROR: exit code: 2\n".utf8))
    output.buildEnded("base", failed: true)
    output.report(failed)
    #expect(
      screen.written[1] == """
        12:00:00  failed     base  1.00 s
          step 2/3 RUN make
          | oops
          exit code: 2
          save a fix: the layer stays to be built until it succeeds

        """)
  }

  @Test func whoJoinsABuildHearsWhyItFailed() {
    let first = Screen().output()
    let screen = Screen()
    let second = screen.output()
    first.buildStarted("base")
    first.buildOutput("base", Array("#5 [2/3] RUN make\n#5 0.1 oops\n".utf8))
    first.introduce(second)
    first.followers.append(second)
    first.buildOutput("base", Array("#5 ERROR: exit code: 2\n".utf8))
    first.buildEnded("base", failed: true)
    first.report(failed)
    #expect(screen.written[1]?.contains("| oops\n  exit code: 2\n") == true)
  }

  @Test func withoutATerminalNothingIsDrawnOver() {
    let screen = Screen()
    let output = screen.output()
    output.buildStarted("base")
    output.report(.idle)
    #expect(output.deadline == LiveLine.plainInterval)
    output.tick(now: LiveLine.plainInterval)
    #expect(screen.written[1]?.hasSuffix("12:00:00  building   base  5.00 s\n") == true)
    #expect(screen.written[1]?.contains("\u{1B}") == false)
  }

  @Test func theLiveLineComesAndGoes() throws {
    let screen = Screen()
    let output = screen.output(isTerminal: true)
    output.buildStarted("base")
    let due = try #require(output.deadline)
    output.tick(now: due - 1)
    #expect(screen.written[1] == nil)
    screen.time = due
    output.buildOutput("base", Array("#5 [2/3] RUN make\n".utf8))
    output.tick(now: due)
    #expect(screen.written[1]?.contains("base  0.15 s  2/3 RUN make") == true)
    #expect(screen.written[1]?.hasPrefix("\u{1B}[?25l") == true)
    screen.written = [:]
    output.buildEnded("base", failed: false)
    #expect(screen.written[1] == "\r\u{1B}[K\u{1B}[?25h")
    #expect(output.deadline == nil)
    output.finish()
  }

  @Test(arguments: [
    ([("TERM", "xterm")], true), ([("TERM", "dumb")], false), ([], false),
    ([("TERM", "xterm"), ("NO_COLOR", "1")], false), ([("TERM", "xterm"), ("NO_COLOR", "")], true),
  ])
  func coloursFollowTheTerminal(environment: [(String, String)], isColored: Bool) {
    let screen = Screen()
    screen.output(isTerminal: true, environment: environment).report(.idle)
    #expect(screen.written[1]?.contains("\u{1B}[2m") == isColored)
  }

  @Test func coloursCanBeForced() {
    var options = OutputOptions()
    options.color = .always
    let screen = Screen()
    screen.output(options).report(.idle)
    #expect(screen.written[1]?.contains("\u{1B}[2m") == true)
    options.color = .never
    let other = Screen()
    other.output(options, isTerminal: true).report(.idle)
    #expect(other.written[1]?.contains("\u{1B}[2m") == false)
  }

  @Test func quietSaysOnlyWhatWentWrong() {
    var options = OutputOptions()
    options.isQuiet = true
    let screen = Screen()
    let output = screen.output(options)
    output.report(.idle)
    #expect(screen.written[1] == nil)
    output.report(.warning(message: "w"))
    output.report(failed)
    #expect(screen.written[1]?.split(separator: "\n").count == 2)
  }

  @Test func verboseShowsCommandsAndTheirOutput() {
    var options = OutputOptions()
    options.isVerbose = true
    let screen = Screen()
    let output = screen.output(options)
    output.note("docker build")
    output.buildStarted("base")
    output.buildOutput("base", Array("raw".utf8))
    #expect(screen.written[2] == "docker build\nraw")
    let silent = Screen()
    silent.output().note("x")
    #expect(silent.written[2] == nil)
  }

  @Test func jsonIsOneObjectALine() {
    var options = OutputOptions()
    options.format = .json
    let screen = Screen()
    let output = screen.output(options, isTerminal: true)
    output.buildStarted("base")
    #expect(output.deadline == nil)
    output.report(.idle)
    #expect(screen.written[1]?.hasPrefix("{\"event\":\"idle\",\"time\":\"") == true)
  }

  @Test func besideJSONAFailureIsToldOnStandardError() {
    var options = OutputOptions()
    options.format = .json
    let screen = Screen()
    let output = screen.output(options)
    output.buildStarted("base")
    output.buildOutput(
      "base", Array("#5 [2/3] RUN make\n#5 0.1 oops\n#5 ERROR: exit code: 2\n".utf8))
    output.buildEnded("base", failed: true)
    output.report(failed)
    #expect(screen.written[1]?.split(separator: "\n" as Character).count == 1)
    #expect(screen.written[2]?.hasPrefix("  step 2/3 RUN make\n  | oops\n") == true)
  }

  @Test func aReaderThatLeftIsNoticed() {
    let screen = Screen()
    let output = screen.output()
    output.line("x")
    #expect(!output.isClosed)
    screen.isBroken = true
    output.line("x")
    #expect(output.isClosed)
  }

  @Test func errorsGoToStandardError() {
    let screen = Screen()
    screen.output().error("bad")
    #expect(screen.written[2]?.hasPrefix("sindri-watch: ") == true)
    #expect(screen.written[2]?.contains("bad\n") == true)
  }
}
