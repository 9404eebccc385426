import LayerPlanner
import Testing

struct HealthCheckTests {
  @Test func readsBothForms() {
    #expect(
      HealthCheck(line: "4000000000|3:CMD,16:/health check.sh,1:|,|")
        == HealthCheck(command: ["/health check.sh", "|"], timeout: .seconds(4)))
    #expect(
      HealthCheck(line: "0|9:CMD-SHELL,9:a:1, b;é,|")?.command == ["/bin/sh", "-c", "a:1, b;é"])
    #expect(
      HealthCheck(line: "|9:CMD-SHELL,4:true,|9:/bin/bash,2:-c,")
        == HealthCheck(command: ["/bin/bash", "-c", "true"], timeout: .seconds(30)))
  }

  @Test(arguments: [
    "||", "|", "", "0|4:NONE,|", "0|3:CMD,|", "0|3:CMD,9:true,|", "0|3:CMD,4:true",
    "x|3:CMD,4:true,|", "0|3:CMD,-1:true,|", "Error: No such image",
  ])
  func whatIsNoCheckIsNone(_ line: String) {
    #expect(HealthCheck(line: line) == nil)
  }
}
