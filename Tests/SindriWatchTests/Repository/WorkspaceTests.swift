import Foundation
import LayerPlanner
import Testing

@testable import SindriWatch

struct WorkspaceTests {
  private final class Folder {
    let path: String
    init() throws {
      let made = NSTemporaryDirectory() + "sindri-ws-" + UUID().uuidString
      try FileManager.default.createDirectory(
        atPath: made + "/a/b", withIntermediateDirectories: true)
      path = String(decoding: try resolvedPath(Array(made.utf8)), as: UTF8.self)
      try "[image]\n repository = r/x\n".write(
        toFile: path + "/.sindri-watch.conf", atomically: true, encoding: .utf8)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private func workspace(_ words: String...) throws -> Workspace {
    let invocation = try ArgumentParser.parse(words.map { Array($0.utf8) })
    return try Workspace(invocation, environment: ProcessEnvironment(entries: []))
  }

  @Test func theRootIsWhereTheConfigurationStands() throws {
    let folder = try Folder()
    for start in ["", "/a", "/a/b"] {
      let found = try workspace("-C", folder.path + start, "plan")
      #expect(found.root == Array(folder.path.utf8))
      #expect(try found.configuration().repository?.value == "r/x")
    }
    #expect(
      try workspace("-C", folder.path, "-C", "a", "plan").startDirectory.suffix(2) == [0x2F, 0x61])
  }

  @Test func aMissingConfigurationSaysWhereItWasLookedFor() throws {
    let found = try workspace("-C", "/", "plan")
    let error = #expect(throws: CommandFailure.self) { _ = try found.configuration() }
    #expect(try #require(error).status == 2)
    #expect(try #require(error).description.hasPrefix("no .sindri-watch.conf in /"))
    #expect(throws: CommandFailure.self) { try workspace("-C", "/no/such", "plan") }
  }

  @Test func localFileAndCommandLineWin() throws {
    let folder = try Folder()
    try "[image]\n repository = r/local\n".write(
      toFile: folder.path + "/.sindri-watch.local.conf", atomically: true, encoding: .utf8)
    #expect(
      try workspace("-C", folder.path, "plan").configuration().repository?.value == "r/local")
    #expect(
      try workspace("-C", folder.path, "-c", "image.repository=r/c", "plan").configuration()
        .repository?.value == "r/c")
    // A file of its own is read alone.
    #expect(
      try workspace("-C", folder.path, "--config", ".sindri-watch.conf", "plan").configuration()
        .repository?.value == "r/x")
  }

  @Test(arguments: [
    ("", "x", "x"), ("a", "x", "a/x"), ("a/b", "../x", "a/x"), ("a", "./x/./y", "a/x/y"),
    ("a", "..", ""), ("", "a//b/", "a/b"),
  ])
  func operandsAreRelativeToTheStart(start: String, operand: String, path: String) throws {
    let folder = try Folder()
    let found = try workspace("-C", folder.path + "/" + start, "plan")
    #expect(try found.repositoryPath(Array(operand.utf8)) == RepositoryPath(path))
    #expect(
      try found.repositoryPath(Array((folder.path + "/" + path).utf8)) == RepositoryPath(path))
    #expect(throws: CommandFailure.self) { try found.repositoryPath(Array("/etc/x".utf8)) }
    #expect(throws: CommandFailure.self) {
      try found.repositoryPath(Array((folder.path + "x").utf8))
    }
  }

  @Test func aBadIgnoreFileIsNamedWithItsLine() throws {
    let folder = try Folder()
    try """
    [image]
     repository = r/x
    [layer "l"]
     dockerfile = Dockerfile
     path = **
    """.write(toFile: folder.path + "/.sindri-watch.conf", atomically: true, encoding: .utf8)
    try "ok\n[\n".write(
      toFile: folder.path + "/.dockerignore", atomically: true, encoding: .utf8)
    let found = try workspace("-C", folder.path, "plan")
    let configuration = try found.configuration()
    let error = #expect(throws: CommandFailure.self) { try found.classifier(configuration) }
    #expect(try #require(error).description.hasPrefix(".dockerignore:2: "))
  }
}
