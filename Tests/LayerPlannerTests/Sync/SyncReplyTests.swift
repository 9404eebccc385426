import LayerPlanner
import Testing

@Suite struct SyncReplyTests {
  @Test(arguments: [
    (
      "sindri ready 12 99 5 tar",
      SyncReply.ready(.init(number: 12, start: "99"), run: "5", hasArchiver: true)
    ),
    ("sindri ready 7 - -", .ready(.init(number: 7, start: "-"), run: "-", hasArchiver: false)),
    ("sindri cannot dd", .missing("dd")),
    ("sindri ok 3", .done(group: 3)),
    ("sindri no 4 mkdir: a b", .failed(group: 4, cause: "mkdir: a b")),
    ("sindri no - No space left", .failed(group: nil, cause: "No space left")),
    (
      "sindri no - tar: 0/f: Wrote only 512 of 1024 bytes",
      .failed(
        group: nil,
        cause: "No space left on device (tar: 0/f: Wrote only 512 of 1024 bytes)")
    ),
    ("sindri no 1 ", .failed(group: 1, cause: "no reason was given")),
    (
      "sindri no 5 link /etc /lib/a b",
      .failed(
        group: 5,
        cause: "/lib/a b is, or is below, a symbolic link in the container; nothing is written "
          + "through a link")
    ),
  ])
  func readsWhatTheProgramSays(line: String, reply: SyncReply) {
    #expect(SyncReply(line: line) == reply)
  }

  @Test(arguments: [
    "", "sindri", "sindri ok", "sindri ok x", "sindri ready 7", "ok 1", "sindri what 1",
  ])
  func ignoresTheRest(line: String) {
    #expect(SyncReply(line: line) == nil)
  }
}
