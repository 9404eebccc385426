import Foundation
import Glibc
import LayerPlanner
import Testing

@testable import SindriWatch

/// What git does in its directory while it rewrites the tree.
@Suite struct GitStateTests {
  let tree: ScratchTree

  init() throws { tree = try ScratchTree() }

  @Test func theLockBracketsTheChangesOfTheTree() throws {
    try tree.makeDirectory(".git")
    let watcher = try tree.watch()
    try tree.write(".git/index.lock", "")
    try tree.write("a", "1")
    #expect(tree.rename(tree.full(".git/index.lock"), tree.full(".git/index")))
    try tree.write("b", "1")
    let seen = watcher.events()
    let changes = seen.filter { $0 == .git(busy: true) || $0 == .git(busy: false) }
    #expect(changes == [.git(busy: true), .git(busy: false)])
    let begin = try #require(seen.firstIndex(of: .git(busy: true)))
    let end = try #require(seen.firstIndex(of: .git(busy: false)))
    let first = try #require(seen.firstIndex(of: .file("a", .final)))
    let second = try #require(seen.firstIndex(of: .file("b", .final)))
    #expect(begin < first && first < end && end < second)
    #expect(!watcher.readGitState())
  }

  @Test(arguments: ["rebase-merge", "rebase-apply"])
  func aRebaseIsBusyFromStartToEnd(_ name: String) throws {
    try tree.makeDirectory(".git/\(name)")
    let watcher = try tree.watch()
    #expect(watcher.events() == [.git(busy: true)])
    #expect(watcher.readGitState())
    try tree.write(".git/index.lock", "")
    #expect(unsafe unlink(tree.full(".git/index.lock")) == 0)
    #expect(watcher.events() == [])
    try FileManager.default.removeItem(atPath: tree.full(".git/\(name)"))
    #expect(watcher.events() == [.git(busy: false)])
  }

  @Test func theDirectoryOfALinkedWorktreeIsFound() throws {
    let directory = tree.outside + "/main.git/worktrees/root"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try tree.write(".git", "gitdir: ../main.git/worktrees/root\n")
    let watcher = try tree.watch()
    try Data().write(to: URL(fileURLWithPath: directory + "/index.lock"))
    #expect(watcher.events() == [.git(busy: true)])
    #expect(unsafe unlink(directory + "/index.lock") == 0)
    #expect(watcher.events() == [.git(busy: false)])
  }

  @Test func aRepositoryMadeLaterIsSeen() throws {
    let watcher = try tree.watch()
    try tree.makeDirectory(".git")
    try tree.write(".git/index.lock", "")
    #expect(watcher.events().contains(.git(busy: true)))
    try FileManager.default.removeItem(atPath: tree.full(".git"))
    #expect(watcher.events().contains(.git(busy: false)))
    try tree.makeDirectory(".git")
    _ = watcher.events()
    try tree.write(".git/index.lock", "")
    #expect(watcher.events() == [.git(busy: true)])
  }
}
