import Foundation
import Testing

@testable import LayerPlanner

/// The program for the container, run here by sh and, where it is installed, by busybox.
@Suite struct SyncProgramTests {
  private static let shells: [[String]] = {
    let busybox = ["/usr/bin/busybox", "/bin/busybox"].first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
    if busybox == nil { print("SKIPPED: the sync program by busybox, which is not installed") }
    return [["sh"]] + (busybox.map { [[$0, "sh"]] } ?? [])
  }()

  /// A target and a place beside it that must not change.
  private final class Place {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("sindri-program-\(UUID().uuidString)").resolvingSymlinksInPath()
    var target: String { url.path + "/target" }

    init() throws {
      for name in ["target", "outside"] {
        try FileManager.default.createDirectory(
          at: url.appendingPathComponent(name), withIntermediateDirectories: true)
      }
      try "kept".write(
        to: url.appendingPathComponent("outside/file"), atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func read(_ path: String) -> String? {
      try? String(contentsOfFile: target + "/" + path, encoding: .utf8)
    }

    func mode(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: target + "/" + path)[.posixPermissions]
        as? Int
    }

    func names(_ path: String = "") throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: target + "/" + path).sorted()
    }
  }

  private static func parcel(_ path: RepositoryPath, _ content: SyncParcel.Content) -> SyncParcel {
    SyncParcel(section: 0, path: path, inside: path, content: content)
  }

  private static func file(_ text: String, mode: UInt32 = 0o644) -> SyncParcel.Content {
    .file(mode: mode, time: 1_000_000_000, bytes: Array(text.utf8))
  }

  private static func script(_ parcels: [SyncParcel], _ place: Place, tar: Bool) -> SyncScript {
    SyncScript(
      parcels, sections: [SyncSection(path: .root, target: place.target)], firstGroup: 1,
      hasArchiver: tar)
  }

  /// Runs the program on some input and gives its answers.
  private static func run(_ input: [UInt8], shell: [String]) throws -> [SyncReply] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = shell + SyncProgram.arguments(after: nil).dropFirst()
    let files = FileManager.default.temporaryDirectory
    let given = files.appendingPathComponent("sindri-program-in-\(UUID().uuidString)")
    try Data(input).write(to: given)
    defer { try? FileManager.default.removeItem(at: given) }
    process.standardInput = try FileHandle(forReadingFrom: given)
    let output = Pipe()
    process.standardOutput = output
    process.currentDirectoryURL = files
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n")
      .compactMap { SyncReply(line: String($0)) }
  }

  private static func isDone(_ reply: SyncReply) -> Bool {
    if case .done = reply { true } else { false }
  }

  @Test(arguments: shells, [false, true])
  func bringsEveryKindOfThing(shell: [String], tar: Bool) throws {
    let place = try Place()
    let long = String(repeating: "n", count: 255)
    let large = String(repeating: "x", count: 200_000)
    var parcels = [
      Self.parcel("d", .directory(mode: 0o750)), Self.parcel("d/e", .directory(mode: 0o700)),
      Self.parcel("d/e/f", Self.file("f", mode: 0o755)), Self.parcel("a", Self.file("a")),
      Self.parcel("new\nline\n", Self.file("n")), Self.parcel("-rf", Self.file("r")),
      Self.parcel("q'\"\\ *", Self.file("q")), Self.parcel(".hidden", Self.file("h")),
      Self.parcel(RepositoryPath(long), Self.file("l")), Self.parcel("empty", Self.file("")),
      Self.parcel("large", Self.file(large, mode: 0o600)),
      Self.parcel("link", .link(target: Array("../outside".utf8))),
    ]
    let first = try Self.run(Self.script(parcels, place, tar: tar).bytes, shell: shell)
    #expect(first.dropFirst().allSatisfy(Self.isDone))
    #expect(first.count > 2)
    #expect(place.read("d/e/f") == "f")
    #expect(try place.mode("d") == 0o750)
    #expect(try place.mode("d/e/f") == 0o755)
    #expect(place.read("new\nline\n") == "n")
    #expect(place.read("-rf") == "r")
    #expect(place.read("q'\"\\ *") == "q")
    #expect(place.read(".hidden") == "h")
    #expect(place.read(long) == "l")
    #expect(place.read("empty")?.isEmpty == true)
    #expect(place.read("large") == large)
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: place.target + "/link")
        == "../outside")
    // Everything changes its kind: files become directories, directories files.
    parcels = try place.names().map { name in
      let isDirectory = name == "d"
      return Self.parcel(
        RepositoryPath(name), isDirectory ? Self.file("was d") : .directory(mode: 0o755))
    }
    let second = try Self.run(Self.script(parcels, place, tar: tar).bytes, shell: shell)
    #expect(second.dropFirst().allSatisfy(Self.isDone))
    #expect(place.read("d") == "was d")
    #expect(try place.names("link").isEmpty)
    // And everything goes.
    parcels = try place.names().map { Self.parcel(RepositoryPath($0), .nothing) }
    let third = try Self.run(Self.script(parcels, place, tar: tar).bytes, shell: shell)
    #expect(third.dropFirst().allSatisfy(Self.isDone))
    #expect(try place.names().isEmpty)
    #expect(
      try String(contentsOf: place.url.appendingPathComponent("outside/file"), encoding: .utf8)
        == "kept")
  }

  @Test(arguments: shells, [false, true])
  func writesNothingThroughALink(shell: [String], tar: Bool) throws {
    let place = try Place()
    try FileManager.default.createSymbolicLink(
      atPath: place.target + "/d", withDestinationPath: place.url.path + "/outside")
    var parcels = (0..<10).map { Self.parcel(RepositoryPath("d/f\($0)"), Self.file("x")) }
    parcels += [
      Self.parcel("d/file", .nothing), Self.parcel("d/sub", .directory(mode: 0o755)),
      Self.parcel("d/sub/x", Self.file("x")), Self.parcel("ok", Self.file("ok")),
    ]
    let replies = try Self.run(Self.script(parcels, place, tar: tar).bytes, shell: shell)
    #expect(replies.contains { if case .failed = $0 { true } else { false } })
    #expect(place.read("ok") == "ok")
    let outside = try FileManager.default.contentsOfDirectory(atPath: place.url.path + "/outside")
    #expect(outside == ["file"])
  }

  @Test(arguments: shells, [false, true])
  func aFileTakesThePlaceOfALink(shell: [String], tar: Bool) throws {
    let place = try Place()
    let targets = [place.url.path + "/outside", "../outside", "..", "nowhere", "../outside/file"]
    for number in 0..<10 {
      try FileManager.default.createSymbolicLink(
        atPath: place.target + "/f\(number)", withDestinationPath: targets[number % targets.count])
    }
    let parcels = (0..<10).map {
      Self.parcel(
        RepositoryPath("f\($0)"), $0 < 8 ? Self.file("x") : .link(target: Array("..".utf8)))
    }
    let replies = try Self.run(Self.script(parcels, place, tar: tar).bytes, shell: shell)
    #expect(replies.dropFirst().allSatisfy(Self.isDone))
    for number in 0..<8 { #expect(place.read("f\(number)") == "x") }
    for number in 8..<10 {
      let path = place.target + "/f\(number)"
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "..")
    }
    let manager = FileManager.default
    #expect(
      try manager.contentsOfDirectory(atPath: place.url.path).sorted() == ["outside", "target"])
    #expect(try manager.contentsOfDirectory(atPath: place.url.path + "/outside") == ["file"])
    #expect(
      try String(contentsOf: place.url.appendingPathComponent("outside/file"), encoding: .utf8)
        == "kept")
  }

  @Test(arguments: shells, [false, true])
  func aTargetThatIsALinkIsRefused(shell: [String], tar: Bool) throws {
    let place = try Place()
    try FileManager.default.removeItem(atPath: place.target)
    try FileManager.default.createSymbolicLink(
      atPath: place.target, withDestinationPath: place.url.path + "/outside")
    let parcels = (0..<10).map { Self.parcel(RepositoryPath("f\($0)"), Self.file("x")) }
    let replies = try Self.run(Self.script(parcels, place, tar: tar).bytes, shell: shell)
    #expect(replies.count == 2)
    #expect(replies.last.map { if case .failed = $0 { true } else { false } } == true)
    #expect(try place.names() == ["file"])
  }

  /// Wherever the stream is cut off, each file is the old one or the new one.
  @Test(arguments: shells, [false, true])
  func aStreamThatIsCutOffLeavesWholeFiles(shell: [String], tar: Bool) throws {
    let place = try Place()
    let old = (0..<8).map { Self.parcel(RepositoryPath("f\($0)"), Self.file("old")) }
    _ = try Self.run(Self.script(old, place, tar: tar).bytes, shell: shell)
    let new = (0..<8).map {
      Self.parcel(RepositoryPath("f\($0)"), Self.file(String(repeating: "new", count: 100)))
    }
    let bytes = Self.script(new, place, tar: tar).bytes
    for part in 1...12 {
      _ = try Self.run(Array(bytes[..<(bytes.count * part / 13)]), shell: shell)
      for number in 0..<8 {
        let found = place.read("f\(number)") ?? ""
        #expect(found == "old" || found == String(repeating: "new", count: 100))
      }
    }
    _ = try Self.run(bytes, shell: shell)
    #expect(try place.names() == (0..<8).map { "f\($0)" })
  }

  @Test func shellcheckHasNothingToSay() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // Words are split on purpose in one place, and a pipe's status is that of its end.
    process.arguments = ["shellcheck", "--shell=sh", "--exclude=SC2086,SC3043,SC2015", "-"]
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    do { try process.run() } catch {
      print("SKIPPED: shellcheck of the sync program, which cannot be started")
      return
    }
    input.fileHandleForWriting.write(Data(SyncProgram.text.utf8))
    try input.fileHandleForWriting.close()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus != 127 else {
      print("SKIPPED: shellcheck of the sync program, because it is not installed")
      return
    }
    #expect(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
  }
}
