import Foundation

/// Runs programs to their end, among them the one under test.
enum Program {
  struct Output {
    let status: Int32
    let output: String
    let errors: String

    var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// What was built together with these tests.
  static let binary: URL = {
    if let path = ProcessInfo.processInfo.environment["SINDRI_WATCH_BINARY"] {
      return URL(fileURLWithPath: path)
    }
    return repository.appendingPathComponent(".build/debug/sindri-watch")
  }()

  /// Whether the machine has this command.
  static func exists(_ command: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(command)")
    }
  }

  @discardableResult
  static func run(
    _ arguments: [String], in directory: URL? = nil, environment: [String: String] = [:]
  ) throws -> Output {
    let files = try temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: files) }
    let output = files.appendingPathComponent("out")
    let errors = files.appendingPathComponent("err")
    try Data().write(to: output)
    try Data().write(to: errors)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.currentDirectoryURL = directory
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return Output(
      status: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }

  static func temporaryDirectory() throws -> URL {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("sindri-program-\(UUID().uuidString)").resolvingSymlinksInPath()
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }
}

/// A repository of git for one test, removed at the end.
final class ProgramRepository {
  let url: URL

  init(_ files: [String: String]) throws {
    url = try Program.temporaryDirectory()
    for (path, content) in files { try write(path, content) }
    try Program.run(["git", "init", "-q", "-b", "main"], in: url)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ path: String, _ content: String) throws {
    let file = url.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(content.utf8).write(to: file)
  }

  func read(_ path: String) throws -> String {
    try String(contentsOf: url.appendingPathComponent(path), encoding: .utf8)
  }

  func commit(tags: String...) throws {
    try Program.run(["git", "add", "-A"], in: url)
    try Program.run(
      ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "x"],
      in: url)
    for tag in tags { try Program.run(["git", "tag", tag], in: url) }
  }

  func sindri(_ arguments: String..., environment: [String: String] = [:]) throws -> Program.Output
  {
    try Program.run([Program.binary.path] + arguments, in: url, environment: environment)
  }
}
