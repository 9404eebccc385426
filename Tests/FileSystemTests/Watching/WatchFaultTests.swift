import Foundation
import Glibc
import LayerPlanner
import Testing

@testable import SindriWatch

/// Failures of the kernel and of the tree as a whole, injected where they cannot be produced.
@Suite struct WatchFaultTests {
  let tree: ScratchTree

  init() throws { tree = try ScratchTree() }

  @Test func anOverflowIsALossAfterWhichAllIsWatched() throws {
    let watcher = try QueueLimit.with(16) { try tree.watch() }
    // Without the right to lower the limit, the default one is exceeded.
    for number in 0..<9_000 {
      close(unsafe open(tree.full("f\(number % 7)"), O_CREAT | O_WRONLY | O_CLOEXEC, 0o644))
      if watcher.overflows == 0, number == 40 { try tree.makeDirectory("a/b") }
    }
    let seen = watcher.events()
    #expect(watcher.overflows == 1)
    let isLoss = seen.contains {
      if case .lost(let reason) = $0 { return reason.contains("overflowed") }
      return false
    }
    #expect(isLoss)
    #expect(watcher.directories == ["", "a", "a/b"])
    try tree.write("a/b/file", "1")
    #expect(watcher.events().contains(.file("a/b/file", .final)))
  }

  @Test func aStormOfOverflowsIsAnsweredLessAndLessOften() {
    var schedule = RescanSchedule()
    var now: Int64 = 0
    var pauses: [Int64] = []
    for _ in 0..<9 {
      schedule.plan(now: now, pause: 100_000_000)
      let due = schedule.due ?? -1
      pauses.append((due - now) / 1_000_000)
      now = due
      schedule.started(now)
    }
    #expect(pauses == [0, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000])
    schedule.plan(now: now + 11_000_000_000, pause: 100_000_000)
    #expect(schedule.due == now + 11_000_000_000)
  }

  @Test func withoutWatchesTheRestIsPolled() throws {
    try tree.write("a/file", "1")
    try tree.write("b/c/file", "1")
    let shortage = Switch()
    var options = TreeWatcher.Options()
    options.pollInterval = .zero
    options.injector = { call, path in
      let isB = String(decoding: path.bytes, as: UTF8.self).contains("/root/b")
      return call == .addWatch && isB && shortage.isOn ? ENOSPC : 0
    }
    let watcher = try tree.watch(options)
    var seen: [WatchEvent] = []
    watcher.drain { seen.append($0) }
    let warning = seen.compactMap { if case .warning(let text) = $0 { text } else { nil } }
    #expect(warning.count == 1)
    #expect(warning.first?.contains("sudo sysctl fs.inotify.max_user_watches=") == true)
    #expect(warning.first?.contains("2 of 4 directories are watched") == true)
    #expect(watcher.directories == ["", "a"])

    try tree.write("b/c/file", "22")
    try tree.write("b/c/new", "1")
    seen = []
    watcher.tick(watcher.deadline ?? 0) { seen.append($0) }
    #expect(seen.contains(.file("b/c/file", .final)) && seen.contains(.file("b/c/new", .final)))
    seen = []
    watcher.tick(watcher.deadline ?? 0) { seen.append($0) }
    #expect(seen == [])
    try FileManager.default.removeItem(atPath: tree.full("b/c"))
    watcher.tick(watcher.deadline ?? 0) { seen.append($0) }
    #expect(seen.contains(.directory("b/c")))

    shortage.isOn = false
    watcher.tick(watcher.deadline ?? 0) { _ in }
    #expect(watcher.deadline == nil)
    #expect(watcher.directories == ["", "a", "b"])
    try tree.write("b/last", "1")
    #expect(watcher.events().contains(.file("b/last", .final)))
  }

  @Test func everythingIsPolledWhenAskedFor() throws {
    try tree.write("a/file", "1")
    var options = TreeWatcher.Options()
    options.pollInterval = .zero
    options.polling = .everything
    let watcher = try tree.watch(options)
    watcher.drain { _ in }
    #expect(watcher.deadline != nil)
    try tree.write("a/file", "22")
    // As if inotify had said nothing.
    while case .data = readAvailable(watcher.inotify.descriptor.number) {}
    var seen: [WatchEvent] = []
    watcher.tick(watcher.deadline ?? 0) { seen.append($0) }
    #expect(seen.contains(.file("a/file", .final)))
    options.polling = .nothing
    #expect(try tree.watch(options).deadline == nil)
  }

