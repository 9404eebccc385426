import LayerPlanner
import Testing

/// A repository, what `init` makes of it, and what an edit of a file then rebuilds.
struct StarterCase: Sendable, CustomTestStringConvertible {
  let name: String
  /// Every file, with its content when it matters.
  let files: [(path: String, content: String)]
  /// Each layer, with `<` and its parent, if any.
  let layers: [String]
  var repository = "sindri"
  /// Which layers an edit of a file builds.
  let edits: [(path: String, builds: [String])]
  var notes: [String] = []

  var testDescription: String { name }

  var starter: StarterConfiguration {
    let paths = files.map { RepositoryPath($0.path) }
    let dockerfiles = files.filter { DockerfileName.isDockerfile(RepositoryPath($0.path)) }
    return StarterConfiguration(
      dockerfiles: dockerfiles.map { path, content in
        .init(path: RepositoryPath(path), content: Array(content.utf8))
      }, files: paths, directoryName: Array("sindri".utf8))
  }

  func content(_ path: String) -> String? { files.first { $0.path == path }?.content }
}

struct StarterConfigurationTests {
  private func load(_ starter: StarterConfiguration) throws -> Configuration {
    try Configuration.load(sources: [.file(name: Array("c".utf8), content: starter.text)]).get()
  }

  /// As the commands make it: with the ignore files of the tree.
  private func classifier(_ example: StarterCase) throws -> PathClassifier {
    let configuration = try load(example.starter)
    let rules = try configuration.layers.map { layer in
      let files = LayerRules.ignoreFiles(
        dockerfile: layer.dockerfile.value, context: layer.context.value)
      let ignore = try files.lazy.compactMap { path in
        try example.content(path.description).map { text in
          (file: path, rules: try IgnoreRules(file: Array(text.utf8)))
        }
      }.first
      return LayerRules(
        name: layer.name.value, dockerfile: layer.dockerfile.value,
        context: layer.context.value, filter: layer.filter, ignore: ignore)
    }
    return PathClassifier(layers: rules, tree: configuration.tree)
  }

  @Test(arguments: StarterCases.all)
  func anEditRebuildsWhatReadsTheFile(_ example: StarterCase) throws {
    let starter = example.starter
    let layers = starter.layers.map { layer in
      layer.name.text
        + (layer.parent.map { "\($0.argument == nil ? "?" : "")<\($0.layer)" } ?? "")
    }
    #expect(layers == example.layers)
    #expect(starter.repository == example.repository)
    #expect(starter.notes == example.notes)
    let classifier = try classifier(example)
    for (path, builds) in example.edits {
      let plan = ChangePlan([ChangedPath(path: RepositoryPath(path))], classifier)
      #expect(plan.build.map(\.layer.text) == builds, "an edit of \(path)")
    }
  }

  /// What `doctor` says of a file between the Dockerfiles and their filters.
  @Test(arguments: StarterCases.all)
  func theFiltersCoverWhatIsCopied(_ example: StarterCase) throws {
    let configuration = try load(example.starter)
    #expect(configuration.warnings.isEmpty)
    let classifier = try classifier(example)
    let lint = FilterLint(classifier, files: example.files.map { RepositoryPath($0.path) })
    for layer in classifier.layers {
      let content = try #require(example.content(layer.dockerfile.description))
      let argument = configuration.layer(layer.name)?.parentArgument?.value
      let found = lint.findings(
        layer, try Dockerfile(Array(content.utf8)), parentArgument: argument)
      // What is not there is named in a note, and matches nothing until it is.
      let isExpected = { (finding: Finding) in
        !example.notes.isEmpty && finding.message.hasSuffix("matches no file")
      }
      #expect(found.filter { !isExpected($0) } == [])
    }
  }

