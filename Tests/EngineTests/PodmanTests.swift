import Foundation
import Testing

enum Podman {
  static let canRun: Bool = {
    let answers = (try? run(["podman", "info"]))?.status == 0
    if !answers { print("SKIPPED: the tests of podman, because `podman info` does not answer") }
    return answers
  }()
}

extension EngineSuite {
  /// The same loop by podman's command line. Nothing is run in a container: whether one starts
  /// depends on the machine's control groups, not on us.
  @Suite(.enabled(if: Podman.canRun, "SKIPPED: needs podman"))
  struct PodmanTests {
    private static let environment = [
      // A build in a container of its own needs control groups that not every machine has.
      "BUILDAH_ISOLATION": "chroot"
    ]

    private func sindri(
      _ repository: TestRepository, _ arguments: String...
    ) throws -> CommandOutput {
      try run([Setup.binary.path] + arguments, in: repository.url, environment: Self.environment)
    }

    private func results(_ output: CommandOutput) -> [String] {
      output.output.split(separator: "\n").compactMap(WatchEvent.init(line:))
        .filter { $0.name == "build-finished" }.map(\.result)
    }

    @Test(.timeLimit(.minutes(5)))
    func buildsReusesAndPrunes() throws {
      let repository = try TestRepository.tiny(container: false)
      let name = "localhost/\(repository.name)"
      defer {
        let list = try? run(["podman", "image", "ls", "-q", name])
        for image in Set(list?.output.split(separator: "\n").map(String.init) ?? []) {
          _ = try? run(["podman", "rmi", "-f", image])
        }
      }
      try repository.write("base/Dockerfile", "FROM scratch\nCOPY base/file /base/file\n")
      try repository.append(
        ".sindri-watch.conf",
        "[image]\n  repository = \(name)\n[engine]\n  kind = podman\n[retention]\n  contents = 1\n")

      func identities() throws -> [String] {
        let tags = ["base-stable", "latest"].map { "\(name):\($0)" }
        return try run(["podman", "image", "inspect", "-f", "{{.Id}}"] + tags).output
          .split(separator: "\n").map(String.init)
      }
      func once() throws -> [String] {
        let output = try sindri(repository, "watch", "--once", "--format", "json")
        #expect(output.status == 0, "\(output.output)\(output.errors)")
        return results(output)
      }

      #expect(try once() == ["base built", "application built"])
      let first = try identities()
      #expect(Set(first).count == 2)
      #expect(try sindri(repository, "status", "--check").status == 0)
      #expect(try once() == [])

      try repository.write("app/src/file", "two\n")
      #expect(try sindri(repository, "status", "--check").status == 1)
      #expect(try once() == ["application built"])
      #expect(try identities()[0] == first[0])
      #expect(try identities()[1] != first[1])

      try repository.write("app/src/file", "one\n")
      #expect(try once() == ["application reused"])
      #expect(try identities() == first)

      // A comment changes the file, and nothing that the application stands on.
      try repository.append("base/Dockerfile", "# A remark.\n")
      #expect(try once() == ["base built", "application cut-off"])
      #expect(try identities()[1] == first[1])

      try repository.write("app/Dockerfile", "ARG BASE\nFROM ${BASE}\nCOPY app/nothing /src\n")
      let failed = try sindri(repository, "build")
      #expect(failed.status == 1)
      #expect(try identities()[1] == first[1])

      let plan = try sindri(repository, "prune", "--dry-run", "--format", "json")
      let done = try sindri(repository, "prune", "--format", "json")
      #expect(done.status == 0, "\(done.errors)")
      #expect(done.output == plan.output)
      #expect(done.output.contains("application-"))
      #expect(try identities()[1] == first[1])
    }
  }
}
