import CLinux
import Foundation
import Glibc
import LayerPlanner
import Testing

@testable import SindriWatch

/// One test for each case that is known to go wrong in watchers.
@Suite struct TreeWatcherTests {
  let tree: ScratchTree

  init() throws { tree = try ScratchTree() }

  @Test func aSaveIsFinal() throws {
    try tree.write("a/b/c", "1")
    let watcher = try tree.watch()
    #expect(watcher.events() == [])
    try tree.write("a/b/c", "22")
    #expect(watcher.events().contains(.file("a/b/c", .final)))
    #expect(watcher.events() == [])
  }

  @Test func truncatingIsProvisionalUntilClosed() throws {
    try tree.write("a", "1")
    let watcher = try tree.watch()
    let file = try #require(FileHandle(forWritingAtPath: tree.full("a")))
    try file.truncate(atOffset: 0)
    #expect(watcher.events() == [.file("a", .provisional)])
    try file.write(contentsOf: Data("2".utf8))
    try file.close()
    #expect(watcher.events().last == .file("a", .final))
  }

  @Test func whatIsMadeBeforeTheWatchIsReported() throws {
    let watcher = try tree.watch()
    try tree.write("a/b/c/file", "1")
    let seen = watcher.events()
    for path in ["a", "a/b", "a/b/c"] { #expect(seen.contains(.directory(RepositoryPath(path)))) }
    #expect(seen.contains(.file("a/b/c/file", .provisional)))
    try tree.write("a/b/c/file", "2")
    #expect(watcher.events().contains(.file("a/b/c/file", .final)))
  }

  @Test func aRecreatedDirectoryIsReadAnew() throws {
    try tree.write("a/old", "1")
    let watcher = try tree.watch()
    // Both before the first event is read.
    try FileManager.default.removeItem(atPath: tree.full("a"))
    try tree.write("a/new", "2")
    let seen = watcher.events()
    #expect(seen.contains(.directory("a")) && seen.contains(.file("a/new", .provisional)))
    try tree.write("a/new", "3")
    #expect(watcher.events().contains(.file("a/new", .final)))
  }

  @Test func aRenamedDirectoryKeepsItsWatchesUnderItsNewName() throws {
    try tree.write("a/x/file", "1")
    try tree.write("ab/x/file", "1")
    let watcher = try tree.watch()
    #expect(tree.rename(tree.full("a"), tree.full("c")))
    let seen = watcher.events()
    #expect(seen.contains(.directory("a")) && seen.contains(.file("c/x/file", .provisional)))
    #expect(!seen.contains { "\($0)".contains("ab/") })
    #expect(watcher.directories == ["", "ab", "ab/x", "c", "c/x"])
    try tree.write("c/x/file", "2")
    try tree.write("ab/x/file", "2")
    let after = watcher.events()
    #expect(after.contains(.file("c/x/file", .final)))
    #expect(after.contains(.file("ab/x/file", .final)))
  }

  @Test func aDirectoryMovedOutIsSilent() throws {
    try tree.write("a/x/file", "1")
    let watcher = try tree.watch()
    #expect(tree.rename(tree.full("a"), tree.outside + "/gone"))
    #expect(watcher.events() == [.directory("a")])
    try Data("2".utf8).write(to: URL(fileURLWithPath: tree.outside + "/gone/x/file"))
    #expect(watcher.events() == [])
    let kernel = Disk.watches(of: watcher.descriptors[0].fd)
    let gone = try #require(Disk.identity(of: tree.outside + "/gone/x"))
    #expect(!kernel.values.contains(gone))
  }

  @Test func aDirectoryMovedInIsReportedInFull() throws {
    let watcher = try tree.watch()
    let source = tree.outside + "/source/x"
    try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
    try Data("1".utf8).write(to: URL(fileURLWithPath: source + "/file"))
    #expect(tree.rename(tree.outside + "/source", tree.full("in")))
    let seen = watcher.events()
    #expect(seen.contains(.directory("in")) && seen.contains(.file("in/x/file", .provisional)))
  }

  @Test func exchangedDirectoriesAreBothReported() throws {
    try tree.write("a/one", "1")
    try tree.write("b/two", "2")
    let watcher = try tree.watch()
    #expect(unsafe renameat2(AT_FDCWD, tree.full("a"), AT_FDCWD, tree.full("b"), 2) == 0)
    let seen = watcher.events()
    #expect(seen.contains(.file("b/one", .provisional)))
    #expect(seen.contains(.file("a/two", .provisional)))
    try tree.write("a/two", "3")
    #expect(watcher.events().contains(.file("a/two", .final)))
  }

  @Test func aReplacedDirectoryForgetsItsOldWatch() throws {
    try tree.write("a/file", "1")
    try tree.makeDirectory("b")
    let watcher = try tree.watch()
    // The directory `b` is overwritten: no DELETE is sent for it, and its watch ends.
    #expect(tree.rename(tree.full("a"), tree.full("b")))
    #expect(watcher.events().contains(.file("b/file", .provisional)))
    try tree.write("b/file", "2")
    #expect(watcher.events().contains(.file("b/file", .final)))
    #expect(watcher.directories == ["", "b"])
  }

  @Test func linksAreLeaves() throws {
    try tree.makeDirectory("a")
    #expect(unsafe symlink("..", tree.full("a/loop")) == 0)
    #expect(unsafe symlink("a", tree.full("b")) == 0)
    let watcher = try tree.watch()
    #expect(watcher.directories == ["", "a"])
    #expect(unsafe symlink(".", tree.full("a/other")) == 0)
    #expect(watcher.events() == [.file("a/other", .provisional)])
    #expect(watcher.directories == ["", "a"])
  }

  @Test func hardLinksAndNamelessFilesAreProvisional() throws {
    try tree.write("a", "1")
    let watcher = try tree.watch()
    #expect(unsafe link(tree.full("a"), tree.full("b")) == 0)
    #expect(watcher.events().contains(.file("b", .provisional)))
    let file = unsafe open(tree.root, sindri_O_TMPFILE | O_WRONLY | O_CLOEXEC, 0o644)
    try #require(file >= 0)
    let name = "/proc/self/fd/\(file)"
    #expect(unsafe linkat(AT_FDCWD, name, AT_FDCWD, tree.full("c"), AT_SYMLINK_FOLLOW) == 0)
    #expect(watcher.events().contains(.file("c", .provisional)))
    close(file)
  }

  @Test func aMappedWriteIsReportedWhenTheFileIsClosed() throws {
    try tree.write("a", "1234")
    let watcher = try tree.watch()
    let file = unsafe open(tree.full("a"), O_RDWR | O_CLOEXEC)
    let memory = unsafe mmap(nil, 4, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
    unsafe memory?.storeBytes(of: 0x41, as: UInt8.self)
    #expect(watcher.events() == [])
    unsafe munmap(memory, 4)
    close(file)
    #expect(watcher.events() == [.file("a", .final)])
  }

  @Test func permissionsAreAttributes() throws {
    try tree.write("d/a", "1")
    let watcher = try tree.watch()
    #expect(unsafe chmod(tree.full("d/a"), 0o755) == 0)
    #expect(watcher.events() == [.file("d/a", .attributes)])
    #expect(unsafe chmod(tree.full("d"), 0o700) == 0)
    #expect(watcher.events() == [.changed(path: "d", kind: .attributes, isDirectory: true)])
  }

  @Test func editorsFilesAreNotReportedButTheFileIs() throws {
    try tree.write("a", "1")
    let watcher = try tree.watch()
    try tree.write(".a.swp", "x")
    try tree.write("4913", "x")
    try tree.write("a~", "x")
    #expect(watcher.events() == [])
    #expect(tree.rename(tree.full("a~"), tree.full("a")))
    #expect(watcher.events() == [.file("a", .final)])
  }

  @Test func prunedDirectoriesAreNeverWatched() throws {
    try tree.write("skip/deep/file", "1")
    try tree.write("keep/file", "1")
    try tree.write(".git/objects/x", "1")
    let watcher = try tree.watch { !$0.elementsEqual("skip".utf8) }
    #expect(watcher.directories == ["", "keep"])
    try tree.write("skip/deep/file", "2")
    try tree.write(".git/objects/x", "2")
    #expect(watcher.events() == [])
  }

  @Test func readingReportsNothing() throws {
    try tree.write("a/b", "1")
    let watcher = try tree.watch()
    _ = Disk.scan(tree.root, ignoring: "")
    #expect(watcher.events() == [])
  }

  @Test func namesAreBytes() throws {
    let name: [UInt8] = [0x6E, 0x0A, 0xFF, 0x22]
    let watcher = try tree.watch()
    let directory = Array(tree.root.utf8) + [0x2F] + name
    try #require(mkdir(directory) == 0)
    #expect(watcher.events() == [.directory(RepositoryPath(bytes: name))])
    close(create(directory + [0x2F] + name))
    let path = RepositoryPath(bytes: name + [0x2F] + name)
    #expect(watcher.events() == [.file(path, .provisional), .file(path, .final)])
  }

  @Test func pathsMayBeLongerThanThePathLimit() throws {
    // Forty levels of 200 bytes: twice PATH_MAX, built by descending.
    let name = String(repeating: "d", count: 200)
    let before = unsafe open(tree.root, O_DIRECTORY | O_CLOEXEC)
    var directory = dup(before)
    for _ in 0..<40 {
      #expect(unsafe mkdirat(directory, name, 0o755) == 0)
      let next = unsafe openat(directory, name, O_DIRECTORY | O_CLOEXEC)
      close(directory)
      directory = next
    }
    defer {
      close(directory)
      close(before)
    }
    let watcher = try tree.watch()
    #expect(watcher.map.count == 41)
    close(unsafe openat(directory, "file", O_CREAT | O_WRONLY | O_CLOEXEC, 0o644))
    let seen = watcher.events()
    let path = Array(repeating: name, count: 40).joined(separator: "/") + "/file"
    #expect(seen.contains(.file(RepositoryPath(path), .final)))
    #expect(unsafe mkdirat(directory, "last", 0o755) == 0)
    #expect(watcher.events().count == 1)
    #expect(watcher.map.count == 42)
    // Too deep for the removal by path at the end.
    #expect(unsafe unlinkat(directory, "last", AT_REMOVEDIR) == 0)
    #expect(unsafe unlinkat(directory, "file", 0) == 0)
    try shorten(name, levels: 40)
  }

  /// Removes the deep chain from its middle, by moving its lower half up.
  private func shorten(_ name: String, levels: Int) throws {
    for _ in 0..<levels {
      let lower = tree.full(name + "/" + name)
      let aside = tree.full("aside")
      let isLast = !tree.rename(lower, aside)
      #expect(unsafe rmdir(tree.full(name)) == 0)
      if isLast { return }
      #expect(tree.rename(aside, tree.full(name)))
    }
  }

  @Test func childrenInheritNoDescriptor() throws {
    let watcher = try tree.watch()
    for polled in watcher.descriptors {
      #expect(fcntl(polled.fd, F_GETFD) & FD_CLOEXEC != 0)
    }
  }

  private func mkdir(_ path: [UInt8]) -> Int32 {
    unsafe withCString(path + [0]) { unsafe Glibc.mkdir($0, 0o755) }
  }

  private func create(_ path: [UInt8]) -> Int32 {
    unsafe withCString(path + [0]) { unsafe open($0, O_CREAT | O_WRONLY | O_CLOEXEC, 0o644) }
  }
}
