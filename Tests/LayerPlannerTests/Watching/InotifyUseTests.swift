import LayerPlanner
import Testing

@Suite struct InotifyUseTests {
  private let use = InotifyUse(processes: [
    ("node", 20), ("code", 700), ("idle", 0), ("node", 30), ("a", 4), ("b", 4), ("c", 1),
  ])

  @Test func processesOfOneProgramAreOne() {
    #expect(use.programs.map(\.name) == ["code", "node", "a", "b", "c"])
    #expect(use.programs.map(\.watches) == [700, 50, 4, 4, 1])
    #expect(use.total == 759)
  }

  @Test func theGreediestAreNamed() {
    #expect(use.text() == "code 700, node 50, a 4 and 2 others 5")
    #expect(use.text(naming: 4) == "code 700, node 50, a 4, b 4 and 1 other 1")
    #expect(use.text(naming: 9) == "code 700, node 50, a 4, b 4, c 1")
    #expect(InotifyUse(processes: []).text().isEmpty)
  }

  @Test func watchesAreCountedByLine() {
    let text = """
      pos:\t0
      flags:\t02004000
      inotify wd:2 ino:5 sdev:10 mask:fc6 ignored_mask:0 fhandle-bytes:8
      inotify wd:1 ino:2 sdev:10 mask:fc6 ignored_mask:0 fhandle-bytes:8

      """
    #expect(InotifyUse.watches(inDescriptorInformation: Array(text.utf8)) == 2)
    #expect(InotifyUse.watches(inDescriptorInformation: []) == 0)
  }

  @Test func theAdvisedLimitHasRoom() {
    #expect(use.advisedLimit(needed: 10) == 524_288)
    #expect(use.advisedLimit(needed: 1_000_000) == 2_001_518)
  }
}
