import Foundation
import Glibc
import Testing

@testable import SindriWatch

struct RepositoryLockTests {
  @Test func theSecondIsToldWhoHoldsIt() throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    do {
      let lock = try RepositoryLock.acquire(directory.path)
      let path = directory.path
      #expect(throws: RepositoryLock.Held(pid: getpid())) { _ = try RepositoryLock.acquire(path) }
      _ = consume lock
    }
    // A child that another test starts at this moment holds a copy of the descriptor until it has
    // become its own program.
    for _ in 0..<400 {
      if (try? RepositoryLock.acquire(directory.path)) != nil { return }
      usleep(5_000)
    }
    _ = try RepositoryLock.acquire(directory.path)
  }

  @Test func aMissingDirectoryIsAnError() {
    #expect(throws: SystemError.self) { _ = try RepositoryLock.acquire(Array("/no/such".utf8)) }
  }
}
