import Testing

@testable import LayerPlanner

struct LayerFingerprintTests {
  private static let files = [
    InputFile(path: "Dockerfile", content: .regular(Digest(of: [1]), isExecutable: false)),
    InputFile(path: "docker/lib/a.sh", content: .regular(Digest(of: [2]), isExecutable: true)),
    InputFile(path: "docker/lib/link", content: .symlink(target: Array("a.sh".utf8))),
  ]

  private static func inputs(
    layer: LayerName = "base", dockerfile: [UInt8] = [], settings: [(String, String)] = [],
    parent: Fingerprint? = nil, files: [InputFile] = files
  ) -> LayerInputs {
    LayerInputs(
      layer: layer, dockerfile: Digest(of: dockerfile),
      settings: settings.map { LayerInputs.Setting(key: $0.0, value: $0.1) }, parent: parent,
      files: files)
  }

  /// The encoding is a promise to images that exist: their labels hold such values.
  @Test func staysTheSameOnEveryMachine() {
    let plain = Self.inputs().fingerprint
    #expect(plain.hex == "f856ec07d5ef24557d83a9882b1706fc112174d9ba448429432b988b3ab05451")
    let full = Self.inputs(
      layer: "tooling", dockerfile: [0xFF], settings: [("A", "1"), ("platform", "linux/arm64")],
      parent: plain
    ).fingerprint
    #expect(full.hex == "372fc9a043c9443ae75f754bb5f97ce445ea72ea99a0e433cc70fffad75f9879")
  }

  @Test func doesNotDependOnTheOrderOfFiles() {
    let reversed = Self.inputs(files: Self.files.reversed())
    #expect(reversed.fingerprint == Self.inputs().fingerprint)
  }

  /// Pairs that a careless encoding would confuse, and every single difference.
  @Test func differsWhereverTheInputsDo() {
    let content = InputContent.regular(Digest(of: [1]), isExecutable: false)
    func file(_ path: RepositoryPath, _ content: InputContent) -> [InputFile] {
      [InputFile(path: path, content: content)]
    }
    let parent = Fingerprint(Digest(of: [7]))
    let all = [
      Self.inputs(), Self.inputs(layer: "tooling"), Self.inputs(dockerfile: [1]),
      Self.inputs(parent: parent), Self.inputs(parent: Fingerprint(Digest(of: [8]))),
      Self.inputs(settings: [("a", "b")]), Self.inputs(settings: [("ab", "")]),
      Self.inputs(settings: [("", "ab")]), Self.inputs(settings: [("a", ""), ("b", "")]),
      Self.inputs(settings: [("b", ""), ("a", "")]), Self.inputs(layer: "base2"),
      Self.inputs(files: []), Self.inputs(files: file("a/b", content)),
      Self.inputs(files: file("ab", content)), Self.inputs(files: file("a/b/c", content)),
      Self.inputs(files: file("ab", .regular(Digest(of: [1]), isExecutable: true))),
      Self.inputs(files: file("ab", .regular(Digest(of: [2]), isExecutable: false))),
      Self.inputs(files: file("ab", .symlink(Digest(of: [1])))),
      Self.inputs(files: file("a\nb", content)),
      Self.inputs(files: [InputFile(path: RepositoryPath(bytes: [0xFF]), content: content)]),
      Self.inputs(files: file("a", content) + file("b", content)),
      Self.inputs(files: file("a/a", content) + file("b", content)),
      Self.inputs(files: file("a/a", content) + file("a/b", content)),
    ]
    #expect(Set(all.map(\.fingerprint)).count == all.count)
  }

  @Test func readsItsOwnDigits() throws {
    let fingerprint = Self.inputs().fingerprint
    #expect(Fingerprint(hex: fingerprint.hex) == fingerprint)
    #expect(fingerprint.short.count == 16)
    #expect("\(fingerprint)".hasPrefix(fingerprint.short))
    #expect(Fingerprint(hex: "A" + fingerprint.hex.dropFirst()) == nil)
    #expect(Fingerprint(hex: fingerprint.short) == nil)
  }
}
