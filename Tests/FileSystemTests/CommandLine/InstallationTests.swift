import Foundation
import Testing

/// What `make install` puts in place, read by the programs that it is for.
@Suite final class InstallationTests {
  private let prefix: URL

  init() throws {
    prefix = try Program.temporaryDirectory()
    let script = Program.repository.appendingPathComponent("scripts/install").path
    let result = try Program.run([script, Program.binary.path, prefix.path])
    #expect(result.status == 0, "\(result.errors)")
  }

  deinit { try? FileManager.default.removeItem(at: prefix) }

  private func path(_ name: String) -> String { prefix.appendingPathComponent(name).path }

  /// Whether a test that needs `command` can run; says so when it cannot.
  private static func has(_ command: String) -> Bool {
    if Program.exists(command) { return true }
    print("SKIPPED: a test, because \(command) is not installed; scripts/setup-tools installs it")
    return false
  }

  @Test func everyCommandHasAPage() throws {
    let help = try Program.run([path("bin/sindri-watch"), "--help"])
    let commands = help.lines.drop { $0 != "Commands:" }.dropFirst()
      .prefix { $0 != "Options of every command:" }
      .compactMap { line -> String? in
        guard line.hasPrefix("  "), !line.hasPrefix("   ") else { return nil }
        return line.split(separator: " ").first.map(String.init)
      }
    #expect(commands.count > 10)
    for command in commands {
      let page = path("share/man/man1/sindri-watch-\(command).1")
      #expect(FileManager.default.fileExists(atPath: page), "\(page)")
    }
    #expect(FileManager.default.fileExists(atPath: path("share/man/man1/sindri-watch.1")))
    #expect(FileManager.default.fileExists(atPath: path("share/man/man5/sindri-watch.conf.5")))
  }

  @Test(.enabled(if: has("man"), "SKIPPED: man is not installed"))
  func manFindsNothingToWarnOf() throws {
    for section in ["1", "5"] {
      let directory = path("share/man/man\(section)")
      for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
        let page = "\(directory)/\(name)"
        let result = try Program.run(
          ["man", "--warnings", "-E", "UTF-8", "-P", "cat", "-l", page],
          environment: ["MANWIDTH": "80", "LC_ALL": "C.UTF-8", "MANROFFSEQ": ""])
        #expect(result.status == 0 && result.errors.isEmpty, "\(name): \(result.errors)")
        #expect(result.output.contains("NAME") && result.output.contains("DESCRIPTION"))
        for line in result.lines { #expect(line.count <= 80, "\(name): \(line)") }
        // Nothing that roff would have taken for a request of its own is lost.
        #expect(result.output.contains("SEE ALSO"))
      }
    }
    let plan = try Program.run(
      ["man", "-P", "cat", "-l", path("share/man/man1/sindri-watch-plan.1")],
      environment: ["MANWIDTH": "80", "LC_ALL": "C.UTF-8"])
    #expect(plan.output.contains("'--format github' writes NAME="))
    #expect(plan.output.contains("git diff -z --name-only HEAD~1 | sindri-watch plan -z"))
  }

  @Test(arguments: [
    ("bash", "share/bash-completion/completions/sindri-watch"),
    ("zsh", "share/zsh/site-functions/_sindri-watch"),
    ("fish", "share/fish/vendor_completions.d/sindri-watch.fish"),
  ])
  func theShellAcceptsItsScript(shell: String, file: String) throws {
    guard Self.has(shell) else { return }
    let result = try Program.run([shell, "-n", path(file)])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    #expect(try String(contentsOfFile: path(file), encoding: .utf8).contains("--complete"))
  }

  @Test(.enabled(if: has("shellcheck"), "SKIPPED: shellcheck is not installed"))
  func theScriptOfBashIsClean() throws {
    let file = path("share/bash-completion/completions/sindri-watch")
    let result = try Program.run(["shellcheck", "--shell=bash", file])
    #expect(result.status == 0, "\(result.output)")
  }

  // MARK: Driven shells

  /// A repository with two layers and tags of git.
  private func repository() throws -> ProgramRepository {
    let repository = try ProgramRepository([
      ".sindri-watch.conf": """
      [image]
        repository = x
      [layer "base"]
        dockerfile = Dockerfile.base
      [layer "application"]
        dockerfile = Dockerfile
        parent = base
        parent-argument = BASE_IMAGE

      """,
      "Dockerfile": "", "Dockerfile.base": "", "docs/a b": "",
    ])
    try repository.commit(tags: "v1.2.0", "v1.3.0", "nightly")
    return repository
  }

  private static let lines: [(words: [String], offers: [String])] = [
    (["bu"], ["build"]), (["sta"], ["status", "stats"]), (["completions", "z"], ["zsh"]),
    (["build", ""], ["base", "application", "all", "both"]),
    (["build", "base", "a"], ["application"]),
    (["build", "--no"], ["--no-cache"]), (["sync", "--from", "re"], ["registry"]),
    (["sync", "--from", ""], ["auto", "registry", "build"]),
    (["build", "--version", ""], ["v1.2.0", "v1.3.0"]),
    (["build", "--version", "v1.3"], ["v1.3.0"]),
    (["plan", "--base", "n"], ["nightly"]), (["plan", "--base", "ma"], ["main"]),
    (["plan", "Dockerfile."], ["Dockerfile.base"]), (["-C", "do"], ["docs"]),
    (["config", "-c", "layer.base.sta"], ["layer.base.stable="]), (["nothing", "x"], []),
  ]

