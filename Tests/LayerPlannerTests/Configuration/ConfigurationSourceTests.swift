import Testing

@testable import LayerPlanner

struct ConfigurationSourceTests {
  private static let sources: [ConfigurationSource] = [
    .file("a", "[image]\nrepository = one\n[watch] ignore = x\n"),
    .file("b c\té", "[watch] ignore = y\n"),
    .environment([
      "SINDRI_WATCH_CONFIG_COUNT": Array("1".utf8),
      "SINDRI_WATCH_CONFIG_KEY_0": Array("Image.Repository".utf8),
      "SINDRI_WATCH_CONFIG_VALUE_0": Array("two".utf8),
    ]),
    .commandLine([Array("container.restart".utf8)]),
  ]

  @Test(arguments: [
    (
      false, false,
      "image.repository=one\nwatch.ignore=x\nwatch.ignore=y\nimage.repository=two\n"
        + "container.restart\n"
    ),
    (
      true, false,
      "image.repository\none\0watch.ignore\nx\0watch.ignore\ny\0image.repository\ntwo\0"
        + "container.restart\0"
    ),
    (
      false, true,
      "file:a\timage.repository=one\nfile:a\twatch.ignore=x\n"
        + "file:\"b c\\t\\303\\251\"\twatch.ignore=y\ncommand line:\timage.repository=two\n"
        + "command line:\tcontainer.restart\n"
    ),
    (
      true, true,
      "file:a\0image.repository\none\0file:a\0watch.ignore\nx\0file:b c\té\0watch.ignore\ny\0"
        + "command line:\0image.repository\ntwo\0command line:\0container.restart\0"
    ),
  ])
  func listsAsGitDoes(_ isNullTerminated: Bool, _ showsOrigin: Bool, _ expected: String) throws {
    let entries = try ConfigurationText.merged(Self.sources).get()
    let listing = ConfigurationText.listing(
      entries, isNullTerminated: isNullTerminated, showsOrigin: showsOrigin)
    #expect(String(decoding: listing, as: UTF8.self) == expected)
  }

  @Test func laterSourcesOverrideOneValueAndAddToMany() throws {
    let text = "[image] repository = one\n[sync \"a\"] target = /a\n ignore = x\n"
    let load = { (arguments: [String]) in
      try Configuration.load(sources: [
        .file("a", text), .commandLine(arguments.map { Array($0.utf8) }),
      ]).get()
    }
    let added = try load(["image.repository=two", "sync.a.ignore=y"])
    #expect(added.repository?.value == "two")
    #expect(added.repository?.origin == .commandLine(position: 1))
    #expect(added.syncs[0].ignore.map(\.value.text) == ["x", "y"])
    let reset = try load(["image.repository=", "sync.a.ignore=", "sync.a.ignore=y"])
    #expect(reset.repository == nil)
    #expect(reset.syncs[0].ignore.map(\.value.text) == ["y"])
  }

  @Test func keepsThePlacesOfKeyAndValue() throws {
    let entries = try ConfigurationText.merged([.file("f", "[a]\r\n  k =  \"v\"\n")]).get()
    #expect(entries.first?.origin == .file(name: Array("f".utf8), line: 2, column: 3))
    #expect(entries.first?.valueOrigin == .file(name: Array("f".utf8), line: 2, column: 8))
  }
}
