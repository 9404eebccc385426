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
    _ = try RepositoryLock.acquire(directory.path)
  }

  @Test func aMissingDirectoryIsAnError() {
    #expect(throws: SystemError.self) { _ = try RepositoryLock.acquire(Array("/no/such".utf8)) }
  }
}