  @Test func anUnreadableDirectoryIsTriedAgainWhenItsPermissionsChange() throws {
    try tree.write("a/file", "1")
    let denial = Switch()
    var options = TreeWatcher.Options()
    options.injector = { call, path in
      let isA = String(decoding: path.bytes, as: UTF8.self).contains("/root/a")
      return call == .addWatch && isA && denial.isOn ? EACCES : 0
    }
    let watcher = try tree.watch(options)
    var seen: [WatchEvent] = []
    watcher.drain { seen.append($0) }
    #expect(seen == [.warning("a: no permission to read it; it is not watched")])
    try tree.write("b", "1")
    #expect(watcher.events().contains(.file("b", .final)))
    denial.isOn = false
    #expect(unsafe chmod(tree.full("a"), 0o700) == 0)
    #expect(watcher.events().contains(.file("a/file", .provisional)))
    try tree.write("a/file", "2")
    #expect(watcher.events().contains(.file("a/file", .final)))
  }

  @Test func whatVanishesDuringTheWalkIsNoError() throws {
    try tree.write("a/file", "1")
    try tree.write("b/file", "1")
    let doomed = tree.full("a")
    var options = TreeWatcher.Options()
    options.injector = { call, path in
      // After the watch was added, before the directory is read.
      if call == .openDirectory || call == .status {
        try? FileManager.default.removeItem(atPath: doomed)
      }
      return 0
    }
    let watcher = try tree.watch(options)
    _ = watcher.events()
    #expect(watcher.directories == ["", "b"])
  }

  @Test func aReplacedRootIsALoss() throws {
    try tree.write("old/file", "1")
    let watcher = try tree.watch()
    #expect(tree.rename(tree.root, tree.outside + "/before"))
    try tree.write("new/file", "1")
    let seen = watcher.events()
    #expect(seen.last == .lost(reason: "the watched directory was replaced"))
    #expect(watcher.directories == ["", "new"])
    try tree.write("new/file", "2")
    #expect(watcher.events().contains(.file("new/file", .final)))
  }

  @Test(arguments: ["root", "parent"])
  func aRootThatGoesIsWaitedFor(_ what: String) throws {
    // The watched root, or the directory above it, which is silent for the root itself.
    let nested = tree.root + "/parent/root"
    try tree.write("parent/root/a/file", "1")
    var options = TreeWatcher.Options()
    options.rescanPause = .zero
    let watcher = try TreeWatcher(root: Array(nested.utf8), options: options) { _ in true }
    #expect(watcher.events() == [])
    let victim = what == "root" ? nested : tree.root + "/parent"
    #expect(tree.rename(victim, tree.outside + "/aside"))
    #expect(watcher.events().contains(.rootGone))
    try tree.write("unrelated", "1")
    #expect(watcher.events() == [])
    #expect(tree.rename(tree.outside + "/aside", victim))
    let seen = Array(watcher.events().filter { $0 != .git(busy: false) })
    #expect(seen.first == .rootBack)
    #expect(seen.last == .lost(reason: "the watched directory was replaced"))
    try tree.write("parent/root/a/file", "2")
    #expect(watcher.events().contains(.file("a/file", .final)))
  }

  @Test func aMissingRootIsAnErrorThatNamesIt() throws {
    #expect {
      try TreeWatcher(root: Array((tree.root + "/none").utf8)) { _ in true }
    } throws: { error in
      "\(error)".contains("/none: realpath: No such file or directory")
    }
  }

  @Test func anUnreadableRootIsAnErrorAtTheStart() throws {
    try tree.write("a/file", "1")
    let denial = Switch()
    var options = TreeWatcher.Options()
    options.injector = { call, _ in call == .addWatch && denial.isOn ? EACCES : 0 }
    #expect(throws: WatchError.self) { try tree.watch(options) }
    denial.isOn = false
    let watcher = try tree.watch(options)
    var seen: [WatchEvent] = []
    watcher.restart(reason: "as asked") { seen.append($0) }
    #expect(seen == [.lost(reason: "as asked")])
    #expect(watcher.directories == ["", "a"])
  }

  @Test func tooManyInstancesNamesTheSetting() {
    let text = WatchError.tooManyInstances(limit: "128").description
    #expect(text.contains("fs.inotify.max_user_instances = 128"))
    #expect(text.contains("sudo sysctl fs.inotify.max_user_instances="))
  }
}

/// Something that a test turns on and off while a closure reads it.
final class Switch {
  var isOn = true
}
