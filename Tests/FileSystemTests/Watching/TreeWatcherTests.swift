import Foundation
import LayerPlanner
import Testing

@testable import SindriWatch

@Suite struct TreeWatcherTests {
  @Test func reportsASave() throws {
    let tree = try ScratchTree()
    try tree.write("a/b/c", "1")
    let watcher = try tree.watch()
    try tree.write("a/b/c", "22")
    var seen: [WatchEvent] = []
    watcher.drain { seen.append($0) }
    #expect(seen.contains(.changed(path: "a/b/c", kind: .final, isDirectory: false)))
  }

  @Test func reportsWhatIsInANewDirectory() throws {
    let tree = try ScratchTree()
    let watcher = try tree.watch()
    try tree.write("a/b/c", "1")
    var seen: [WatchEvent] = []
    watcher.drain { seen.append($0) }
    #expect(seen.contains(.changed(path: "a/b/c", kind: .provisional, isDirectory: false)))
    try tree.write("a/b/c", "2")
    seen = []
    watcher.drain { seen.append($0) }
    #expect(seen.contains(.changed(path: "a/b/c", kind: .final, isDirectory: false)))
  }
}
