import Testing

@testable import SindriWatch

@Suite struct DirectoryMapTests {
  private func name(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }

  private func path(_ node: DirectoryMap.Node, in map: DirectoryMap) -> String {
    var path = PathBuffer([])
    map.appendPath(of: node, to: &path)
    return String(decoding: path.bytes.dropLast(), as: UTF8.self)
  }

  @Test func findsChildrenByTheirWholeName() {
    var map = DirectoryMap()
    let a = map.add(name("a"), to: DirectoryMap.root)
    let ab = map.add(name("ab"), to: DirectoryMap.root)
    let deep = map.add(name("x"), to: a)
    #expect(map.child(of: DirectoryMap.root, named: name("a")) == a)
    #expect(map.child(of: DirectoryMap.root, named: name("ab")) == ab)
    #expect(map.child(of: DirectoryMap.root, named: name("b")) == nil)
    #expect(path(deep, in: map) == "/a/x")
    map.remove(a)
    #expect(map.count == 2)
    #expect(map.child(of: DirectoryMap.root, named: name("ab")) == ab)
  }

  @Test func aWatchThatLosesItsLastNodeIsAnOrphanUntilItIsGivenAgain() {
    var map = DirectoryMap()
    let a = map.add(name("a"), to: DirectoryMap.root)
    map.setWatch(7, of: a)
    map.remove(a)
    #expect(map.owner(of: 7) == nil)
    let b = map.add(name("b"), to: DirectoryMap.root)
    map.setWatch(7, of: b)
    #expect(map.owner(of: 7) == b)
    #expect(map.takeOrphans() == [])
    map.remove(b)
    #expect(map.takeOrphans() == [7])
    #expect(map.takeOrphans() == [])
  }

  @Test(arguments: [Int32(7), 2_000_000_000])
  func aWatchMayHaveSeveralNodes(_ watch: Int32) {
    var map = DirectoryMap()
    let a = map.add(name("a"), to: DirectoryMap.root)
    let b = map.add(name("b"), to: DirectoryMap.root)
    map.setWatch(watch, of: a)
    map.setWatch(watch, of: b)
    #expect(Set([map.owner(of: watch)] + map.otherOwners(of: watch)) == [a, b])
    map.remove(a)
    #expect(map.owner(of: watch) == b && map.otherOwners(of: watch) == [])
    map.remove(b)
    #expect(map.owner(of: watch) == nil && map.takeOrphans() == [watch])
  }

  @Test func namesOfRemovedDirectoriesAreGivenBack() {
    var map = DirectoryMap()
    let kept = map.add(name("kept"), to: DirectoryMap.root)
    let long = name(String(repeating: "n", count: 250))
    for _ in 0..<2_000 { map.remove(map.add(long, to: DirectoryMap.root)) }
    #expect(map.nameBytes < 140_000)
    #expect(path(kept, in: map) == "/kept")
  }
}
