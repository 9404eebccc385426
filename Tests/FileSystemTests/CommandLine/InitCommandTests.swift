import Foundation
import LayerPlanner
import Testing

/// `init` of the real binary in real repositories.
@Suite struct InitCommandTests {
  /// A copy of this repository's tracked files, its configuration put aside.
  private func ownRepository() throws -> ProgramRepository {
    let copy = try ProgramRepository([:])
    let list = try Program.run(["git", "ls-files", "-z"], in: Program.repository)
    for name in list.output.split(separator: "\0").map(String.init) {
      let source = Program.repository.appendingPathComponent(name)
      let content = try Data(contentsOf: source)
      let target = copy.url.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try content.write(to: target)
    }
    try FileManager.default.moveItem(
      at: copy.url.appendingPathComponent(".sindri-watch.conf"),
      to: copy.url.appendingPathComponent("original.conf"))
    try copy.commit()
    return copy
  }

  private func values(_ file: String, _ key: String, in repository: ProgramRepository) throws
    -> [String]
  {
    try Program.run(["git", "config", "-f", file, "--get-all", key], in: repository.url).lines
  }

  @Test func thisRepositoryGetsItsOwnLayersBack() throws {
    let repository = try ownRepository()
    let result = try repository.sindri("init")
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    let own = ".sindri-watch.conf"
    for key in ["image.repository"]
      + ["base", "tooling", "application"].flatMap({ layer in
        ["dockerfile", "parent", "parent-argument", "stable"].map { "layer.\(layer).\($0)" }
      })
    {
      #expect(
        try values(own, key, in: repository) == values("original.conf", key, in: repository),
        "\(key)")
    }
    for layer in ["base", "tooling", "application"] {
      let key = "layer.\(layer).path"
      #expect(
        try values(own, key, in: repository).sorted()
          == values("original.conf", key, in: repository).sorted())
    }
    // And every file of the repository is decided alike.
    let files = try Program.run(["git", "ls-files"], in: repository.url).lines
    for file in files where !file.hasPrefix("Tests/") && !file.hasPrefix("Sources/") {
      let found = try repository.sindri("plan", "--format", "json", file)
      let wanted = try repository.sindri(
        "--config", "original.conf", "plan", "--format", "json", file)
      #expect(found.output == wanted.output && found.status == 0, "\(file)")
    }
  }

  @Test func aFileThatIsThereIsNotTouched() throws {
    let repository = try ProgramRepository([
      "Dockerfile": "FROM x\n", ".sindri-watch.conf": "# mine\n",
    ])
    let result = try repository.sindri("init")
    #expect(result.status == 2)
    #expect(result.errors.contains("is not written over"))
    #expect(try repository.read(".sindri-watch.conf") == "# mine\n")
    let printed = try repository.sindri("init", "--print")
    #expect(printed.status == 0 && printed.output.contains("[layer \"application\"]"))
    #expect(try repository.read(".sindri-watch.conf") == "# mine\n")
    // Nor is what a link leads to.
    try repository.write("elsewhere", "")
    try FileManager.default.removeItem(at: repository.url.appendingPathComponent("elsewhere"))
    try FileManager.default.createSymbolicLink(
      atPath: repository.url.appendingPathComponent("link.conf").path,
      withDestinationPath: "elsewhere")
    #expect(try repository.sindri("--config", "link.conf", "init").status == 2)
    #expect(
      !FileManager.default.fileExists(
        atPath: repository.url.appendingPathComponent("elsewhere").path))
  }

  @Test func whatIsIgnoredVendoredOrNestedIsLeftOut() throws {
    let repository = try ProgramRepository([
      "Dockerfile": "FROM debian\nCOPY a /\n", "a": "", ".gitignore": "out/\n",
      "out/Dockerfile.one": "FROM x\n", "node_modules/m/Dockerfile": "FROM x\n",
      "vendor/v/Dockerfile": "FROM x\n", "tests/fixtures/Dockerfile": "FROM x\n",
      "nested/Dockerfile": "FROM x\n", "nested/.git": "gitdir: elsewhere\n",
      "deep/er/Dockerfile.tools": "ARG APP_IMAGE\nFROM ${APP_IMAGE}\n",
    ])
    let result = try repository.sindri("init", "--format", "json")
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.output.hasSuffix(
        """
        "layers":[{"name":"base","dockerfile":"Dockerfile","parent":null},\
        {"name":"tools","dockerfile":"deep/er/Dockerfile.tools","parent":"base"}],"notes":[]}

        """), "\(result.output)")
  }

  @Test func withoutADockerfileNothingIsWritten() throws {
    let repository = try ProgramRepository(["README.md": ""])
    let result = try repository.sindri("init")
    #expect(result.status == 1)
    #expect(result.errors.contains("no Dockerfile in "))
    #expect(try FileManager.default.contentsOfDirectory(atPath: repository.url.path).count == 2)
  }

  @Test func theFileStandsAtTheRootOfTheRepository() throws {
    let repository = try ProgramRepository(["Dockerfile": "FROM x\n", "below/file": ""])
    let result = try repository.sindri("-C", "below", "init")
    #expect(result.status == 0)
    #expect(try repository.read(".sindri-watch.conf").contains("dockerfile = Dockerfile"))
    #expect(try repository.sindri("why", "Dockerfile").output.contains("input"))
  }

  @Test func whatCannotBeMadeOutIsSaid() throws {
    let repository = try ProgramRepository([
      "Dockerfile.base": "FROM debian\n", "Dockerfile": "FROM debian\nCOPY gone /\n",
      "Dockerfile.bad": "FROM x\nNOPE\n",
    ])
    let result = try repository.sindri("init")
    #expect(result.status == 0)
    #expect(result.errors.contains("warning: Dockerfile:2: gone is not there"))
    #expect(result.errors.contains("warning: Dockerfile.bad:2: there is no instruction NOPE"))
    #expect(try repository.sindri("why", "gone/x").output.contains("builds application"))
  }
}
