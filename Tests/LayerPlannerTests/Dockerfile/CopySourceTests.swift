import Testing

@testable import LayerPlanner

struct CopySourceTests {
  private static let files = RepositoryFiles([
    "a", "d/f", "d/sub/g", "e-1/x", "e-2", "s/p/run", "s/q/run/me", "ctx/n/file",
  ])

  @Test(arguments: [
    ("a", "", ["a"]), ("./d/", "", ["d/**"]), ("/d/f", "", ["d/f"]), ("../../a", "", ["a"]),
    ("d/../a", "", ["a"]), (".", "", ["**"]), ("/", "", ["**"]), (".", "ctx", ["ctx/**"]),
    ("n", "ctx", ["ctx/n/**"]), ("n/file", "ctx", ["ctx/n/file"]), ("gone", "", ["gone/**"]),
    ("*", "", ["**"]), ("d/*", "", ["d/**"]), ("d/f*", "", ["d/f*"]),
    ("e-*", "", ["e-*", "e-*/**"]), ("s/*/run", "", ["s/*/run", "s/*/run/**"]),
    ("s/q*/run", "", ["s/q*/run/**"]), ("z?", "", ["z?", "z?/**"]), ("!a", "", ["\\!a/**"]),
    ("{a}", "", ["\\{a\\}/**"]), ("(a)*", "", ["\\(a\\)*", "\\(a\\)*/**"]),
  ])
  func becomesPatterns(source: String, context: String, patterns: [String]) throws {
    let source = try #require(CopySource(source, context: RepositoryPath(context)))
    #expect(source.patterns(in: Self.files) == patterns)
  }

  @Test(arguments: ["https://e.org/a", "http://e.org/x.git#v1:d", "git@e.org:x/y.git", "s3://b/k"])
  func anAddressIsNoFile(address: String) {
    #expect(CopySource(address, context: .root) == nil)
  }

  @Test func takesWhatTheBuilderTakes() throws {
    let wild = try #require(CopySource("d*", context: .root))
    #expect(wild.takes("d/sub/g") && wild.takes("dx") && !wild.takes("x/d"))
    let plain = try #require(CopySource("d", context: .root))
    #expect(plain.takes("d") && plain.takes("d/f") && !plain.takes("dx"))
    #expect(plain.isPresent(in: Self.files) && !plain.isContext)
  }

  @Test func tellsFilesFromDirectories() throws {
    #expect(Self.files.kind(of: "d") == .directory)
    #expect(Self.files.kind(of: "d/f") == .file)
    #expect(Self.files.kind(of: "e") == nil)
    #expect(Self.files.kind(of: .root) == .directory)
    #expect(RepositoryFiles([]).kind(of: "x") == nil)
    // `d-x` sorts between `d` and `d/`.
    #expect(RepositoryFiles(["d-x", "d/f", "d!"]).kind(of: "d") == .directory)
  }
}
