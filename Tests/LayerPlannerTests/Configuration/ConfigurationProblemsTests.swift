import Testing

@testable import LayerPlanner

/// What is said of a wrong configuration, word for word.
struct ConfigurationProblemsTests {
  private static func problems(_ sources: ConfigurationSource...) -> [String] {
    switch Configuration.load(sources: sources) {
    case .success: []
    case .failure(let problems): problems.problems.map(\.description)
    }
  }

  /// A layer without faults, on the first line, so that the text in question begins on line 2.
  private static let good = "[layer \"base\"] dockerfile = Dockerfile\n"

  @Test(arguments: [
    (
      "[imag]\nrepository = a",
      "c:3: unknown section \"imag\"; did you mean \"image\"?"
    ),
    (
      "[zzzzzzzz]\nrepository = a",
      "c:3: unknown section \"zzzzzzzz\"; the sections are image, registry, retention, engine, "
        + "build, layer, container, sync, watch"
    ),
    (
      "[image]\nrepositroy = a",
      "c:3: unknown key \"repositroy\" in section \"image\"; did you mean \"repository\"?"
    ),
    (
      "[image]\nzzz = a",
      "c:3: unknown key \"zzz\" in section \"image\"; its keys are repository"
    ),
    ("[layer]\nstable = a", "c:3: section \"layer\" is written [layer \"NAME\"]"),
    ("[image \"x\"]\nrepository = a", "c:3: section \"image\" is written [image]"),
    (
      "path-addd = x",
      "c:2: unknown kind of change \"addd\" in key \"path-addd\"; did you mean \"added\"?"
    ),
    ("stable", "c:2: layer.base.stable has no value; write stable = VALUE"),
    (
      "stable = .x",
      "c:2: layer.base.stable: .x is no tag; use letters, digits, _ . - and begin with none of . -, "
        + "at most 128"
    ),
    (
      "quantifier = evry",
      "c:2: layer.base.quantifier: evry is none of some, every; did you mean \"every\"?"
    ),
    (
      "context = /x",
      "c:2: layer.base.context: /x is absolute; write it relative to the repository"
    ),
    (
      "context = a/../..",
      "c:2: layer.base.context: a/../.. leads out of the repository; write a path inside it"
    ),
    ("dockerfile = .", "c:2: layer.base.dockerfile: . is the repository itself; name a file"),
    ("dockerfile =", "c:1: layer base has no dockerfile; add dockerfile = PATH"),
    (
      "argument = =x",
      "c:2: layer.base.argument: =x has no name; write NAME=VALUE, or NAME to take it from the "
        + "environment"
    ),
    (
      "[layer \"b\"]\ndockerfile = x\nparent = base\nparent-argument = 1x",
      "c:5: layer.b.parent-argument: 1x is no name of a build argument; use letters, digits and _"
    ),
    (
      "[layer \"Up\"]\ndockerfile = x",
      "c:3: section \"layer\": Up is no layer name; use a-z, 0-9, _ . - after a first letter or "
        + "digit, at most 60"
    ),
    (
      "parent-argument = X",
      "c:2: layer \"base\" has a parent-argument but no parent; add parent = LAYER or remove it"
    ),
    (
      "[layer \"b\"]\ndockerfile = x\nparent = base",
      "c:4: layer \"b\" has a parent but no parent-argument; add parent-argument = NAME, the ARG "
        + "that its FROM uses"
    ),
    (
      "parent = bse\nparent-argument = X",
      "c:2: layer \"base\" has the parent \"bse\", which is not configured; did you mean \"base\"?"
    ),
    (
      "parent = b\nparent-argument = X\n[layer \"b\"]\ndockerfile = x\nparent = base\n"
        + "parent-argument = Y",
      "c:6: layers stand on each other: b -> base -> b; remove one parent"
    ),
    (
      "stable = s\n[layer \"b\"]\ndockerfile = x\nstable = s",
      "c:5: layer \"b\" has the stable tag \"s\" of layer \"base\"; give each its own"
    ),
    ("[build]\nprogress-lines = -1", "c:3: build.progress-lines: -1 is negative; use 0 or more"),
    (
      "[build]\nprogress-lines = x",
      "c:3: build.progress-lines: x is no whole number; use an integer, with k, m or g for 1024, "
        + "1024², 1024³"
    ),
    (
      "[build]\nprogress-lines = 9g",
      "c:3: build.progress-lines: 9g is no whole number; the number is out of range"
    ),
    ("[container]\nuser = x", "c:3: [container] has no name; add name = NAME"),
    (
      "[container]\nname = x y",
      "c:3: container.name: x y is no container name; use letters, digits, _ . - after a first "
        + "letter or digit, at least 2"
    ),
    (
      "[container]\nname = xy\nlayer = bas",
      "c:4: container.layer: layer \"bas\" is not configured; did you mean \"base\"?"
    ),
    ("[container]\nname = xy\nlayer", "c:4: container.layer has no value; write layer = VALUE"),
    (
      "[layer \"b\"]\ndockerfile = x\n[container]\nname = xy",
      "c:5: [container] may run any of base, b; add layer = NAME"
    ),
    (
      "[container]\nname = xy\npublish = 80:1\npublish = 80:2",
      "c:5: container.publish: \"80:2\" needs the same port as \"80:1\" at c:4; change or remove one"
    ),
    (
      "[container]\nname = xy\nrestart = maybe",
      "c:4: container.restart: maybe is neither true nor false; use true, yes, on, false, no, off "
        + "or an integer"
    ),
    (
      "[container]\nname = xy\nstop-timeout = soon",
      "c:4: container.stop-timeout: soon is no duration; write one such as 150ms, 2s, 5m, 1h or 7d"
    ),
    ("[sync \"a\"]\nowner = x", "c:3: [sync \"a\"] has no target; add target = /DIRECTORY"),
    ("[sync \"a\"]\ntarget = x", "c:3: sync.a.target: x is not absolute; begin it with /"),
    (
      "[sync \"/a\"]\ntarget = /x",
      "c:3: section \"sync\": /a is absolute; write it relative to the repository"
    ),
    (
      "[watch]\nquiet-min = 1s",
      "c:3: watch.quiet-min is longer than watch.quiet-max; lower the one or raise the other"
    ),
    ("[watch]\npoll-interval = 0", "c:3: watch.poll-interval is 0; use at least 1ms"),
    (
      "[image]\nrepository = a/b:latest",
      "c:3: image.repository: a/b:latest has a tag or digest; write the name alone"
    ),
    (
      "x y",
      "c:2: bad config line 2 in file c: after the key (letters, digits and -) comes =, or nothing; "
        + "a comment needs = before it"
    ),
  ])
  func says(_ text: String, _ message: String) {
    #expect(Self.problems(.file("c", Self.good + text + "\n")) == [message])
  }

