import Foundation
import LayerPlanner
import Testing

@testable import SindriWatch

/// What `plan` decides from the names of changed files, against what `build` decides from their
/// content, for every commit of this repository's own history.
@Suite struct HistoryTests {
  private static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func git(_ arguments: [String], in directory: URL) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    process.currentDirectoryURL = directory
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    return [UInt8](output)
  }

  private static let commits: [String] = {
    let output = try? git(["rev-list", "--reverse", "--first-parent", "HEAD"], in: repository)
    return String(decoding: output ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
  }()

  @Test(
    .enabled(
      if: commits.count > 1, "SKIPPED: this is no clone with a history of more than one commit"))
  func planAndBuildAgree() throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("sindri-history-\(UUID().uuidString)").resolvingSymlinksInPath()
    defer { try? FileManager.default.removeItem(at: directory) }
    _ = try Self.git(
      ["clone", "-q", Self.repository.path, directory.path], in: Self.repository)
    let file = try Data(
      contentsOf: Self.repository.appendingPathComponent(".sindri-watch.conf"))
    let source = ConfigurationSource.file(name: Array("c".utf8), content: [UInt8](file))
    let configuration = try Configuration.load(sources: [source]).get()
    let root = Array(directory.path.utf8)
    var before: [LayerName: Fingerprint]?
    var compared = 0
    var built = 0
    for (index, commit) in Self.commits.enumerated() {
      _ = try Self.git(["checkout", "-q", "--force", commit], in: directory)
      let classifier = try classifier(configuration, directory)
      let scan = InputScanner(
        root: root, layers: definitions(configuration), classifier: classifier
      ).scanEverything()
      defer { before = scan.fingerprints.count == 3 ? scan.fingerprints : nil }
      guard let before, scan.fingerprints.count == 3 else { continue }
      let diff = try Self.git(
        ["diff", "--no-renames", "--name-status", "-z", Self.commits[index - 1], commit],
        in: directory)
      let changes = GitDiff.parse(diff)
      // What an ignore file leaves out changes without a change of its own.
      guard !changes.contains(where: { $0.path == ".dockerignore" }) else { continue }
      let planned = Set(ChangePlan(changes, classifier).build.map(\.layer))
      let different = Set(configuration.tree.order.filter { before[$0] != scan.fingerprints[$0] })
      #expect(planned == different, "commit \(commit)")
      compared += 1
      if !planned.isEmpty { built += 1 }
    }
    print("note: \(compared) of \(Self.commits.count) commits compared, \(built) of them build")
    #expect(compared > 0 || Self.commits.count < 10)
  }

  private func classifier(
    _ configuration: Configuration, _ directory: URL
  ) throws -> PathClassifier {
    let ignore = directory.appendingPathComponent(".dockerignore")
    let rules = try (try? Data(contentsOf: ignore)).map { try IgnoreRules(file: [UInt8]($0)) }
    return PathClassifier(
      layers: configuration.layers.map { layer in
        LayerRules(
          name: layer.name.value, dockerfile: layer.dockerfile.value,
          context: layer.context.value, filter: layer.filter,
          ignore: rules.map { (".dockerignore", $0) })
      }, tree: configuration.tree)
  }

  private func definitions(_ configuration: Configuration) -> [InputScanner.LayerDefinition] {
    configuration.layers.map { layer in
      InputScanner.LayerDefinition(
        name: layer.name.value, dockerfile: layer.dockerfile.value,
        settings: layer.settings { _ in nil })
    }
  }
}
