import Foundation
import Testing

extension EngineSuite {
  /// Containers that make it hard.
  @Suite struct SyncTroubleTests {
    /// An image of the OS without these programs.
    private func image(without programs: [String]) throws -> String {
      let name = "sindri-test-without-\(UUID().uuidString.prefix(8).lowercased())"
      let directory = FileManager.default.temporaryDirectory.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: directory) }
      let os = try #require(Setup.osImage)
      let paths = programs.flatMap { ["/bin/\($0)", "/usr/bin/\($0)"] }.joined(separator: " ")
      try "FROM \(os)\nRUN mkdir -p /tree && rm -f \(paths)\n".write(
        to: directory.appendingPathComponent("Dockerfile"), atomically: true, encoding: .utf8)
      let built = try run(["docker", "build", "-t", name, directory.path])
      try #require(built.status == 0, "\(built.errors)")
      return name
    }

    /// Replaces the container by one that is run with these options.
    private func replace(_ container: SyncedContainer, _ options: [String]) throws {
      let label = try run([
        "docker", "image", "inspect", "-f", "{{index .Config.Labels \"sindri.inputs\"}}",
        "\(container.name):latest",
      ]).output.trimmingCharacters(in: .whitespacesAndNewlines)
      try run(["docker", "rm", "-f", container.name])
      let made = try run(
        [
          "docker", "run", "-d", "--name", container.name, "--label",
          "sindri.container=\(container.repository.url.path)", "--label", "sindri.inputs=\(label)",
        ] + options + ["\(container.name):latest", "sleep", "100000"])
      try #require(made.status == 0, "\(made.errors)")
    }

    private func warning(_ watcher: Watcher, _ text: String) throws {
      try watcher.wait(for: "warning") { $0.text("message").contains(text) }
    }

    @Test(.timeLimit(.minutes(5)))
    func withoutAShellTarIsUsed() throws {
      let image = try image(without: ["sh", "dash", "bash"])
      defer { _ = try? run(["docker", "rmi", "-f", image]) }
      let container = try SyncedContainer(image: image)
      defer { container.stop() }
      try container.start()
      let watcher = try #require(container.watcher)
      try warning(watcher, "tar in the container")
      try edit(container)
      container.host.remove(Array("sub/b".utf8))
      #expect(try container.waitForEquality())
    }

    @Test(.timeLimit(.minutes(5)))
    func withoutAShellAndTarTheEngineCopies() throws {
      let image = try image(without: ["sh", "dash", "bash", "tar"])
      defer { _ = try? run(["docker", "rmi", "-f", image]) }
      let container = try SyncedContainer(image: image)
      defer { container.stop() }
      try container.start()
      let watcher = try #require(container.watcher)
      try warning(watcher, "the engine's cp")
      try edit(container)
      container.host.remove(Array("sub/b".utf8))
      try warning(watcher, "nothing can be deleted")
    }

    private func edit(_ container: SyncedContainer) throws {
      try container.repository.write("tree/file", "two\n")
      #expect(try container.waitForEquality())
      container.host.makeDirectory(Array("sub".utf8))
      container.host.write(Array("sub/a\nb".utf8), Array("x".utf8), mode: 0o755)
      container.host.write(Array("sub/b".utf8), Array("x".utf8))
      container.host.link(Array("sub/l".utf8), target: Array("/etc".utf8))
      #expect(try container.waitForEquality())
    }

    @Test(.timeLimit(.minutes(5)))
    func withoutTarManyFilesComeOneByOne() throws {
      let image = try image(without: ["tar"])
      defer { _ = try? run(["docker", "rmi", "-f", image]) }
      let container = try SyncedContainer(image: image)
      defer { container.stop() }
      try container.start()
      for number in 0..<100 { try container.repository.write("tree/f\(number)", "x\n") }
      #expect(try container.waitForEquality())
    }

    @Test(.timeLimit(.minutes(5)))
    func aReadOnlyRootFailsWithItsCauseAndAWritableOneRecovers() throws {
      let container = try SyncedContainer()
      defer { container.stop() }
      try container.start()
      let watcher = try #require(container.watcher)
      try replace(container, ["--read-only"])
      try container.repository.write("tree/file", "two\n")
      try warning(watcher, "Read-only file system")
      try replace(container, [])
      try container.repository.write("tree/other", "two\n")
      #expect(try container.waitForEquality())
    }

    @Test(.timeLimit(.minutes(5)))
    func withoutWriteAccessItFailsWithItsCauseAndRecovers() throws {
      let container = try SyncedContainer()
      defer { container.stop() }
      try container.start()
      let watcher = try #require(container.watcher)
      try replace(container, ["--user", "1000", "--cap-drop", "ALL", "--cap-add", "CHOWN"])
      try run(["docker", "exec", "-u", "0", container.name, "chown", "1000", "/tree", "/tree/file"])
      try container.repository.write("tree/file", "two\n")
      try warning(watcher, "Permission denied")
      try run(["docker", "exec", container.name, "chmod", "777", "/tree"])
      try container.repository.write("tree/other", "two\n")
      #expect(try container.waitForEquality())
      #expect(try container.repository.inContainer("cat", "/tree/file") == "two\n")
    }

    @Test(.timeLimit(.minutes(5)))
    func afterAFullDiskALaterSaveRecovers() throws {
      let container = try SyncedContainer()
      defer { container.stop() }
      try container.start()
      let watcher = try #require(container.watcher)
      try replace(container, ["--tmpfs", "/tree:size=256k"])
      try container.repository.write("tree/file", "two\n")
      try watcher.wait(for: "synced") { $0.list("paths").contains("tree/file") }
      container.host.write(Array("file".utf8), [UInt8](repeating: 0x61, count: 400_000))
      try warning(watcher, "No space left on device")
      #expect(try container.repository.inContainer("cat", "/tree/file") == "two\n")
      for number in 0..<20 {
        container.host.write(Array("f\(number)".utf8), [UInt8](repeating: 0x61, count: 40_000))
      }
      try warning(watcher, "No space left on device")
      for number in 0..<20 { container.host.write(Array("f\(number)".utf8), [0x62]) }
      try container.repository.write("tree/file", "three\n")
      let end = Date().addingTimeInterval(20)
      var seen = ""
      repeat {
        usleep(50_000)
        seen = try container.repository.inContainer(
          "sh", "-c", "cat /tree/file; cat /tree/f* | tr -d '\\n' | tail -c 20; ls -A /tree | wc -l"
        )
      } while !seen.hasSuffix("21\n") && Date() < end
      #expect(seen.hasPrefix("three\n"))
      #expect(seen.hasSuffix("21\n"))
    }

    @Test(.timeLimit(.minutes(5)))
    func aContainerOfSomebodyElseIsLeftAlone() throws {
      let container = try SyncedContainer()
      defer { container.stop() }
      try container.start()
      container.stop()
      try run(["docker", "rm", "-f", container.name])
      try run([
        "docker", "run", "-d", "--name", container.name, "\(container.name):latest", "sleep",
        "1000",
      ])
      let watcher = try Watcher(in: container.repository.url, ["--sync"], environment: [:])
      try warning(watcher, "was not made for this repository")
      try container.repository.write("tree/file", "two\n")
      try watcher.wait(for: "idle")
      #expect(try container.repository.inContainer("cat", "/tree/file") == "one\n")
      _ = watcher.end()
    }
  }
}
