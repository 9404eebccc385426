import Foundation
import Glibc
import Testing

/// A repository whose directory `tree` is copied into `/tree` of a running container.
final class SyncedContainer {
  let repository: TestRepository
  private(set) var watcher: Watcher?

  /// - Parameters:
  ///   - sync: further lines of the sync section.
  ///   - container: further lines of the container section.
  ///   - image: the image to build on; nil for the OS image.
  ///   - command: what the container runs.
  init(
    sync: String = "", container: String = "", image: String? = nil,
    command: [String] = ["sleep", "100000"], target: String = "/tree"
  ) throws {
    repository = try TestRepository.empty()
    let image = try image ?? #require(Setup.osImage)
    try repository.write("Dockerfile", "FROM \(image)\nCOPY tree /tree\n")
    try repository.write("tree/file", "one\n")
    try repository.write(
      ".sindri-watch.conf",
      """
      [image]
        repository = \(repository.name)
      [layer "application"]
        dockerfile = Dockerfile
        stable = latest
        path = tree/**
      [container]
        name = \(repository.name)
        layer = application
      \(command.map { "  command = \($0)" }.joined(separator: "\n"))
      \(container)
      [sync "tree"]
        target = \(target)
      \(sync)

      """)
    try repository.commit()
  }

  var name: String { repository.name }
  var host: RawTree { RawTree(repository.url.appendingPathComponent("tree").path) }

  /// Makes the image and the container, and begins to watch.
  func start(restarts: Bool = false, arguments: [String] = []) throws {
    let made = try repository.sindri("watch", "--once", "--restart")
    try #require(made.status == 0, "\(made.output)\(made.errors)")
    try watch(restarts: restarts, arguments: arguments)
  }

  /// Begins to watch, and waits until the container takes files.
  func watch(restarts: Bool = false, arguments: [String] = []) throws {
    let watcher = try Watcher(
      in: repository.url, ["--sync"] + (restarts ? ["--restart"] : []) + arguments,
      environment: [:])
    self.watcher = watcher
    try watcher.wait(for: "ready")
    try watcher.wait(for: "idle")
  }

  /// Ends the watcher.
  func stop() {
    _ = watcher?.end()
    watcher = nil
  }

  /// The container's root directory as the host sees it; nil where the engine does not say.
  func root() throws -> String? {
    let merged = try run([
      "docker", "inspect", "-f", "{{.GraphDriver.Data.MergedDir}}", name,
    ]).output.trimmingCharacters(in: .whitespacesAndNewlines)
    return merged.hasPrefix("/") ? merged : nil
  }

  /// The copy in the container.
  func copy() throws -> RawTree { RawTree(try #require(try root()) + "/tree") }

  /// Waits until the copy is what the tree is; says what differs when it does not come to that.
  func waitForEquality(
    seconds: Double = 20, _ comment: String = "", location: SourceLocation = #_sourceLocation
  ) throws -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while true {
      let copy = try copy().everything().filter { !$0.key.starts(with: ".sindri-sync".utf8) }
      let tree = host.everything()
      if copy == tree { return true }
      if Date() > end {
        let keys = Set(copy.keys).union(tree.keys).filter { copy[$0] != tree[$0] }
        let text = keys.prefix(5).map {
          "\(String(decoding: $0, as: UTF8.self)): host \(brief(tree[$0])), container "
            + "\(brief(copy[$0]))"
        }
        Issue.record(
          "\(comment): \(keys.count) differ: \(text.joined(separator: "; "))\n\(said)",
          sourceLocation: location)
        return false
      }
      usleep(5000)
    }
  }

  private var said: String {
    watcher?.read()
    return watcher?.events.suffix(12).map(\.description).joined(separator: "\n") ?? ""
  }

  private func brief(_ entry: RawTree.Entry?) -> String {
    switch entry {
    case nil: "nothing"
    case .directory(let mode): "directory \(String(mode, radix: 8))"
    case .link(let target): "link to \(String(decoding: target, as: UTF8.self))"
    case .file(let mode, let content): "file \(String(mode, radix: 8)), \(content.count) bytes"
    }
  }

  /// Kills the engine's client that is the session; the container goes on.
  func killSession() throws {
    guard let watcher = watcher?.process.processIdentifier else { return }
    let children = try run(["ps", "-o", "pid=,args=", "--ppid", "\(watcher)"]).output
    for line in children.split(separator: "\n") where line.contains("sindri-sync") {
      let pid = line.split(separator: " ").first.flatMap { Int32($0) }
      if let pid { kill(pid, SIGKILL) }
    }
  }
}