  @Test(arguments: StarterCases.all)
  func theContainerIsValidWithoutItsMarks(_ example: StarterCase) throws {
    let text = String(decoding: example.starter.text, as: UTF8.self)
    let lines = text.split(separator: "\n").map { line in
      line.hasPrefix("#\t") || line.hasPrefix("#[") ? line.dropFirst() : line
    }
    let loaded = Configuration.load(
      sources: [.file("c", lines.joined(separator: "\n") + "\n")])
    #expect(try loaded.get().container != nil)
  }

  @Test func thisProjectsOwnLayersComeOut() throws {
    let starter = try #require(StarterCases.all.first { $0.name == "sindri" }).starter
    #expect(
      starter.layers.map(\.patterns) == [
        [
          "Dockerfile.base", "docker/lib/registry-retry.sh", "docker/scripts/install-packages.sh",
        ],
        ["Dockerfile.tooling", "docker/scripts/install-mise.sh", "docker/config/sshd_config"],
        ["Dockerfile", "docker/config/**", "docker/scripts/**", "docker/lib/**"],
      ])
    #expect(starter.layers.map(\.stable) == ["base-stable", "tooling-stable", "latest"])
    #expect(
      starter.layers.map { $0.parent?.argument } == [nil, "BASE_IMAGE", "TOOLING_IMAGE"])
    let text = String(decoding: starter.text, as: UTF8.self)
    #expect(text.contains("#\tpublish = 127.0.0.1:2222:22\n"))
    #expect(text.contains("#[sync \"docker/lib\"]\n#\ttarget = /docker/lib\n"))
  }

  @Test func aRingIsCutWhereItIsLeastSure() throws {
    let starter = StarterConfiguration(
      dockerfiles: [
        .init(
          path: "Dockerfile.base", content: Array("ARG TOOLS\nFROM ${TOOLS}\n".utf8)),
        .init(
          path: "Dockerfile.tools",
          content: Array("ARG BELOW=r.io/x:base-stable\nFROM $BELOW\n".utf8)),
      ], files: [], directoryName: [])
    #expect(starter.layers.map(\.name) == ["base", "tools"])
    #expect(starter.layers.map { $0.parent?.layer } == [nil, "base"])
    #expect(starter.repository == "r.io/x")
  }

  @Test func aFileThatIsNoDockerfileIsLeftOut() throws {
    let starter = StarterConfiguration(
      dockerfiles: [
        .init(path: "Dockerfile", content: Array("FROM x\n".utf8)),
        .init(path: "Dockerfile.bad", content: Array("FROM x\nCOPYY a b\n".utf8)),
        .init(path: "Dockerfile.swift", content: Array("/// A type.\nstruct Dockerfile {}\n".utf8)),
      ], files: [], directoryName: Array("My App!".utf8))
    #expect(starter.layers.map(\.name) == ["application"])
    #expect(
      starter.notes == ["Dockerfile.bad:2: there is no instruction COPYY; it is left out"])
    #expect(starter.repository == "my-app")
  }

  @Test func nothingGivesNoLayer() {
    let starter = StarterConfiguration(dockerfiles: [], files: [], directoryName: [0xFF])
    #expect(starter.layers.isEmpty)
    #expect(starter.repository == "images")
  }

  /// A default that is a version is no tag to move.
  @Test(arguments: [
    ("r.io/x:base-stable", "base-stable", "r.io/x"),
    ("r.io/x:base-v1.2.0", "base-stable", "r.io/x"),
    ("r.io/x:base", "base", "r.io/x"), ("r.io/team/base:latest", "base-stable", "r.io/team/d"),
    ("base", "base-stable", "d"), ("team/my-base", "base-stable", "team/d"),
    ("localhost:5000/x:base-edge@sha256:0", "base-edge", "localhost:5000/x"),
  ])
  func stableTagAndRepositoryComeFromTheDefault(
    image: String, stable: String, repository: String
  ) {
    let starter = StarterConfiguration(
      dockerfiles: [
        .init(path: "Dockerfile.base", content: Array("FROM debian\n".utf8)),
        .init(path: "Dockerfile", content: Array("ARG X=\(image)\nFROM $X\n".utf8)),
      ], files: [], directoryName: Array("d".utf8))
    #expect(starter.layers.map(\.stable) == [stable, "latest"])
    #expect(starter.repository == repository)
  }

  @Test func pathsOfAnyNameAreWrittenSoThatTheyAreRead() throws {
    let names = ["a b", "x#y", "semi;colon", " lead", "{b}", "(p)", "!n", "c++", "$5", "é", "a,b"]
    let files = names.map { "\($0)/f" } + ["!top"]
    let sources = names.map { "COPY [\"\($0 == "$5" ? "\\\\$5" : $0)/f\", \"/\"]\n" }
    let dockerfile = "FROM x\n" + sources.joined() + "COPY !top /\n"
    let example = StarterCase(
      name: "names", files: files.map { ($0, "") } + [("Dockerfile", dockerfile)],
      layers: ["application"], edits: files.map { ($0, ["application"]) })
    let classifier = try classifier(example)
    #expect(example.starter.notes == [])
    for file in files {
      let plan = ChangePlan([ChangedPath(path: RepositoryPath(file))], classifier)
      #expect(plan.build.map(\.layer) == ["application"], "\(file)")
    }
  }

  /// Whatever Dockerfiles there are, the file is valid, covers what is copied, and has each
  /// Dockerfile once.
  @Test func anyDockerfilesGiveAValidFile() throws {
    var random = SeededRandom(seed: 7)
    let directories = ["", "a/", "b/", "a/b/", "docker/", "é x/", "Up.Case/"]
    let kinds = [
      "Dockerfile", "Dockerfile.base", "Dockerfile.a", "tools.Dockerfile", "Containerfile",
    ]
    let images = [
      "debian:12", "base", "r.io/x:base-stable", "r.io/x:a-stable", "tools:latest", "$X", "${Y:-b}",
      "r.io/x:latest", "UPPER/case", "scratch",
    ]
    let sources = ["f", "a/f", "*", "a/*", "a*/f", "..", "b/", "{x}", "[f]", "gone", "https://x/y"]
    for _ in 0..<200 {
      var files = ["f", "a/f", "b/f", "a/b/f", "{x}/f", ".dockerignore"].map { ($0, "") }
      for _ in 0..<(1 + random.below(5)) {
        let path = random.pick(directories) + random.pick(kinds)
        if files.contains(where: { $0.0 == path }) { continue }
        var text = ""
        for argument in ["BASE_IMAGE", "X", "TOOLS"] where random.once(in: 2) {
          text += "ARG \(argument)=\(random.pick(images.filter { !$0.contains("$") }))\n"
        }
        for _ in 0..<(1 + random.below(2)) {
          text += "FROM \(random.pick(images + ["${BASE_IMAGE}", "$X", "${TOOLS}"]))\n"
          for _ in 0..<(random.below(4)) { text += "COPY \(random.pick(sources)) /d/\n" }
        }
        files.append((path, text))
      }
      let example = StarterCase(name: "random", files: files, layers: [], edits: [])
      let starter = example.starter
      let configuration = try load(starter)
      #expect(Set(configuration.layers.map(\.dockerfile.value)).count == starter.layers.count)
      let classifier = try classifier(example)
      let lint = FilterLint(classifier, files: files.map { RepositoryPath($0.0) })
      for layer in classifier.layers {
        let text = try #require(example.content(layer.dockerfile.description))
        let found = lint.findings(
          layer, try Dockerfile(Array(text.utf8)),
          parentArgument: configuration.layer(layer.name)?.parentArgument?.value)
        #expect(
          found.filter { !$0.message.hasSuffix("matches no file") } == [],
          "\(files): \(String(decoding: starter.text, as: UTF8.self))")
      }
    }
  }
}

extension SeededRandom {
  fileprivate mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[below(elements.count)]
  }
}