  @Test func showsOnlyTheBeginningOfALongPattern() {
    let text = Self.good + "path = " + String(repeating: "a", count: 65_537) + "\n"
    #expect(
      Self.problems(.file("c", text)) == [
        "c:2: layer.base.path: " + String(repeating: "a", count: 80)
          + "...: the pattern has 65537 characters; the most is 65536"
      ])
  }

  @Test func saysEverythingAtOnce() {
    let found = Self.problems(
      .file("c", "[image]\nrepo = a\n[watch]\npoll = no\n[layer \"b\"]\nstable = b\n"))
    #expect(found.count == 3)
  }

  @Test func namesBytesThatAreNoText() {
    let text = Array("[layer \"a\"]\ndockerfile = x\nstable = b\ntarget = ".utf8) + [0xFF]
    #expect(
      Self.problems(.file(name: Array("c".utf8), content: text))
        == ["c:4: layer.a.target: \"\\377\" is not UTF-8; save the file as UTF-8"])
  }

  @Test func twoLayersThatLookTheSameDoNotHang() {
    let section = { (byte: UInt8) in
      Array("[layer \"".utf8) + [byte] + Array("\"]\ndockerfile = x\n".utf8)
    }
    #expect(Self.problems(.file(name: [], content: section(0xFF) + section(0xFE))).count == 2)
  }

  @Test func aContainerNeedsALayer() {
    #expect(
      Self.problems(.file("c", "[container]\nname = xy\n"))
        == ["c:2: [container] has no layer to run; add a [layer \"NAME\"] section"])
    #expect(
      Self.problems(.file("c", "k = v\n"))
        == ["c:1: key \"k\" stands before any section; put a line such as [image] before it"])
  }

  @Test func saysWhichVariableOrArgumentIsWrong() {
    let prefix = "SINDRI_WATCH_CONFIG_"
    #expect(
      Self.problems(.environment([prefix + "COUNT": Array("x".utf8)]))
        == ["SINDRI_WATCH_CONFIG_COUNT: x is no count; use a number from 0 to 10000"])
    #expect(
      Self.problems(
        .environment([prefix + "COUNT": Array("1".utf8), prefix + "KEY_0": Array("a.b".utf8)]))
        == [
          "SINDRI_WATCH_CONFIG_VALUE_0: is not set, though SINDRI_WATCH_CONFIG_COUNT is 1; set it "
            + "or lower the count"
        ])
    #expect(
      Self.problems(.commandLine(["image=x", "image.=x", "a.b_=x"].map { Array($0.utf8) })) == [
        "-c 1: key does not contain a section: image; write SECTION.KEY or SECTION.SUBSECTION.KEY",
        "-c 2: key does not contain variable name: image.; write SECTION.KEY or "
          + "SECTION.SUBSECTION.KEY",
        "-c 3: invalid key: a.b_; write SECTION.KEY or SECTION.SUBSECTION.KEY",
      ])
  }

  @Test func warnsOfPatternsThatExcludeNothing() throws {
    let text =
      Self.good + "path = a\npath = !b\n[layer \"e\"]\ndockerfile = x\nquantifier = every\n"
    let warnings = try Configuration.load(sources: [.file("c", text)]).get().warnings
    #expect(
      warnings.map(\.description) == [
        "c:3: layer \"base\": the pattern \"!b\" excludes nothing; it matches nearly every path; "
          + "write quantifier = every to have all patterns match",
        "c:6: layer \"e\" has quantifier = every and no path, so every change matches it; add "
          + "path = PATTERN",
      ])
  }
}
