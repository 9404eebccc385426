import Testing

@testable import LayerPlanner

struct SeenPathsTests {
  @Test func agreesWithASet() {
    var random = RandomGlobs(seed: 7)
    for _ in 0..<50 {
      let changes = (0..<200).map { _ in
        let bytes = (0..<Int.random(in: 0...3, using: &random)).map { _ in
          UInt8.random(in: 0...3, using: &random)
        }
        return ChangedPath(
          path: RepositoryPath(bytes: bytes),
          status: Bool.random(using: &random) ? .added : .deleted)
      }
      var seen = SeenPaths(capacity: changes.count)
      var known: Set<ChangedPath> = []
      for position in changes.indices {
        #expect(seen.isNew(position, in: changes) == known.insert(changes[position]).inserted)
      }
    }
  }
}
