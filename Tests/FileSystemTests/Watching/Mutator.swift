import CLinux
import Foundation
import Glibc

/// A small generator with a seed, so that a run can be repeated (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number below `bound`.
  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

  /// One of `elements`, which is not empty.
  mutating func one<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }
}

/// Does random things to a tree, badly synchronised with other mutators of the same tree. Every
/// call may fail, as another one was faster; that is the point.
struct Mutator: Sendable {
  /// The watched directory.
  let root: String
  /// A directory beside it on the same file system, not watched.
  let outside: String
  /// The name of directories that are pruned.
  static let ignored = "i"
  /// Few, so that the mutators meet; one is the beginning of another.
  private static let names = ["a", "b", "ab", ignored]

  /// What links point to: loops and siblings. Never `..` or an absolute path: the other calls follow
  /// links, and a link that leads out would let them change, even remove, what is not the test's.
  private static let targets = [".", "a", "ab", "./b", "nowhere"]

  func run(seed: UInt64, operations: Int, pausing: Bool) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<operations {
      step(&random)
      if pausing, random.below(4) == 0 { usleep(UInt32(random.below(400))) }
    }
  }

  private func path(_ random: inout SeededGenerator, mayBeOutside: Bool = true) -> String {
    let base = mayBeOutside && random.below(6) == 0 ? outside : root
    var path = base
    for _ in 0...random.below(4) { path += "/" + random.one(of: Self.names) }
    return path
  }

  private func step(_ random: inout SeededGenerator) {
    switch random.below(16) {
    case 0...2: makeDirectories(path(&random))
    case 3: removeTree(path(&random))
    case 4, 5: rename(path(&random), path(&random))
    case 6: exchange(path(&random), path(&random))
    case 7...9: write(path(&random), &random)
    case 10: chmod(path(&random), &random)
    case 11: _ = unsafe symlink(random.one(of: Self.targets), path(&random))
    case 12: _ = unsafe link(outside + "-pool/\(random.below(3))", path(&random))
    case 13: linkTemporary(path(&random), &random)
    case 14: replaceByRename(path(&random), &random)
    default: _ = unsafe unlink(path(&random))
    }
  }

  private func makeDirectories(_ path: String) {
    var made = ""
    for component in path.dropFirst().split(separator: "/") {
      made += "/" + component
      _ = unsafe mkdir(made, 0o755)
    }
  }

  private func removeTree(_ path: String) {
    // Not through a link, so that a loop ends.
    guard Disk.read(path) == .directory else {
      _ = unsafe unlink(path)
      return
    }
    for name in Disk.names(in: path) {
      removeTree(path + "/" + name)
    }
    _ = unsafe rmdir(path)
  }

  private func rename(_ from: String, _ to: String) { _ = unsafe Glibc.rename(from, to) }

  private func exchange(_ left: String, _ right: String) {
    _ = unsafe renameat2(AT_FDCWD, left, AT_FDCWD, right, 2)
  }

  /// Truncates, waits, writes: as some editors do. Never through a file with several links: writes
  /// to one name of it are silent for the others.
  private func write(_ path: String, _ random: inout SeededGenerator) {
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard file >= 0 else { return }
    defer { close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0, status.st_nlink == 1 else { return }
    ftruncate(file, 0)
    if random.below(3) == 0 { usleep(UInt32(random.below(500))) }
    let content = Array("\(random.below(100))".utf8)
    _ = unsafe content.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
  }

  private func chmod(_ path: String, _ random: inout SeededGenerator) {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { return }
    defer { close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFREG, status.st_nlink > 1 { return }
    fchmod(file, random.one(of: [0o644, 0o755]))
  }

  /// A file that has no name until it is complete.
  private func linkTemporary(_ path: String, _ random: inout SeededGenerator) {
    let file = unsafe open(root, sindri_O_TMPFILE | O_WRONLY | O_CLOEXEC, 0o644)
    guard file >= 0 else { return }
    defer { close(file) }
    let content = Array("tmp\(random.below(100))".utf8)
    _ = unsafe content.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
    _ = unsafe linkat(AT_FDCWD, "/proc/self/fd/\(file)", AT_FDCWD, path, AT_SYMLINK_FOLLOW)
  }

  private func replaceByRename(_ path: String, _ random: inout SeededGenerator) {
    let temporary = path + ".tmp"
    write(temporary, &random)
    rename(temporary, path)
  }
}
