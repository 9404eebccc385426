import Foundation
import Testing

@testable import LayerPlanner

@Suite struct SyncArchiveTests {
  @Test func tarUnpacksIt() throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("sindri-archive-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let long = String(repeating: "n", count: 255)
    let far = String(repeating: "t/", count: 90) + "end"
    var archive = SyncArchive()
    archive.addDirectory(Array("d".utf8), mode: 0o750, time: 1)
    archive.addFile(Array("d/f\n\"x".utf8), mode: 0o755, time: 1_000_000_000, Array("abc".utf8))
    archive.addFile(
      Array("d/\(long)".utf8), mode: 0o600, time: 1, [UInt8](repeating: 7, count: 513))
    archive.addLink(Array("d/l".utf8), target: Array("/etc".utf8), time: 1)
    archive.addLink(Array("d/m".utf8), target: Array(far.utf8), time: 1)
    archive.finish(block: 4096)
    #expect(archive.bytes.count % 4096 == 0)
    let file = directory.appendingPathComponent("a.tar")
    try Data(archive.bytes).write(to: file)
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    tar.arguments = ["tar", "-xpf", file.path, "-C", directory.path]
    try tar.run()
    tar.waitUntilExit()
    #expect(tar.terminationStatus == 0)
    let manager = FileManager.default
    let path = directory.appendingPathComponent("d").path
    #expect(try Data(contentsOf: URL(fileURLWithPath: path + "/f\n\"x")) == Data("abc".utf8))
    let attributes = try manager.attributesOfItem(atPath: path + "/f\n\"x")
    #expect(attributes[.posixPermissions] as? Int == 0o755)
    #expect((attributes[.modificationDate] as? Date)?.timeIntervalSince1970 == 1_000_000_000)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path + "/" + long)).count == 513)
    #expect(try manager.destinationOfSymbolicLink(atPath: path + "/l") == "/etc")
    #expect(try manager.destinationOfSymbolicLink(atPath: path + "/m") == far)
  }

  @Test func itsFirstHeaderSaysWhatItIs() {
    var archive = SyncArchive()
    let owner = SyncArchive.Owner(user: 1000, group: 5)
    archive.addDirectory(Array("d".utf8), mode: 0o750, time: 1, owner: owner)
    let header = SyncArchiveHeader(archive.bytes)
    #expect(header?.type == UInt8(ascii: "5"))
    #expect(header?.owner == owner)
    #expect(SyncArchiveHeader(Array(archive.bytes.dropLast())) == nil)
  }
}
