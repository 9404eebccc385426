import Foundation
import Testing

/// A git repository of its own for one test, with images and a container of its own, all removed
/// at the end.
final class TestRepository {
  let url: URL
  /// The image repository and the container's name.
  private(set) var name = "sindri-test-\(UUID().uuidString.prefix(8).lowercased())"

  /// A chain of two tiny layers: base copies `base/`, application copies `app/`.
  static func tiny(container: Bool = true) throws -> TestRepository {
    let repository = try TestRepository()
    let os = try #require(Setup.osImage)
    try repository.write("base/Dockerfile", "FROM \(os)\nCOPY base/file /base/file\n")
    try repository.write("base/file", "one\n")
    try repository.write("app/Dockerfile", "ARG BASE\nFROM ${BASE}\nCOPY app/src /src\n")
    try repository.write("app/src/file", "one\n")
    try repository.write("README.md", "nothing\n")
    try repository.write(".dockerignore", "app/src/ignored\n.git\n")
    try repository.write(
      ".sindri-watch.conf",
      """
      [image]
        repository = \(repository.name)
      [layer "base"]
        dockerfile = base/Dockerfile
        stable = base-stable
        path = base/**
      [layer "application"]
        dockerfile = app/Dockerfile
        parent = base
        parent-argument = BASE
        stable = latest
        path = app/**

      """)
    if container {
      try repository.append(
        ".sindri-watch.conf",
        """
        [container]
          name = \(repository.name)
          layer = application
          command = sleep
          command = 1000
          restart = true

        """)
    }
    try repository.commit()
    return repository
  }

  /// A chain of two tiny layers whose container runs `app/src/serve` and is healthy when there is a
  /// file `/healthy`. Its engine looks only every minute.
  static func serving(_ keys: String...) throws -> TestRepository {
    let repository = try tiny(container: false)
    try repository.write(
      "app/Dockerfile",
      """
      ARG BASE
      FROM ${BASE}
      HEALTHCHECK --interval=60s --timeout=2s CMD ["test", "-e", "/healthy"]
      CMD ["sh", "/src/serve"]
      COPY app/src /src

      """)
    try repository.serve("one", "touch /healthy")
    let lines = ["name = \(repository.name)", "restart = true", "health-timeout = 3s"] + keys
    try repository.append(
      ".sindri-watch.conf",
      "[container]\n" + lines.map { "  \($0)\n" }.joined())
    try repository.commit()
    return repository
  }

  /// Writes the program of a `serving` container: it says its name, runs `start`, and goes on until
  /// there is a file `/end`.
  func serve(_ name: String, _ start: String) throws {
    try write(
      "app/src/serve",
      "echo this is \(name)\n\(start)\nwhile [ ! -e /end ]; do sleep 0.05; done\nexit 4\n")
  }

  /// A chain of three tiny layers, without a container. Images of other content differ in every
  /// layer of their root file systems. The image repository is in `registry`, if one is given.
  static func chain(baseStep: String = "", registry: String? = nil) throws -> TestRepository {
    let repository = try TestRepository()
    if let registry { repository.name = "\(registry)/\(repository.name)" }
    let os = try #require(Setup.osImage)
    try repository.write(
      "base/Dockerfile", "FROM \(os)\nCOPY base/file /base/file\n\(baseStep)\n")
    try repository.write("base/file", "one\n")
    try repository.write("tooling/Dockerfile", "ARG BASE\nFROM ${BASE}\nCOPY tooling/file /tool\n")
    try repository.write("tooling/file", "one\n")
    try repository.write("app/Dockerfile", "ARG BASE\nFROM ${BASE}\nCOPY app/src /src\n")
    try repository.write("app/src/file", "one\n")
    try repository.write(
      ".sindri-watch.conf",
      """
      [image]
        repository = \(repository.name)
      [layer "base"]
        dockerfile = base/Dockerfile
        stable = base-stable
        path = base/**
      [layer "tooling"]
        dockerfile = tooling/Dockerfile
        parent = base
        parent-argument = BASE
        stable = tooling-stable
        path = tooling/**
      [layer "application"]
        dockerfile = app/Dockerfile
        parent = tooling
        parent-argument = BASE
        stable = latest
        path = app/**

      """)
    try repository.commit()
    return repository
  }

  /// A repository without any file.
  static func empty() throws -> TestRepository { try TestRepository() }

