import CLinux
import Glibc
import Testing

@testable import SindriWatch

struct WatcherFilesTests {
  private func workspace(_ directory: [UInt8], state: [UInt8]) throws -> Workspace {
    let invocation = try ArgumentParser.parse([Array("-C".utf8), directory, Array("status".utf8)])
    var environment = ProcessEnvironment(entries: [])
    environment.set("XDG_STATE_HOME", String(decoding: state, as: UTF8.self))
    return try Workspace(invocation, environment: environment)
  }

  @Test func theRecordAndTheLockTellWhoIsThere() throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    let state = try TemporaryDirectory(environment: .inherited)
    let files = WatcherFiles(directory: state.path)
    let workspace = try workspace(directory.path, state: state.path)
    #expect(try workspace.watcher(files) == .absent)
    do {
      let lock = try RepositoryLock.acquire(workspace.root)
      #expect(try workspace.watcher(files) == .working(pid: getpid()))
      try files.write(WatcherFiles.Record(pid: getpid(), isDetached: true))
      #expect(try workspace.watcher(files) == .watching(pid: getpid()))
      // A command that builds after a watcher was killed is not that watcher.
      try files.write(WatcherFiles.Record(pid: 1, isDetached: true))
      #expect(try workspace.watcher(files) == .working(pid: getpid()))
      _ = consume lock
    }
    // A child that another test starts at this moment holds the lock for a moment more.
    var found = try workspace.watcher(files)
    for _ in 0..<400 where found.pid != nil {
      usleep(5_000)
      found = try workspace.watcher(files)
    }
    guard case .died(let lastSeen) = found else {
      Issue.record("not dead: \(found)")
      return
    }
    #expect(abs(lastSeen - Int64(time(nil))) < 60)
    files.removeRecord()
    #expect(try workspace.watcher(files) == .absent)
  }

  @Test func recordsAreRead() {
    let record = WatcherFiles.Record(pid: 12, isDetached: false)
    #expect(WatcherFiles.Record(Array(record.text.utf8)) == record)
    for text in ["", "12", "x foreground\n", "1 2 3"] {
      #expect(WatcherFiles.Record(Array(text.utf8)) == nil)
    }
  }

  @Test func theDirectoryIsPrivate() throws {
    let state = try TemporaryDirectory(environment: .inherited)
    try makePrivate(state.path)
    _ = unsafe chmod(String(decoding: state.path, as: UTF8.self), 0o755)
    try makePrivate(state.path)
    #expect(try fileStatus(state.path).st_mode & 0o777 == 0o700)
  }
}
