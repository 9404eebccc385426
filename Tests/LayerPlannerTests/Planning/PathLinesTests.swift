import LayerPlanner
import Testing

struct PathLinesTests {
  @Test(arguments: [
    ("", []), ("\n", []), ("a", ["a"]), ("a\n", ["a"]), ("a\n\nb", ["a", "b"]),
    ("./a/b\n.\n./\n..\n.c", ["a/b", ".", "", "..", ".c"]), ("a\0b", ["a\0b"]),
  ])
  func readsLines(input: String, paths: [String]) {
    let changes = PathLines.parse(Array(input.utf8), separator: 0x0A)
    #expect(changes.map(\.path) == paths.map { RepositoryPath($0) })
    #expect(changes.allSatisfy { $0.status == .modified })
  }

  @Test func readsPathsEndedByNUL() {
    let changes = PathLines.parse([0x61, 0x0A, 0xFF, 0, 0x2E, 0x2F, 0x62, 0], separator: 0)
    #expect(changes.map(\.path.bytes) == [[0x61, 0x0A, 0xFF], [0x62]])
  }
}
