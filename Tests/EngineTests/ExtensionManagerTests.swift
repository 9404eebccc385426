import Foundation
import Testing

extension EngineSuite {
  /// The extension manager and the extensions, in a container of this project's own images.
  struct ExtensionManagerTests {
    /// A container of the application image, as the tests of the scripts need it.
    private final class Container {
      let repository: TestRepository

      init() throws {
        repository = try TestRepository.sindri()
        let build = try repository.sindri("build")
        try #require(build.status == 0, "\(build.output)\(build.errors)")
        // Packages are fetched as the builds fetch them.
        let local = repository.url.appendingPathComponent(".sindri-watch.local.conf").path
        let network = try run(["git", "config", "-f", local, "build.network"]).output
          .trimmingCharacters(in: .whitespacesAndNewlines)
        let start = try run([
          "docker", "run", "--detach", "--name", repository.name, "--network",
          network.isEmpty ? "bridge" : network, "\(repository.name):latest", "sleep", "1000",
        ])
        try #require(start.status == 0, "\(start.errors)")
        // The tests of the scripts find docker/ beside their own folder.
        let tests = Setup.repository.appendingPathComponent("Tests/docker").path
        try run(["docker", "exec", repository.name, "mkdir", "/Tests"])
        try run(["docker", "cp", tests, "\(repository.name):/Tests/docker"])
      }

      func developer(_ arguments: String...) throws -> CommandOutput {
        try run(["docker", "exec", "--user", "developer", repository.name] + arguments)
      }

      /// The manager, as `docker exec` runs it: by root.
      func manager(_ arguments: [String]) throws -> CommandOutput {
        try run(["docker", "exec", repository.name, "extension-manager"] + arguments)
      }

      func files(below folder: String) throws -> [String] {
        try developer("find", folder, "-type", "f").output
          .split(separator: "\n").map(String.init).sorted()
      }

      func packages() throws -> [String] {
        try developer("dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\n").output
          .split(separator: "\n").map(String.init).filter { $0.hasPrefix("installed ") }.sorted()
      }
    }

    /// Order, circles, roll-back, names, lists, locks and signals, with made-up extensions; then the
    /// real ones with a mise and a package manager that record what they are asked for.
    @Test(.timeLimit(.minutes(15)))
    func theContractHoldsInsideTheContainer() throws {
      let container = try Container()
      for (subject, least) in [("extension-manager", 150), ("extensions", 200)] {
        let result = try container.developer("bash", "/Tests/docker/\(subject).sh")
        let lines = result.output.split(separator: "\n")
        let passed = lines.count { $0.hasPrefix("ok ") }
        #expect(result.status == 0 && lines.last == "\(passed) passed, 0 failed", "\(result)")
        #expect(passed >= least)
      }
    }

    /// Extensions that need the distribution's packages alone, installed for real, leave the
    /// container as it was when they are removed.
    @Test(.timeLimit(.minutes(15)))
    func extensionsInstallWorkAndGo() throws {
      let container = try Container()
      let packages = try container.packages()
      let files = try container.files(below: "/home/developer")
      let names = [
        "agent-manager", "claude-marketplace", "context-loader", "monitoring", "tmux-workspace",
      ]
      try container.repository.write("active", names.joined(separator: "\n"))
      try run([
        "docker", "cp", container.repository.url.appendingPathComponent("active").path,
        "\(container.repository.name):/workspace/config/active-extensions.conf",
      ])

      let install = try container.manager(["install-all"])
      #expect(install.status == 0, "\(install.errors)")
      #expect(try container.packages().contains("installed btop"))
      #expect(try container.files(below: "/home/developer").count > files.count)
      let validate = try container.manager(["validate"])
      #expect(validate.status == 0, "\(validate.output)")
      for name in names {
        #expect(validate.output.contains("\(name) "))
      }
      #expect(try container.manager(["status"]).output.contains("tmux 3."))
      // What root has asked for is the developer's.
      let foreign = try container.developer(
        "find", "/home/developer", "/var/lib/sindri", "!", "-user", "developer")
      #expect(foreign.status == 0 && foreign.output.isEmpty, "\(foreign.output)")

      let again = try container.manager(["install-all"])
      #expect(again.status == 0)
      #expect(again.errors.contains("monitoring 1.0.0 is installed"))
      #expect(!again.errors.contains("installing"))

      let removal = try container.manager(["uninstall"] + names)
      #expect(removal.status == 0, "\(removal.errors)")
      #expect(try container.packages() == packages)
      #expect(try container.files(below: "/home/developer") == files)
      #expect(try container.manager(["validate"]).output.isEmpty)
    }

    /// What stands in a name or a list is never a command.
    @Test(.timeLimit(.minutes(5)))
    func namesAreNoCommands() throws {
      let container = try Container()
      for name in [
        "tmux;touch /tmp/x", "$(touch /tmp/x)", "`touch /tmp/x`", "../../etc", "a b", "", "-x", "*",
      ] {
        for command in ["install", "uninstall", "info", "validate", "status", "upgrade", "check"] {
          let result = try container.manager([command, name])
          #expect(result.status == 2, "\(command) \(name): \(result)")
          #expect(result.errors.contains("not a name of an extension"))
        }
      }
      let unknown = try container.manager(["install", "nodjs"])
      #expect(unknown.status == 2)
      #expect(unknown.errors.contains("did you mean nodejs?"))
      #expect(try container.developer("test", "-e", "/tmp/x").status == 1)
    }
  }
}
