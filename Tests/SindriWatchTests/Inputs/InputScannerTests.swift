import Foundation
import Glibc
import LayerPlanner
import Testing

@testable import SindriWatch

struct InputScannerTests {
  /// A tree with two layers, `base/**` and `app/**`, removed at the end.
  private final class Tree {
    let path = NSTemporaryDirectory() + "sindri-scan-" + UUID().uuidString
    let scanner: InputScanner
    private var scans = 0

    init(ignore: String = "") throws {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      func filter(_ pattern: String) throws -> PathFilter {
        PathFilter(rules: [FilterRule(patterns: [try PathPattern(pattern)])])
      }
      let rules = try IgnoreRules(file: Array(ignore.utf8))
      let classifier = PathClassifier(
        layers: [
          LayerRules(
            name: "base", dockerfile: "base/Dockerfile", context: .root,
            filter: try filter("base/**"), ignore: (".dockerignore", rules)),
          LayerRules(
            name: "app", dockerfile: "app/Dockerfile", context: .root,
            filter: try filter("app/**"), ignore: (".dockerignore", rules)),
        ], tree: try LayerTree([("base", nil), ("app", "base")]))
      scanner = InputScanner(
        root: Array(path.utf8),
        layers: ["base", "app"].map {
          InputScanner.LayerDefinition(
            name: LayerName($0), dockerfile: RepositoryPath("\($0)/Dockerfile"), settings: [])
        }, classifier: classifier)
      for name in ["base", "app"] {
        try write("\(name)/Dockerfile", "FROM scratch\n")
        try write("\(name)/file", "one\n")
        // Old enough to be trusted by its times.
        for file in ["Dockerfile", "file"] { age("\(name)/\(file)") }
      }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ content: String) throws {
      let file = URL(fileURLWithPath: path + "/" + name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try content.write(to: file, atomically: false, encoding: .utf8)
    }

    func age(_ name: String) {
      let old = timeval(tv_sec: 1_600_000_000, tv_usec: 0)
      unsafe utimes(path + "/" + name, [old, old])
    }

    /// Scans when every file is old enough for its times to be trusted.
    func settledScan() -> Scan {
      let end = wallClockNanoseconds() + 20_000_000
      while wallClockNanoseconds() < end { sched_yield() }
      return scan()
    }

    func scan(_ scope: Session.Scope = .everything, budget: Int64 = .max / 2) -> Scan {
      scans += 1
      scanner.begin(scans, scope)
      while true {
        if let scan = scanner.step(budget: budget) { return scan }
      }
    }
  }

  @Test func aSaveChangesItsLayerAndThoseAbove() throws {
    let tree = try Tree()
    let first = tree.scan()
    #expect(first.fingerprints.count == 2 && first.problems.isEmpty)
    #expect(tree.scan().fingerprints == first.fingerprints)
    try tree.write("app/file", "two\n")
    let second = tree.scan(.paths(["app/file"]))
    #expect(second.fingerprints["base"] == first.fingerprints["base"])
    #expect(second.fingerprints["app"] != first.fingerprints["app"])
    try tree.write("app/file", "one\n")
    #expect(tree.scan(.paths(["app/file"])).fingerprints == first.fingerprints)
    try tree.write("base/file", "two\n")
    let third = tree.scan(.paths(["base/file"]))
    #expect(third.fingerprints["base"] != first.fingerprints["base"])
    #expect(third.fingerprints["app"] != first.fingerprints["app"])
    #expect(tree.scan().fingerprints == third.fingerprints)
  }

  @Test func smallStepsComeToTheSame() throws {
    let tree = try Tree()
    for index in 0..<50 { try tree.write("app/d\(index % 5)/f\(index)", "\(index)") }
    let whole = tree.scan()
    #expect(tree.scan(budget: 0).fingerprints == whole.fingerprints)
  }

  @Test func theFirstLookReadsManyAndLargeFilesAlike() throws {
    let tree = try Tree()
    for index in 0..<600 { try tree.write("app/many/f\(index)", "\(index)") }
    try tree.write("app/large", String(repeating: "x", count: 300_000))
    let first = tree.scan()
    #expect(tree.scanner.hashedFiles == 605)
    // One by one they come to the same.
    let other = try Tree()
    _ = other.scan()
    for index in 0..<600 { try other.write("app/many/f\(index)", "\(index)") }
    try other.write("app/large", String(repeating: "x", count: 300_000))
    #expect(other.scan(.paths(["app/large", "app/many"])).fingerprints == first.fingerprints)
    try other.write("app/large", String(repeating: "x", count: 300_001))
    #expect(other.scan(.paths(["app/large"])).fingerprints != first.fingerprints)
  }

