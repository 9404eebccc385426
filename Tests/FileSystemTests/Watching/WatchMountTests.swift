import Foundation
import Glibc
import LayerPlanner
import Testing

@testable import SindriWatch

/// Mounts in and over the tree. They need root; without it they say that they were skipped.
@Suite(.serialized, .enabled(if: geteuid() == 0, "mounting needs root"))
struct WatchMountTests {
  let tree: ScratchTree

  init() throws { tree = try ScratchTree() }

  @Test func aDirectoryWithTwoPathsIsReportedUnderBoth() throws {
    try tree.write("a/x/file", "1")
    try tree.makeDirectory("b")
    var options = TreeWatcher.Options()
    options.rescanPause = .zero
    let watcher = try tree.watch(options)
    try #require(run("mount", "--bind", tree.full("a"), tree.full("b")), "mount failed")
    defer { _ = run("umount", "--lazy", tree.full("b")) }
    #expect(turn(watcher) == [.lost(reason: "a mount inside the tree changed")])
    #expect(watcher.directories == ["", "a", "a/x", "b", "b/x"])
    try tree.write("a/x/file", "22")
    let seen = turn(watcher)
    #expect(seen.contains(.file("a/x/file", .final)) && seen.contains(.file("b/x/file", .final)))
    try #require(run("umount", tree.full("b")), "umount failed")
    #expect(turn(watcher).last == .lost(reason: "a mount inside the tree changed"))
    #expect(watcher.directories == ["", "a", "a/x", "b"])
  }

  @Test func aMountOverTheRootIsSeen() throws {
    try tree.write("a/file", "1")
    var options = TreeWatcher.Options()
    options.rescanPause = .zero
    let watcher = try tree.watch(options)
    try #require(run("mount", "-t", "tmpfs", "tmpfs", tree.root), "mount failed")
    defer { _ = run("umount", "--lazy", tree.root) }
    #expect(turn(watcher).last == .lost(reason: "the watched directory was replaced"))
    #expect(watcher.directories == [""])
    try tree.write("b", "1")
    #expect(turn(watcher).contains(.file("b", .final)))
    try #require(run("umount", tree.root), "umount failed")
    #expect(turn(watcher).last == .lost(reason: "the watched directory was replaced"))
    #expect(watcher.directories == ["", "a"])
  }

  @Test func aMountElsewhereIsNoNews() throws {
    let watcher = try tree.watch()
    let other = tree.outside + "/other"
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
    try #require(run("mount", "-t", "tmpfs", "tmpfs", other), "mount failed")
    defer { _ = run("umount", other) }
    #expect(turn(watcher) == [])
  }

  /// One turn of the loop that drives the watcher.
  private func turn(_ watcher: TreeWatcher) -> [WatchEvent] {
    var seen: [WatchEvent] = []
    var polled = watcher.descriptors
    _ = unsafe poll(&polled, nfds_t(polled.count), 100)
    for descriptor in polled where descriptor.revents != 0 {
      watcher.ready(descriptor.fd) { seen.append($0) }
    }
    while let due = watcher.deadline, due <= monotonicNanoseconds() {
      watcher.tick(monotonicNanoseconds()) { seen.append($0) }
    }
    return seen
  }

  private func run(_ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
