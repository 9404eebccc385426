import Testing

@testable import LayerPlanner

struct ContainerSurveyTests {
  static func line(
    _ id: String, _ name: String, owner: String = "/repo", status: String = "running",
    exit: Int = 0
  ) -> String {
    "\(id)\tsha256:\(id)\t\(status)\t\(owner)\tlayer\tx\t/\(name)\t\(exit)\tfalse\t\"T\""
  }

  private func survey(_ lines: String...) -> ContainerSurvey {
    ContainerSurvey(lines.joined(separator: "\n"), name: "dev", owner: "/repo")
  }

  @Test func onlyWhatIsLabelledIsOurs() {
    let found = survey(
      Self.line("1", "dev"), Self.line("3", "dev.previous", owner: "/other"),
      "Error: No such container")
    #expect(found.own(.current)?.id == "1")
    #expect(found.own(.previous) == nil)
    #expect(!found.hasLeftovers)
    #expect(found.foreignName == "dev.previous")
    // What was found by the beginning of its ID has another name.
    #expect(survey(Self.line("dev", "somebody")) == survey())
  }

  @Test func repairsLeaveOneContainer() {
    let (dev, aside) = ("dev", "dev.previous")
    #expect(survey(Self.line("1", dev)).repairs == [])
    // Set aside, the new one not made yet.
    #expect(
      survey(Self.line("1", aside, status: "exited")).repairs
        == [.rename("1", .current), .stop("1"), .start("1")])
    // The new one has the name and does not run.
    #expect(
      survey(Self.line("1", aside), Self.line("2", dev, status: "created")).repairs
        == [.remove("2"), .rename("1", .current), .stop("1"), .start("1")])
    // It does; whoever asks for the repairs has seen that it is good.
    #expect(survey(Self.line("1", aside), Self.line("2", dev)).repairs == [.remove("1")])
    // Somebody else has the name.
    #expect(survey(Self.line("1", aside), Self.line("2", dev, owner: "")).repairs == [])
  }
}
