import CLinux
import Glibc
import Testing

@testable import SindriWatch

struct RotatingLogTests {
  @Test func itIsBegunAnewBeforeItGrowsTooLarge() throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    let path = directory.file("log")
    let log = try RotatingLog(path: path, mostBytes: 100)
    for number in 0..<50 { log.write(Array("line \(number)\n".utf8)) }
    let newer = String(decoding: try readFile(path), as: UTF8.self)
    let older = String(decoding: try readFile(RotatingLog.older(path)), as: UTF8.self)
    #expect(newer.utf8.count <= 100)
    #expect(older.utf8.count <= 100)
    #expect(newer.hasSuffix("line 49\n"))
    // Whole lines, and none is missing between the two.
    let numbers = (older + newer).split(separator: "\n").compactMap { Int($0.dropFirst(5)) }
    #expect(numbers == Array((50 - numbers.count)..<50))
    #expect(numbers.count > 10)
  }

  @Test func aLineLongerThanTheBoundIsWrittenWhole() throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    let path = directory.file("log")
    let log = try RotatingLog(path: path, mostBytes: 10)
    log.write(Array("a line that is too long\n".utf8))
    log.write(Array("b\n".utf8))
    #expect(try readFile(path) == Array("b\n".utf8))
    #expect(try readFile(RotatingLog.older(path)) == Array("a line that is too long\n".utf8))
  }

  @Test func whatIsThereIsKeptAndOnlyTheOwnerMayRead() throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    let path = directory.file("log")
    do { try RotatingLog(path: path).write(Array("one\n".utf8)) }
    try RotatingLog(path: path).write(Array("two\n".utf8))
    #expect(try readFile(path) == Array("one\ntwo\n".utf8))
    #expect(try fileStatus(path).st_mode & 0o777 == 0o600)
  }

  @Test func aDirectoryThatIsGoneIsAnError() {
    #expect(throws: SystemError.self) { try RotatingLog(path: Array("/no/such/log".utf8)) }
  }
}
