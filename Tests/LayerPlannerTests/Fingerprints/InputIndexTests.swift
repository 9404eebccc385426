import Testing

@testable import LayerPlanner

struct InputIndexTests {
  private static let second: Int64 = 1_000_000_000

  private func signature(
    device: UInt64 = 1, inode: UInt64 = 2, size: Int64 = 3, mtime: Int64 = 4 * second,
    ctime: Int64 = 5 * second, mode: UInt32 = 0o100644
  ) -> FileSignature {
    FileSignature(
      device: device, inode: inode, size: size, mtime: mtime, ctime: ctime, mode: mode)
  }

  private func content(_ byte: UInt8) -> InputContent {
    .regular(Digest(of: [byte]), isExecutable: byte % 2 == 1)
  }

  @Test func asksForWhatChanged() {
    var index = InputIndex()
    let path: RepositoryPath = "a/b"
    #expect(index.needsHash(path, signature: signature()))
    index.update(
      path, signature: signature(), content: content(1), layers: [0], readAt: 9 * Self.second)
    #expect(!index.needsHash(path, signature: signature()))
    let others = [
      signature(device: 2), signature(inode: 3), signature(size: 4),
      signature(mtime: 3 * Self.second), signature(ctime: 4 * Self.second),
      signature(mode: 0o100755), signature(mtime: 4 * Self.second + 1), signature(device: 1 << 40),
    ]
    for other in others { #expect(index.needsHash(path, signature: other)) }
    #expect(index.needsHash("a/c", signature: signature()))
    #expect(index.needsHash("a", signature: signature()))
    #expect(index.needsHash(.root, signature: signature()))
  }

  @Test(
    arguments: [
      (0, 0, true), (9_999_999, 0, true), (10_000_000, 0, false), (0, 9_999_999, true),
      (0, 10_000_000, true), (-20_000_000, 20_000_000, false), (.min, .max, false),
    ] as [(Int64, Int64, Bool)])
  func distrustsWhatWasReadWithinATickOfAChange(readAt: Int64, ctime: Int64, isRacy: Bool) {
    let signature = signature(mtime: 0, ctime: ctime)
    #expect(signature.isRacy(readAt: readAt) == isRacy)
    var index = InputIndex()
    index.update("f", signature: signature, content: content(1), layers: [], readAt: readAt)
    #expect(index.needsHash("f", signature: signature) == isRacy)
  }

  @Test func keepsLayersApart() {
    var index = InputIndex()
    let nothing = index.digest(of: 0)
    #expect(nothing == Digest(of: []))
    update(&index, "a/x", 1, [0])
    update(&index, "a/y", 2, [1, 2])
    let first = index.digest(of: 0)
    let second = index.digest(of: 1)
    #expect(first != second)
    #expect(index.digest(of: 2) == second)
    #expect(index.digest(of: 3) == nothing)
    update(&index, "a/y", 4, [1])
    #expect(index.digest(of: 0) == first)
    #expect(index.digest(of: 1) != second)
    #expect(index.digest(of: 2) == nothing)
    update(&index, "a/y", 2, [1])
    #expect(index.digest(of: 1) == second)
    #expect(index.content(of: "a/y") == content(2))
  }

  @Test func replacesAFileByADirectoryAndBack() {
    var index = InputIndex()
    update(&index, "a", 1, [0])
    let file = index.digest(of: 0)
    update(&index, "a/b/c", 1, [0])
    #expect(index.count == 1)
    #expect(index.paths(within: .root) == ["a/b/c"])
    update(&index, "a", 1, [0])
    #expect(index.digest(of: 0) == file)
    #expect(index.paths(within: "a") == ["a"])
    index.update(.root, signature: signature(), content: content(1), layers: [0], readAt: 0)
    #expect(index.count == 1)
    index.removeAll(within: .root)
    #expect(index.count == 0)
    #expect(index.paths(within: "x").isEmpty)
  }

  /// Any sequence of changes ends in the digests that a new index of the same files has.
  @Test(arguments: 0..<8) func agreesWithANewIndex(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var index = InputIndex()
    var model: [RepositoryPath: (content: UInt8, layers: Set<Int>)] = [:]
    for step in 0..<400 {
      let names = (0...random.below(3)).map { _ in ["a", "b", "ab", "\u{1}"][random.below(4)] }
      let path = RepositoryPath(names.joined(separator: "/"))
      switch random.below(10) {
      case 0:
        index.removeAll(within: path)
        model = model.filter { !$0.key.isWithin(path) }
      case 1, 2, 3:
        index.remove(path)
        model[path] = nil
      default:
        let content = UInt8(random.below(4))
        let layers = Set((0..<3).filter { _ in random.below(2) == 0 })
        update(&index, path, content, layers)
        model = model.filter { !$0.key.isWithin(path) && !path.isWithin($0.key) }
        model[path] = (content, layers)
      }
      #expect(index.count == model.count)
      guard step % 5 == 0 else { continue }
      var fresh = InputIndex()
      for (path, entry) in model { update(&fresh, path, entry.content, entry.layers) }
      for layer in 0..<3 { #expect(index.digest(of: layer) == fresh.digest(of: layer)) }
      #expect(index.paths(within: .root).sorted() == model.keys.sorted())
      for (path, entry) in model { #expect(index.content(of: path) == content(entry.content)) }
    }
  }

  /// Directories that come and go leave nothing behind.
  @Test func usesSlotsAgain() {
    var index = InputIndex()
    for round in 0..<100 {
      update(&index, RepositoryPath("d\(round)/e/temporary-name-\(round)"), 1, [0])
      index.remove(RepositoryPath("d\(round)/e/temporary-name-\(round)"))
    }
    #expect(index.directories.count == 3)
  }

  @Test func standsDeepPaths() {
    var index = InputIndex()
    let path = RepositoryPath(Array(repeating: "d", count: 2000).joined(separator: "/"))
    update(&index, path, 1, [0])
    #expect(index.digest(of: 0) != Digest(of: []))
    index.remove(path)
    #expect(index.digest(of: 0) == Digest(of: []))
  }

  private func update(
    _ index: inout InputIndex, _ path: RepositoryPath, _ byte: UInt8, _ layers: Set<Int>
  ) {
    index.update(path, signature: signature(), content: content(byte), layers: layers, readAt: 0)
  }
}