  @Test(arguments: lines)
  func bashCompletes(words: [String], offers: [String]) throws {
    let repository = try repository()
    // As bash itself does it: the function, with the words and the place of the cursor.
    let driver = """
      source "$1"; shift
      complete -p sindri-watch >/dev/null || exit 9
      COMP_WORDS=(sindri-watch "$@") COMP_CWORD=$#
      _sindri_watch sindri-watch
      [[ ${#COMPREPLY[@]} -eq 0 ]] || printf '%s\\n' "${COMPREPLY[@]}"
      """
    let script = path("share/bash-completion/completions/sindri-watch")
    let result = try Program.run(
      ["bash", "--norc", "-c", driver, "bash", script] + words, in: repository.url,
      environment: path())
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    #expect(result.lines.sorted() == offers.sorted())
  }

  /// bash cuts words at `=`: the words come in pieces, and a piece is what it wants back.
  @Test(arguments: [
    (["--format", "=", "j"], ["json"]), (["--format", "="], ["text", "json", "github"]),
    (["-c", "container.layer", "=", "ba"], ["base"]),
    (["-c", "watch.poll", "="], ["auto", "always", "never"]),
  ])
  func bashCompletesWordsThatItCuts(words: [String], offers: [String]) throws {
    try bashCompletes(words: words, offers: offers)
  }

  /// Types lines into a shell on a terminal of its own, and waits for what has to appear.
  private static let typist = """
    import os, pty, select, sys, time
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["PS1"] = "$ "
        os.environ["TERM"] = "dumb"
        os.execvp(sys.argv[1], [sys.argv[1]] + sys.argv[2].split())
    def send(text, wanted):
        os.write(fd, text.encode())
        seen, end = b"", time.time() + 20
        while wanted not in seen and time.time() < end:
            if select.select([fd], [], [], 0.2)[0]:
                seen += os.read(fd, 65536)
        if wanted not in seen:
            sys.exit("no %r in %r" % (wanted, seen))
    send(sys.argv[3] + "; echo rea''dy\\n", b"ready\\r\\n")
    send("sindri-watch build --version v1.3\\t", b"--version v1.3.0 ")
    send("\\x15sindri-watch build app\\t", b"build application ")
    send("\\x15sindri-watch --format=gi\\t", b"--format=github ")
    send("\\x15sindri-watch -c layer.base.sta\\tx", b"-c layer.base.stable=x")
    send("\\x15sindri-watch why docs/a\\t", b"docs/a\\\\ b ")
    send("\\x15exit\\n", b"exit")
    """

  /// The tab key in a real shell.
  @Test(
    .enabled(if: has("python3"), "SKIPPED: python3 is not installed"),
    arguments: [
      ("bash", "--norc --noprofile -i", "source 'share/bash-completion/completions/sindri-watch'"),
      (
        "zsh", "-f -i",
        "fpath=('share/zsh/site-functions' $fpath); autoload -Uz compinit; compinit -u -D"
      ),
    ])
  func theTabKeyCompletes(shell: String, options: String, setup: String) throws {
    guard Self.has(shell) else { return }
    let repository = try repository()
    let line = setup.replacingOccurrences(of: "'share", with: "'" + path("share"))
    let result = try Program.run(
      ["python3", "-c", Self.typist, shell, options, line], in: repository.url,
      environment: path())
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test(
    .enabled(if: has("fish"), "SKIPPED: fish is not installed"),
    arguments: lines.filter { !$0.words.contains("Dockerfile.") && $0.words != ["-C", "do"] })
  func fishCompletes(words: [String], offers: [String]) throws {
    let repository = try repository()
    let script = path("share/fish/vendor_completions.d/sindri-watch.fish")
    let result = try Program.run(
      ["fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", script]
        + ["sindri-watch " + words.joined(separator: " ")], in: repository.url,
      environment: path())
    #expect(result.errors.isEmpty, "\(result.errors)")
    let found = result.lines.map { String($0.prefix { $0 != "\t" }) }
    #expect(found.sorted() == offers.sorted())
  }

  /// Outside a repository, and with a configuration that is not valid, the completion is quiet.
  @Test func completionNeverComplains() throws {
    let empty = try ProgramRepository([:])
    let broken = try ProgramRepository([".sindri-watch.conf": "[layer\n"])
    for repository in [empty, broken] {
      for words in [
        ["build", ""], ["plan", "--base", ""], ["-c", ""], ["-C", "/gone", "build", ""],
      ] {
        let result = try Program.run(
          [Program.binary.path, "--complete"] + words, in: repository.url)
        #expect(result.status == 0 && result.errors.isEmpty)
      }
    }
  }

  private func path() -> [String: String] {
    let inherited = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return ["PATH": path("bin") + ":" + inherited]
  }
}
