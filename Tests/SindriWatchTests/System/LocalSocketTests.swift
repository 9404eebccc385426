import CLinux
import Glibc
import LayerPlanner
import Testing

@testable import SindriWatch

struct LocalSocketTests {
  private func converse(at path: [UInt8]) throws {
    let listener = try LocalSocket.listening(at: path)
    let isNobodyThere = listener.accept().number == nil
    #expect(isNobodyThere)
    #expect(try fileStatus(path).st_mode & 0o7777 == 0o600)
    let client = try LocalSocket.connected(to: path)
    let accepted = listener.accept()
    let found = accepted.number
    let number = try #require(found)
    let caller = try #require(peer(of: number))
    #expect(caller.process == getpid())
    #expect(caller.user == geteuid())
    #expect(writeAvailable(client.descriptor.number, Array("hello".utf8)[...]) == 5)
    guard case .data(let bytes) = readAvailable(number) else {
      Issue.record("nothing came")
      return
    }
    #expect(bytes == Array("hello".utf8))
    withExtendedLifetime(accepted) {}
  }

  @Test func onlyTheOwnerMayConnect() throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    try converse(at: directory.file("control"))
  }

  @Test func aLongNameWorksToo() throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    try converse(at: directory.file(String(repeating: "n", count: 90)))
    let error = #expect(throws: SystemError.self) {
      _ = try LocalSocket.listening(at: directory.file(String(repeating: "n", count: 150)))
    }
    #expect(error?.number == ENAMETOOLONG)
  }

  @Test func whatAKilledOneLeftIsNoObstacle() throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    let path = directory.file("control")
    do { _ = try LocalSocket.listening(at: path) }
    #expect(pathExists(path))
    let error = #expect(throws: SystemError.self) { _ = try LocalSocket.connected(to: path) }
    #expect(error?.number == ECONNREFUSED)
    try converse(at: path)
  }

  @Test func aReaderThatDoesNotReadIsNotWaitedFor() throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    let path = directory.file("control")
    let listener = try LocalSocket.listening(at: path)
    let client = try LocalSocket.connected(to: path)
    let accepted = listener.accept()
    let found = accepted.number
    let number = try #require(found)
    let piece = [UInt8](repeating: 0x61, count: 65_536)
    var last: Int? = 1
    for _ in 0..<200 where last != 0 { last = writeAvailable(number, piece[...]) }
    #expect(last == 0)
    withExtendedLifetime(client) {}
    withExtendedLifetime(accepted) {}
  }
}