  /// A copy of this project's own images.
  static func sindri() throws -> TestRepository {
    let repository = try TestRepository()
    let files = try run(
      [
        "git", "ls-files", "docker", "Dockerfile*", ".dockerignore", ".sindri-watch.conf",
        "README.md",
      ], in: Setup.repository)
    for file in files.output.split(separator: "\n").map(String.init) {
      let target = repository.url.appendingPathComponent(file)
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: Setup.repository.appendingPathComponent(file), to: target)
    }
    // The set-up's choice of OS image and tools, and names of the test's own.
    let local = Setup.repository.appendingPathComponent(".sindri-watch.local.conf")
    let choices = (try? String(contentsOf: local, encoding: .utf8)) ?? ""
    try repository.write(
      ".sindri-watch.local.conf",
      choices + """

        [image]
          repository = \(repository.name)
        [container]
          name = \(repository.name)
          publish =
          volume =

        """)
    try repository.commit()
    return repository
  }

  private init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("sindri-engine-\(UUID().uuidString)").resolvingSymlinksInPath()
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    try run(["git", "init", "-q", "-b", "main"], in: url)
  }

  deinit {
    _ = try? run(["docker", "rm", "-f", name, "\(name).previous"])
    let tags = (try? run(["docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}", name]))
    let list = tags?.output.split(separator: "\n").map(String.init) ?? []
    if !list.isEmpty { _ = try? run(["docker", "rmi", "-f"] + list) }
    try? FileManager.default.removeItem(at: url)
  }

  // MARK: Files

  func write(_ path: String, _ content: String) throws {
    let file = url.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try content.write(to: file, atomically: false, encoding: .utf8)
  }

  func append(_ path: String, _ content: String) throws {
    let handle = try FileHandle(forWritingTo: url.appendingPathComponent(path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(content.utf8))
    try handle.close()
  }

  func read(_ path: String) throws -> String {
    try String(contentsOf: url.appendingPathComponent(path), encoding: .utf8)
  }

  func remove(_ path: String) throws {
    try FileManager.default.removeItem(at: url.appendingPathComponent(path))
  }

  func commit() throws {
    try git("add", "-A")
    try git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "x")
  }

  func git(_ arguments: String...) throws {
    let result = try run(["git"] + arguments, in: url)
    #expect(result.status == 0, "git \(arguments): \(result.errors)")
  }

  // MARK: The engine's view

  /// The ID of the image with this tag; nil when there is none.
  func image(_ tag: String) throws -> String? {
    let result = try run(["docker", "image", "inspect", "-f", "{{.Id}}", "\(name):\(tag)"])
    return result.status == 0 ? result.output.trimmingCharacters(in: .whitespacesAndNewlines) : nil
  }

  /// The IDs of the images that the stable tags of `chain` point to; shorter when one is missing.
  func stableImages() throws -> [String] {
    let tags = ["base-stable", "tooling-stable", "latest"].map { "\(name):\($0)" }
    return try run(["docker", "image", "inspect", "-f", "{{.Id}}"] + tags).output
      .split(separator: "\n").map(String.init)
  }

  /// Each of the stable images of `chain` was really built on the one below.
  func expectTrueLineage(
    _ comment: Comment? = nil, location: SourceLocation = #_sourceLocation
  ) throws {
    let tags = ["base-stable", "tooling-stable", "latest"].map { "\(name):\($0)" }
    let roots = try run(
      ["docker", "image", "inspect", "-f", "{{range .RootFS.Layers}}{{.}} {{end}}"] + tags
    ).output.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(roots.count == 3, comment, sourceLocation: location)
    for (below, above) in zip(roots, roots.dropFirst()) {
      #expect(
        above.count > below.count && above.starts(with: below), comment, sourceLocation: location)
    }
  }

  /// What a command prints inside the running container.
  func inContainer(_ command: String...) throws -> String {
    try run(["docker", "exec", name] + command).output
  }

  /// The containers of this repository once there is only one: it is tidied up after `idle`.
  func settledContainers() throws -> [String] {
    let end = Date().addingTimeInterval(5)
    var found = try containers()
    while found.count > 1, Date() < end {
      usleep(50_000)
      found = try containers()
    }
    return found
  }

  /// The state of the container of this repository, and of those beside it, as in
  /// "sindri-test-1 running".
  func containers() throws -> [String] {
    let list = try run([
      "docker", "ps", "--all", "--filter", "name=\(name)", "--format", "{{.Names}} {{.State}}",
    ])
    return list.output.split(separator: "\n").map(String.init).sorted()
  }

  // MARK: The program

  /// Runs a command of the program to its end.
  func sindri(
    _ arguments: String..., after prefix: [String] = [], environment: [String: String] = [:]
  ) throws -> CommandOutput {
    try run(prefix + [Setup.binary.path] + arguments, in: url, environment: environment)
  }

  /// Starts the watcher and waits until it has caught up.
  func watch(
    _ arguments: String..., after prefix: [String] = [], untilIdle: Bool = true,
    environment: [String: String] = [:]
  ) throws -> Watcher {
    let watcher = try Watcher(in: url, arguments, after: prefix, environment: environment)
    try watcher.wait(for: "ready")
    if untilIdle { try watcher.wait(for: "idle") }
    return watcher
  }
}
