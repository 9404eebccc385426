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
      Self.line("1", "dev"), Self.line("2", "dev.next", owner: "/other"),
      Self.line("3", "dev.previous", owner: ""), "Error: No such container")
    #expect(found.own(.current)?.id == "1")
    #expect(found.own(.next) == nil)
    #expect(found.own(.previous) == nil)
    #expect(!found.hasLeftovers)
    #expect(found.foreignName == "dev.next")
    // What was found by the beginning of its ID has another name.
    #expect(survey(Self.line("dev", "somebody")) == survey())
  }

  @Test func repairsLeaveOneContainer() {
    let (dev, aside, next) = ("dev", "dev.previous", "dev.next")
    #expect(survey(Self.line("1", dev)).repairs == [])
    // Made, and nothing else done yet; or the old one stopped already.
    #expect(
      survey(Self.line("1", dev), Self.line("2", next)).repairs
        == [.remove("2"), .stop("1"), .start("1")])
    // Set aside, the name not taken yet.
    #expect(
      survey(Self.line("1", aside, status: "exited"), Self.line("2", next)).repairs
        == [.remove("2"), .rename("1", .current), .stop("1"), .start("1")])
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
