import Foundation

/// What a command printed and how it ended.
struct CommandOutput {
  let status: Int32
  let output: String
  let errors: String
}

/// Runs a program to its end. Output goes through files, so that no pipe can fill up.
@discardableResult
func run(
  _ arguments: [String], in directory: URL? = nil, environment: [String: String] = [:],
  input: String = ""
) throws -> CommandOutput {
  let files = FileManager.default.temporaryDirectory
    .appendingPathComponent("sindri-engine-run-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: files) }
  let output = files.appendingPathComponent("out")
  let errors = files.appendingPathComponent("err")
  let given = files.appendingPathComponent("in")
  try Data().write(to: output)
  try Data().write(to: errors)
  try Data(input.utf8).write(to: given)
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = arguments
  process.currentDirectoryURL = directory
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  process.standardInput = try FileHandle(forReadingFrom: given)
  process.standardOutput = try FileHandle(forWritingTo: output)
  process.standardError = try FileHandle(forWritingTo: errors)
  try process.run()
  process.waitUntilExit()
  return CommandOutput(
    status: process.terminationStatus,
    output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
    errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
}

/// The engine and the binary that these tests need.
enum Setup {
  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Why the engine tests cannot run here; nil when they can.
  static let obstacle: String? = {
    let reason: String? =
      if (try? run(["docker", "info"]))?.status != 0 {
        "no container engine answers `docker info`"
      } else if osImage == nil {
        "there is no OS image to build from; `make setup` makes one"
      } else if !FileManager.default.isExecutableFile(atPath: binary.path) {
        "\(binary.path) is not there; build it, or name it in SINDRI_WATCH_BINARY"
      } else {
        nil
      }
    if let reason { print("SKIPPED: all engine tests, because \(reason)") }
    return reason
  }()

  static let canRun = obstacle == nil

  /// The binary under test.
  static let binary: URL = {
    if let path = ProcessInfo.processInfo.environment["SINDRI_WATCH_BINARY"] {
      return URL(fileURLWithPath: path)
    }
    let release = repository.appendingPathComponent(".build/release/sindri-watch")
    let debug = repository.appendingPathComponent(".build/debug/sindri-watch")
    return FileManager.default.isExecutableFile(atPath: release.path) ? release : debug
  }()

  /// A local OS image: what the set-up has chosen, or the default one.
  static let osImage: String? = {
    let local = repository.appendingPathComponent(".sindri-watch.local.conf").path
    let chosen = try? run(["git", "config", "-f", local, "--get-all", "layer.base.argument"])
    let lines = chosen?.output.split(separator: "\n") ?? []
    let named = lines.last { $0.hasPrefix("OS_IMAGE=") }.map { String($0.dropFirst(9)) }
    let image = named ?? "ubuntu:24.04"
    return (try? run(["docker", "image", "inspect", image]))?.status == 0 ? image : nil
  }()
}
