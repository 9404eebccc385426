import Foundation
import Glibc
import Testing

extension EngineSuite {
  /// The live region and the keys of the real program, on a terminal made by tmux.
  @Suite(.enabled(if: Tmux.canRun)) struct TerminalTests {
    private static let keys = "b build  r restart  p pause  l log  e error  ? help  q quit"

    /// Two layers of which the upper takes two seconds, a container that writes, a state of its own.
    private func repository() throws -> TestRepository {
      let repository = try TestRepository.tiny()
      // Not to be found in the engine's cache.
      try repository.append("app/Dockerfile", "RUN sleep 2; : \(UUID().uuidString)\n")
      let configuration = try repository.read(".sindri-watch.conf")
      try repository.write(
        ".sindri-watch.conf",
        configuration.replacingOccurrences(
          of: "command = sleep\n  command = 1000",
          with: #"""
            command = sh
              command = -c
              command = "while sleep 0.2; do echo a-line-of-the-container; done"
            """#))
      return repository
    }

    private func start(
      _ repository: TestRepository, columns: Int = 80, rows: Int = 24,
      environment: [String: String] = [:]
    ) throws -> Tmux {
      let state = repository.url.appendingPathComponent(".git/state").path
      let tmux = try Tmux(
        in: repository.url, columns: columns, rows: rows,
        environment: ["XDG_STATE_HOME": state].merging(environment) { $1 })
      try tmux.type("stty -g > .git/before; \(Setup.binary.path); echo status $?")
      return tmux
    }

    private func idle(_ tmux: Tmux, location: SourceLocation = #_sourceLocation) throws {
      try tmux.wait("idle", seconds: 120, location: location) {
        $0.contains("\nidle ") && $0.contains("idle       the images are those of the tree")
      }
    }

    /// The terminal is as it was before: its mode, its cursor, and no region is left on it.
    private func expectUntouched(
      _ tmux: Tmux, _ repository: TestRepository, location: SourceLocation = #_sourceLocation
    ) throws {
      try tmux.waitForPrompt(location: location)
      try tmux.type("clear; stty -g > .git/after; echo done")
      try tmux.wait("the shell", location: location) { $0.hasPrefix("done\n") }
      #expect(
        try repository.read(".git/before") == repository.read(".git/after"),
        sourceLocation: location)
      #expect(try tmux.isCursorShown, sourceLocation: location)
    }

    @Test(.timeLimit(.minutes(5)), arguments: [(80, 24), (200, 50)])
    func theRegionSaysWhatGoesOn(columns: Int, rows: Int) throws {
      let repository = try repository()
      let tmux = try start(repository, columns: columns, rows: rows)
      try tmux.wait("a first build") { $0.contains("application  building") }
      try idle(tmux)
      var foot = try tmux.lines(5)
      #expect(foot[0] == String(repeating: "─", count: columns - 1))
      #expect(foot[1].hasPrefix("base         current   base-stable  since "))
      #expect(foot[2].hasPrefix("application  current   latest  since "))
      #expect(foot[3].hasPrefix("container    running since "))
      #expect(foot[3].hasSuffix("  \(repository.name)"))
      #expect(foot[4].hasPrefix("idle ") && foot[4].hasSuffix(Self.keys))
      #expect(try !tmux.isCursorShown)

      try repository.write("app/src/file", "two\n")
      try tmux.wait("a build with a bar and its cause") { screen in
        screen.contains("application  building  ") && screen.contains("█")
          && screen.contains(" s of ") && screen.contains("  step 3/3  app/src/file (a")
          && screen.contains("\nworking  b build")
      }
      try idle(tmux)

      try tmux.press("p")
      try tmux.wait("a pause") { $0.contains("\npaused: p goes on  b build") }
      try repository.write("app/src/file", "three\n")
      try tmux.wait("what changed in the pause") {
        $0.components(separatedBy: "changed    app/src/file").count == 3
      }
      usleep(500_000)
      #expect(try !tmux.screen().contains("application  building"))
      try tmux.press("p")
      try tmux.wait("a build after the pause") { $0.contains("application  building") }
      try tmux.wait("the end of it") { $0.contains("\nidle ") }

      try repository.append("app/Dockerfile", "RUN echo what-went-wrong; false\n")
      try tmux.wait("a failure") { $0.contains("\nfailed: save a fix  b build") }
      foot = try tmux.lines(5)
      #expect(foot[2].hasPrefix("application  failed    step 4/4 RUN echo what-went-wrong"))
      try tmux.press("e")
      try tmux.wait("all output") { _ in
        let everything = try tmux.everything()
        return everything.contains("  all output of the last failed build of application")
          && everything.contains("  | #")
      }
      try tmux.press("q")
      try tmux.wait("the end") { $0.contains("status 0") }
      #expect(try !tmux.screen().contains(Self.keys))
      try expectUntouched(tmux, repository)
    }

    @Test(.timeLimit(.minutes(5)))
    func everyKeyDoesWhatItSays() throws {
      let repository = try repository()
      let tmux = try start(repository, rows: 40)
      try idle(tmux)
      let container = try run(["docker", "inspect", "-f", "{{.Id}}", repository.name]).output
      try tmux.press("r")
      try tmux.wait("a restart") { $0.components(separatedBy: "restarted  ").count == 3 }
      #expect(
        try run(["docker", "inspect", "-f", "{{.Id}}", repository.name]).output != container)
      try tmux.press("l")
      try tmux.wait("the log") { $0.contains("\(repository.name) | a-line-of-the-container") }
      try tmux.press("l")
      try tmux.wait("the end of the log") { $0.contains("no more of the log of") }
      let count = try tmux.everything().components(separatedBy: "a-line-of").count
      usleep(700_000)
      #expect(try tmux.everything().components(separatedBy: "a-line-of").count == count)
      try tmux.press("?")
      try tmux.wait("help") { $0.contains("  q  end the watch; a running build is stopped") }
      try tmux.press("e")
      try tmux.wait("no failure") { $0.contains("  no build has failed") }
      // What has no meaning does nothing.
      try tmux.press("x", "Up", "F5", "M-q", "é")
      try run(["docker", "rmi", "-f", "\(repository.name):latest"])
      try tmux.press("b")
      try tmux.wait("what b found") { $0.contains("tagged     latest") }
      // In the middle of a build.
      try repository.write("app/src/file", "two\n")
      try tmux.wait("a build") { $0.contains("application  building") }
      try tmux.press("q")
      try tmux.wait("the end", seconds: 10) { $0.contains("status 0") }
      try expectUntouched(tmux, repository)
    }

    @Test(.timeLimit(.minutes(5)))
    func aDearLayerIsBuiltByTheKey() throws {
      let repository = try repository()
      try repository.append(
        ".sindri-watch.conf", "[watch]\n  confirm-above = 1s\n  confirm-idle = 1h\n")
      let tmux = try start(repository)
      try idle(tmux)
      try repository.write("app/src/file", "two\n")
      try tmux.wait("what waits") {
        $0.contains("application  waits     takes ") && $0.contains("\nwaiting  b build")
      }
      usleep(500_000)
      #expect(try tmux.screen().contains("\nwaiting  b build"))
      try tmux.press("b")
      try tmux.wait("the build") { $0.contains("application  building") }
    }

    @Test(.timeLimit(.minutes(5)), arguments: ["INT", "TERM", "HUP", "QUIT"])
    func aSignalLeavesTheTerminalAsItWas(signal: String) throws {
      let repository = try repository()
      let tmux = try start(repository)
      try tmux.wait("a build") { $0.contains("application  building") }
      let status: Int32
      switch signal {
      case "INT":
        try tmux.press("C-c")
        status = 128 + SIGINT
      case "QUIT":
        try tmux.press("C-\\")
        status = 128 + SIGQUIT
      default:
        status = 128 + (signal == "TERM" ? SIGTERM : SIGHUP)
        kill(try tmux.child(), status - 128)
      }
      // The shell drops the rest of the line when a program ends by Ctrl-C.
      if signal != "INT" {
        try tmux.wait("the end", seconds: 10) { $0.contains("status \(status)") }
      }
      try expectUntouched(tmux, repository)
    }

    @Test(.timeLimit(.minutes(5)))
    func aStoppedProgramGivesTheTerminalBackAndTakesItAgain() throws {
      let repository = try repository()
      let tmux = try start(repository)
      try idle(tmux)
      for stop in ["C-z", "STOP"] {
        if stop == "C-z" {
          try tmux.press("C-z")
        } else {
          kill(try tmux.child(), SIGSTOP)
        }
        try tmux.wait("the shell") { $0.contains("Stopped") }
        if stop == "C-z" {
          #expect(try !tmux.screen().contains(Self.keys))
          #expect(try tmux.isCursorShown)
        }
        try tmux.type("clear; fg")
        try tmux.wait("the region again") {
          $0.components(separatedBy: Self.keys).count == 2
        }
        try tmux.press("?")
        try tmux.wait("a key") { $0.contains("  ?  list the keys") }
      }
      // In the background it goes on with a log and leaves the keys to the shell.
      try tmux.press("C-z")
      try tmux.wait("the shell") { $0.contains("Stopped") }
      try tmux.type("clear; bg")
      try repository.write("app/src/file", "two\n")
      try tmux.wait("a build in the background") { $0.contains("idle       the images") }
      #expect(try !tmux.screen().contains(Self.keys))
      try tmux.type("fg")
      try repository.write("app/src/file", "one\n")
      try tmux.wait("the region again") { $0.contains(Self.keys) }
      try tmux.press("q")
      try expectUntouched(tmux, repository)
    }

    @Test(.timeLimit(.minutes(5)))
    func thereIsOneRegionAfterAnyResize() throws {
      let repository = try repository()
      let tmux = try start(repository, columns: 120, rows: 30)
      try idle(tmux)
      for (columns, rows) in [(60, 30), (40, 20), (100, 20), (79, 10), (200, 50), (80, 24)] {
        try tmux.resize(columns, rows)
        try tmux.wait("a region at \(columns)x\(rows)") { screen in
          let rules = screen.split(separator: "\n").filter { $0.hasPrefix("──") }
          return rules.map(\.count) == [columns - 1]
            && screen.components(separatedBy: "\nidle ").count == 2
            && screen.components(separatedBy: "\ncontainer ").count == 2
        }
      }
      // The log has kept its lines.
      #expect(try tmux.everything().components(separatedBy: "built      base").count == 2)
      try tmux.press("q")
      try expectUntouched(tmux, repository)
    }

    @Test(.timeLimit(.minutes(5)))
    func withoutUTF8ItIsASCIIAndWithoutColourItHasNone() throws {
      let repository = try repository()
      try repository.write("app/src/日本🚀", "one\n")
      let plain = try start(repository, environment: ["LC_ALL": "C", "NO_COLOR": "1"])
      try plain.wait("a bar in ASCII") { $0.contains("application  building") }
      try idle(plain)
      try repository.write("app/src/日本🚀", "two\n")
      try plain.wait("a build") { $0.contains("[#") && $0.contains("app/src/??????") }
      let screen = try plain.screen(colors: true)
      let own = screen.split(separator: "\n").filter { $0.contains("application") }
      #expect(!own.isEmpty)
      #expect(own.allSatisfy { $0.utf8.allSatisfy { (0x20..<0x7F).contains($0) } }, "\(own)")
      try idle(plain)
      try plain.press("q")
      try plain.wait("the end") { $0.contains("status 0") }
      let colored = try start(repository)
      try idle(colored)
      #expect(try colored.screen(colors: true).contains("\u{1B}[32mcurrent"))
      try repository.write("app/src/日本🚀", "three\n")
      try colored.wait("a name in full") { $0.contains("  step 3/3  app/src/日本🚀") }
    }

    @Test(.timeLimit(.minutes(5)), arguments: ["TERM=dumb ", "", "& "])
    func elsewhereThereIsALogAlone(way: String) throws {
      let repository = try repository()
      let tmux = try Tmux(in: repository.url, columns: 160)
      switch way {
      case "": try tmux.type("\(Setup.binary.path) | tee .git/log")
      case "& ": try tmux.type("\(Setup.binary.path) &")
      default: try tmux.type("\(way)\(Setup.binary.path)")
      }
      let screen = try tmux.wait("idle", seconds: 120) {
        $0.contains("idle       the images are those of the tree")
      }
      #expect(!screen.contains(Self.keys))
      #expect(try tmux.isCursorShown)
      if way.isEmpty { #expect(try !repository.read(".git/log").contains("\u{1B}")) }
      if way == "& " {
        try tmux.type("echo the shell has $((40 + 2)) keys")
        try tmux.wait("the shell") { $0.contains("the shell has 42 keys") }
        try tmux.type("kill %1")
      } else {
        try tmux.press("C-c")
      }
    }

    @Test(.timeLimit(.minutes(5)))
    func atRestItSleeps() throws {
      let repository = try repository()
      let tmux = try start(repository)
      try idle(tmux)
      usleep(1_000_000)
      let process = try tmux.child()
      func switches() throws -> String {
        try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
          .split(separator: "\n").filter { $0.contains("ctxt_switches") }.joined(separator: " ")
      }
      let before = try switches()
      usleep(5_000_000)
      #expect(try switches() == before)
    }

    @Test(.timeLimit(.minutes(5)))
    func aFailureAndItsEndAreTold() throws {
      let repository = try repository()
      let tools = repository.url.appendingPathComponent(".git/tools")
      try repository.write(
        ".git/tools/notify-send", "#!/bin/sh\nfor word; do echo \"$word\"; done >> .git/told\n")
      try run(["chmod", "+x", tools.appendingPathComponent("notify-send").path])
      let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
      try repository.append("app/Dockerfile", "RUN false\n")
      let watcher = try repository.watch(
        "-c", "watch.notify=desktop", untilIdle: false,
        environment: ["PATH": "\(tools.path):\(path)"])
      try watcher.wait(for: "build-finished") { $0.result == "application failed" }
      let dockerfile = try repository.read("app/Dockerfile")
      try repository.write(
        "app/Dockerfile", dockerfile.replacingOccurrences(of: "RUN false\n", with: ""))
      try watcher.wait(for: "idle")
      try repository.write("app/src/file", "two\n")
      try watcher.wait(for: "idle")
      let told = try repository.read(".git/told").split(separator: "\n").map(String.init)
      #expect(
        told.filter { $0.hasPrefix("application ") } == [
          "application was not built", "application is built again",
        ])
      // A terminal rings.
      try repository.append("app/Dockerfile", "RUN false\n")
      try repository.append(".sindri-watch.conf", "[watch]\n  notify = bell\n")
      _ = watcher.end()
      let tmux = try Tmux(in: repository.url)
      try tmux.record(to: repository.url.appendingPathComponent(".git/raw"))
      try tmux.type(Setup.binary.path)
      try tmux.wait("a failure") { $0.contains("\nfailed: save a fix") }
      usleep(300_000)
      #expect(try repository.read(".git/raw").contains("\u{07}"))
    }
  }
}
