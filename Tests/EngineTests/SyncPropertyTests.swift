import Foundation
import Glibc
import Testing

extension EngineSuite {
  /// Random edits end with the container's tree equal to the host's, whatever happens meanwhile.
  @Suite struct SyncPropertyTests {
    /// The names of files and directories: few, so that edits meet, and some of a bad kind.
    private static let names: [[UInt8]] =
      ["a", "b", "c.sh", "d", "-rf", "x y", "new\nline", "q'\"\\$(id)`", "*", ".hidden"]
      .map { Array($0.utf8) } + [[0xFF, 0x81, 0x88, 0x41], [UInt8](repeating: 0x6E, count: 255)]

    private static let targets: [[UInt8]] =
      ["/etc", "a", "../..", "nowhere", "/tree/b", "line\nbreak"].map { Array($0.utf8) }

    private static var sequences: Int {
      ProcessInfo.processInfo.environment["SINDRI_SYNC_SEQUENCES"].flatMap { Int($0) } ?? 500
    }

    @Test(.timeLimit(.minutes(15)))
    func randomEditsEndWithTheSameTree() throws {
      let container = try SyncedContainer()
      defer { container.stop() }
      try container.start()
      guard try container.root() != nil, geteuid() == 0 else {
        print("SKIPPED: the sync property, because the container's files cannot be seen from here")
        return
      }
      let seed =
        ProcessInfo.processInfo.environment["SINDRI_SYNC_SEED"].flatMap { UInt64($0) }
        ?? UInt64.random(in: 0..<1_000_000)
      print("note: SINDRI_SYNC_SEED=\(seed)")
      var random = Seeded(seed: seed)
      var disturbances: [String: Int] = [:]
      let began = Date()
      for sequence in 0..<Self.sequences {
        let edits = 2 + random.below(7)
        let middle = random.below(edits)
        let disturbance = random.below(20)
        for edit in 0..<edits {
          if edit == middle, let name = try disturb(container, disturbance) {
            disturbances[name, default: 0] += 1
          }
          self.edit(container.host, &random)
          if random.below(3) == 0 { usleep(UInt32(random.below(8000))) }
        }
        if disturbance == 0 { try run(["docker", "unpause", container.name]) }
        guard try container.waitForEquality("sequence \(sequence) of seed \(seed)") else { return }
      }
      let seconds = Int(Date().timeIntervalSince(began))
      print("note: \(Self.sequences) sequences in \(seconds) s, disturbed by \(disturbances)")
      #expect(container.watcher?.process.isRunning == true)
    }

    /// What happens besides edits in some of the sequences.
    private func disturb(_ container: SyncedContainer, _ number: Int) throws -> String? {
      switch number {
      case 0:
        // Docker 20.10 locks up for good when a container is paused while a command in it is being
        // started: see to it that there is a session first.
        container.host.write(Array("probe".utf8), [UInt8.random(in: 0...255)])
        guard try container.waitForEquality("before a pause") else { return nil }
        try run(["docker", "pause", container.name])
        return "paused"
      case 1:
        try run(["docker", "kill", container.name])
        try run(["docker", "start", container.name])
        return "killed and started"
      case 2:
        try run(["docker", "restart", "-t", "0", container.name])
        return "restarted"
      case 3, 4:
        try container.killSession()
        return "session killed"
      case 5:
        try remake(container)
        return "made anew"
      default: return nil
      }
    }

    /// A new container of whatever image the stable tag is on now, as the watcher makes one.
    private func remake(_ container: SyncedContainer) throws {
      let image = "\(container.name):latest"
      let label = try run([
        "docker", "image", "inspect", "-f", "{{index .Config.Labels \"sindri.inputs\"}}", image,
      ]).output.trimmingCharacters(in: .whitespacesAndNewlines)
      try run(["docker", "rm", "-f", container.name])
      let made = try run([
        "docker", "run", "-d", "--name", container.name, "--label",
        "sindri.container=\(container.repository.url.path)", "--label", "sindri.inputs=\(label)",
        image, "sleep", "100000",
      ])
      #expect(made.status == 0, "\(made.errors)")
    }

    private func path(_ random: inout Seeded) -> [UInt8] {
      var path = random.one(of: Self.names)
      for _ in 0..<random.below(3) { path += [0x2F] + random.one(of: Self.names) }
      return path
    }

    /// One edit; it may come to nothing.
    private func edit(_ tree: RawTree, _ random: inout Seeded) {
      let path = path(&random)
      switch random.below(16) {
      case 0...5:
        let size = [0, 3, 200, 5000, 65_536, 150_000][random.below(6)]
        tree.write(path, (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) })
      case 6, 7: tree.makeDirectory(path)
      case 8: tree.remove(path)
      case 9, 10: tree.rename(path, self.path(&random))
      case 11: tree.chmod(path, [0o644, 0o755, 0o600, 0o700][random.below(4)])
      case 12: tree.link(path, target: random.one(of: Self.targets))
      case 13:
        // As editors save: beside, then into its place.
        tree.write(Array("tmp~new".utf8), [UInt8](repeating: 0x41, count: random.below(300)))
        tree.rename(Array("tmp~new".utf8), path)
      case 14:
        tree.remove(path)
        tree.makeDirectory(path)
        tree.write(path + Array("/within".utf8), [0x31])
      default:
        for number in 0..<random.below(30) {
          tree.write(path + Array("/many\(number)".utf8), [UInt8](repeating: 0x42, count: 100))
        }
      }
    }
  }
}

/// A generator with a seed, so that a run can be repeated (SplitMix64).
private struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
  mutating func one<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }
}
