import LayerPlanner
import Testing

struct ContainerFailureTests {
  @Test(arguments: [
    (
      "Error response from daemon: driver failed programming external connectivity on endpoint d: "
        + "Bind for 127.0.0.1:2222 failed: port is already allocated", ContainerFailure.portTaken
    ),
    ("listen tcp4 0.0.0.0:80: bind: address already in use", .portTaken),
    (
      "OCI runtime create failed: exec: \"/no\": stat /no: no such file or directory: unknown",
      .noProgram
    ),
    ("exec: \"nope\": executable file not found in $PATH", .noProgram),
    ("Error response from daemon: No such image: x:y", .noImage),
    ("Conflict. The container name \"/dev.next\" is already in use by container \"1\"", .nameTaken),
    ("write /var/lib: no space left on device", .diskFull),
    ("something else", .other),
  ])
  func tellsFailuresApart(_ text: String, _ failure: ContainerFailure) {
    #expect(ContainerFailure.classify(text) == failure)
    #expect(!failure.nextStep.isEmpty)
  }
}
