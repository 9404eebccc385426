import Foundation
import Glibc
import Testing

@testable import SindriWatch

/// Real children, driven by the real loop; serialised, since signals belong to the whole process.
@Suite(.serialized)
struct ChildTableTests {
  private let root = Array("/".utf8)

  private func words(_ words: String...) -> [[UInt8]] { words.map { Array($0.utf8) } }

  @Test func collectsBothStreamsAndTheStatus() throws {
    let loop = try EventLoop()
    let result = try loop.run(
      words("sh", "-c", "printf out; printf err >&2; exit 3"), in: root, environment: .inherited)
    let ended = try #require(result)
    #expect(ended.ending == .exited(3))
    #expect(ended.text == "out")
    #expect(ended.errorText == "err")
    #expect(!ended.succeeded)
    #expect(loop.children.isEmpty)
  }

  @Test func passesArgumentsAndEnvironmentAsBytes() throws {
    let loop = try EventLoop()
    var environment = ProcessEnvironment.inherited
    environment.set("SINDRI_TEST", "a b\n$c")
    let odd: [UInt8] = [0x27, 0x0A, 0xFF, 0x24, 0x2D]
    let result = try loop.run(
      words("sh", "-c", "printf '%s|%s|%s' \"$1\" \"$SINDRI_TEST\" \"$PWD\"", "sh") + [odd],
      in: root, environment: environment)
    let ended = try #require(result)
    #expect(ended.output == odd + Array("|a b\n$c|/".utf8))
  }

  @Test func childrenInheritNoDescriptorAndNoBlockedSignal() throws {
    let loop = try EventLoop()
    let result = try loop.run(
      words("sh", "-c", "ls /proc/self/fd; grep SigBlk /proc/self/status"), in: root,
      environment: .inherited)
    let lines = Set(try #require(result).text.split(separator: "\n").map(String.init))
    #expect(lines.contains("SigBlk:\t0000000000000000"))
    // The test runner's own descriptors are inherited where it left them so; ours never are. The
    // lowest free number is the one with which ls reads the directory.
    let inherited = (0..<1024).filter { fcntl($0, F_GETFD) & FD_CLOEXEC == 0 }.map(String.init)
    let extra = lines.subtracting(inherited).subtracting(["SigBlk:\t0000000000000000"])
    #expect(extra.count <= 1)
  }

  @Test func missingProgramIsAnError() throws {
    let loop = try EventLoop()
    let error = #expect(throws: SystemError.self) {
      try loop.run(words("/no/such/program"), in: root, environment: .inherited)
    }
    #expect(try #require(error).number == ENOENT)
  }

  @Test func terminationReachesTheWholeGroup() throws {
    let loop = try EventLoop()
    var ended: CommandResult?
    // The grandchild holds the pipe open: only a signal to the group ends it.
    let pid = try loop.children.start(
      words("sh", "-c", "sleep 1000 & echo started; wait"), in: root, environment: .inherited,
      observe: { _ in }, completion: { ended = $0 })
    loop.children.terminate(pid, now: monotonicNanoseconds())
    try loop.run { ended != nil }
    #expect(ended?.ending == .signalled(SIGTERM))
    // The grandchild is dead, but its group is there until init has collected it.
    var isGone = false
    for _ in 0..<1000 where !isGone {
      isGone = kill(-pid, 0) == -1
      if !isGone { usleep(2000) }
    }
    #expect(isGone)
  }

  @Test func aChildThatIgnoresTerminationIsKilled() throws {
    let loop = try EventLoop()
    var ended: CommandResult?
    var output: [UInt8] = []
    let pid = try loop.children.start(
      words("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1000; done"), in: root,
      environment: .inherited, observe: { output += $0 }, completion: { ended = $0 })
    try loop.run { !output.isEmpty }
    // As if asked long ago: the grace period is over at the next tick.
    loop.children.terminate(pid, now: monotonicNanoseconds() - ChildTable.grace)
    try loop.run { ended != nil }
    #expect(ended?.ending == .signalled(SIGKILL))
  }

  @Test func keepsOnlyTheEndOfAFlood() throws {
    let loop = try EventLoop()
    let result = try loop.run(
      words("sh", "-c", "head -c 5000000 /dev/zero; printf end"), in: root,
      environment: .inherited)
    let ended = try #require(result)
    #expect(ended.output.count <= 2 * ChildTable.captureLimit)
    #expect(ended.output.suffix(3).elementsEqual("end".utf8))
  }
}