  @Test func modesLinksAndPlacesCount() throws {
    let tree = try Tree()
    let first = tree.scan()
    unsafe chmod(tree.path + "/app/file", 0o755)
    let executable = tree.scan(.paths(["app/file"]))
    #expect(executable.fingerprints["app"] != first.fingerprints["app"])
    unsafe chmod(tree.path + "/app/file", 0o600)
    #expect(tree.scan(.paths(["app/file"])).fingerprints == first.fingerprints)
    unsafe symlink("/etc/passwd", tree.path + "/app/link")
    let linked = tree.scan(.paths(["app/link"]))
    #expect(linked.fingerprints["app"] != first.fingerprints["app"])
    unsafe unlink(tree.path + "/app/link")
    unsafe symlink("/etc/group", tree.path + "/app/link")
    #expect(tree.scan(.paths(["app/link"])).fingerprints != linked.fingerprints)
    // The same tree elsewhere has the same fingerprints.
    unsafe unlink(tree.path + "/app/link")
    #expect(try Tree().scan().fingerprints == tree.scan().fingerprints)
  }

  @Test func directoriesComeAndGoAsAWhole() throws {
    let tree = try Tree()
    let first = tree.scan()
    try tree.write("app/new/deep/file", "x")
    let grown = tree.scan(.paths(["app/new"]))
    #expect(grown.fingerprints["app"] != first.fingerprints["app"])
    #expect(tree.scanner.readers(ofDirectory: "app/new").map(\.layer) == ["app"])
    unsafe rename(tree.path + "/app/new", tree.path + "/app/moved")
    let moved = tree.scan(.paths(["app/new", "app/moved"]))
    #expect(moved.fingerprints["app"] != grown.fingerprints["app"])
    #expect(moved.fingerprints == tree.scan().fingerprints)
    try FileManager.default.removeItem(atPath: tree.path + "/app/moved")
    #expect(tree.scan(.paths(["app/moved"])).fingerprints == first.fingerprints)
  }

  @Test func whatIsIgnoredOrOfNoLayerIsNotRead() throws {
    let tree = try Tree(ignore: "app/cache\n")
    let first = tree.settledScan()
    let read = tree.scanner.hashedFiles
    try tree.write("app/cache/x", "x")
    try tree.write("other/x", "x")
    #expect(tree.scan().fingerprints == first.fingerprints)
    #expect(tree.scanner.hashedFiles == read)
  }

  @Test func onlyWhatChangedIsReadAgain() throws {
    let tree = try Tree()
    _ = tree.settledScan()
    let read = tree.scanner.hashedFiles
    _ = tree.scan()
    #expect(tree.scanner.hashedFiles == read)
    try tree.write("app/file", "three\n")
    _ = tree.scan()
    #expect(tree.scanner.hashedFiles == read + 1)
  }

  @Test func aMissingDockerfileIsAProblemOfItsLayer() throws {
    let tree = try Tree()
    try FileManager.default.removeItem(atPath: tree.path + "/base/Dockerfile")
    let scan = tree.scan()
    #expect(scan.fingerprints.isEmpty)
    #expect(scan.problems.keys.sorted() == ["base"])
    #expect(scan.problems["base"]?.contains("base/Dockerfile is missing") == true)
    try tree.write("base/Dockerfile", "FROM scratch\n")
    #expect(tree.scan(.paths(["base/Dockerfile"])).problems.isEmpty)
  }

  @Test func whatIsNoFileIsPassedOver() throws {
    let tree = try Tree()
    let first = tree.scan()
    unsafe mkfifo(tree.path + "/app/pipe", 0o600)
    #expect(tree.scan().fingerprints == first.fingerprints)
    #expect(tree.scan(.paths(["app/pipe"])).fingerprints == first.fingerprints)
  }

  @Test func namesAreBytes() throws {
    let tree = try Tree()
    let first = tree.scan()
    let name: [UInt8] = Array("app/".utf8) + [0xFF, 0x20, 0x22]
    let file = Array(tree.path.utf8) + [0x2F] + name
    try writeFile(file, [1])
    let path = RepositoryPath(bytes: name)
    #expect(tree.scan(.paths([path])).fingerprints["app"] != first.fingerprints["app"])
    removeFile(file)
    #expect(tree.scan(.paths([path])).fingerprints == first.fingerprints)
  }
}
