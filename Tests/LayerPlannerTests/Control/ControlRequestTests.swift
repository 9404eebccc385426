import LayerPlanner
import Testing

struct ControlRequestTests {
  @Test(arguments: [
    ControlRequest.stop, .pause, .resume, .status(isJSON: false), .status(isJSON: true),
    .work([], force: false, ControlRequest.Printing()),
    .work(
      ["base", "application"], force: true,
      ControlRequest.Printing(isJSON: true, isColored: true, isQuiet: true, isVerbose: true)),
  ])
  func whatIsWrittenIsRead(request: ControlRequest) throws {
    let line = request.line
    #expect(line.hasSuffix("\n"))
    #expect(try ControlRequest(line: Array(line.dropLast().utf8)) == request)
  }

  @Test(arguments: [
    "", "stop", "sindri-watch", "sindri-watch\t1", "sindri-watch\t1\t", "other\t1\tstop",
    "sindri-watch\t1\tpause\tnow", "sindri-watch\t1\tstatus", "sindri-watch\t1\twork",
    "GET / HTTP/1.1\r",
  ])
  func othersAreMalformed(line: String) {
    #expect(throws: ControlRequest.Problem.malformed) {
      try ControlRequest(line: Array(line.utf8))
    }
  }

  @Test func bytesThatAreNoTextAreMalformed() {
    #expect(throws: ControlRequest.Problem.malformed) {
      try ControlRequest(line: [0xFF, 0x09, 0x00, 0x09, 0xFE])
    }
  }

  @Test func anotherVersionIsNamedAndMayStillStop() throws {
    #expect(throws: ControlRequest.Problem.otherVersion("7")) {
      try ControlRequest(line: Array("sindri-watch\t7\tpause".utf8))
    }
    #expect(try ControlRequest(line: Array("sindri-watch\t7\tstop\tnew".utf8)) == .stop)
  }
}
