import Foundation
import Testing

extension EngineSuite {
  /// Commands that end by themselves, and their exit statuses.
  @Suite struct CommandTests {
    @Test(.timeLimit(.minutes(5)))
    func exitStatusesSayWhatHappened() throws {
      let repository = try TestRepository.tiny(container: false)
      #expect(try repository.sindri("status", "--check").status == 1)
      #expect(try repository.sindri("build").status == 0)
      #expect(try repository.sindri("status", "--check").status == 0)
      #expect(try repository.sindri("buidl").status == 2)
      let merged = try repository.sindri("prune", "--dry-run", "--merged", "0")
      #expect(merged.status == 2)
      #expect(merged.errors.contains("--merged needs the number of a pull request"))
      #expect(try repository.sindri("-c", "layer.base.dokerfile=x", "build").status == 2)
      let unreachable = try repository.sindri(
        "-c", "engine.host=unix:///nonexistent/engine.sock", "build")
      #expect(unreachable.status == 3)
      #expect(!unreachable.errors.isEmpty)
      try repository.write("app/Dockerfile", "ARG BASE\nFROM ${BASE}\nRUN false\n")
      #expect(try repository.sindri("build").status == 1)
    }

    @Test(.timeLimit(.minutes(5)))
    func buildTakesLayersByName() throws {
      let repository = try TestRepository.tiny(container: false)
      let only = try repository.sindri("build", "base", "--only", "--format", "json")
      #expect(only.status == 0)
      #expect(only.output.contains("\"layer\":\"base\""))
      #expect(try repository.image("latest") == nil)
      #expect(only.output.contains("application"))
      let all = try repository.sindri("build", "all", "--format", "json")
      #expect(all.output.contains("\"result\":\"built\""))
      let again = try repository.sindri("build", "all", "--format", "json")
      #expect(!again.output.contains("build-started"))
      let forced = try repository.sindri("build", "base", "--force", "--format", "json")
      let events = forced.output.split(separator: "\n").compactMap(WatchEvent.init(line:))
      let results = events.filter { $0.name == "build-finished" }.map(\.result)
      #expect(results == ["base built", "application built"])
      #expect(try repository.sindri("build", "nothing").status == 2)
    }

    @Test(.timeLimit(.minutes(5)))
    func planAndWhyNeedNoEngine() throws {
      let repository = try TestRepository.tiny(container: false)
      let environment = ["PATH": "/nonexistent", "DOCKER_HOST": "unix:///nonexistent"]
      let plan = try repository.sindri(
        "plan", "--format", "json", "base/file", "app/src/ignored", "README.md",
        environment: environment)
      #expect(
        plan.output == """
          {"changed":{"base":["base/file"],"application":[]},"lowest":"base",\
          "build":["base","application"],"ignored":["app/src/ignored"],\
          "unmatched":["README.md"]}

          """)
      #expect(try repository.sindri("why", "app/src/file", environment: environment).status == 0)
    }

    @Test(.timeLimit(.minutes(5)))
    func builtImagesCarryTheirOrigin() throws {
      let repository = try TestRepository.tiny(container: false)
      #expect(try repository.sindri("build").status == 0)
      let format =
        "{{index .Config.Labels \"sindri.layer\"}} {{index .Config.Labels \"sindri.inputs\"}} "
        + "{{index .Config.Labels \"sindri.parent\"}}"
      func labels(_ tag: String) throws -> [String] {
        try run(["docker", "image", "inspect", "-f", format, "\(repository.name):\(tag)"])
          .output.split(separator: " ").map {
            $0.trimmingCharacters(in: .whitespacesAndNewlines)
          }
      }
      let base = try labels("base-stable")
      let application = try labels("latest")
      #expect(base.first == "base" && application.first == "application")
      #expect(application.last == base[1])
      // Lineage: the child's root file system starts with the parent's.
      func root(_ tag: String) throws -> [String] {
        try run(
          [
            "docker", "image", "inspect", "-f", "{{range .RootFS.Layers}}{{.}} {{end}}",
            "\(repository.name):\(tag)",
          ]
        ).output.split(separator: " ").map(String.init)
      }
      #expect(try root("latest").starts(with: try root("base-stable").dropLast()))
    }
  }
}
