import Foundation
import Testing

extension EngineSuite {
  /// Whatever is in the tree or in the container, nothing outside the target changes.
  @Suite struct SyncEscapeTests {
    /// What could be hit: the content of /etc and of the root directory.
    private func outside(_ container: SyncedContainer) throws -> String {
      try container.repository.inContainer(
        "sh", "-c",
        "ls -la --time-style=full-iso /etc /root /usr/local; ls -a /; cat /etc/passwd /etc/hosts")
    }

    @Test(.timeLimit(.minutes(5)))
    func linksOfTheTreeAreCopiedAndNotFollowed() throws {
      let container = try SyncedContainer()
      defer { container.stop() }
      try container.start()
      let before = try outside(container)
      let tree = container.host
      let names = ["link", "-link", "l\nink", "l'i\"nk"].map { Array($0.utf8) }
      for name in names {
        tree.link(name, target: Array("/etc".utf8))
        tree.link(name + Array("-up".utf8), target: Array("../../etc/passwd".utf8))
      }
      #expect(try container.waitForEquality())
      // A directory with files takes the place of a link, and a link that of a directory.
      for name in names {
        tree.remove(name)
        tree.makeDirectory(name)
        tree.write(name + Array("/passwd".utf8), Array("mine".utf8))
      }
      #expect(try container.waitForEquality())
      for name in names {
        tree.remove(name)
        tree.link(name, target: Array("/etc".utf8))
      }
      #expect(try container.waitForEquality())
      for name in names {
        tree.remove(name)
        tree.write(name, Array("a file".utf8))
      }
      #expect(try container.waitForEquality())
      for name in names { tree.remove(name) }
      #expect(try container.waitForEquality())
      #expect(try outside(container) == before)
    }

    @Test(.timeLimit(.minutes(5)))
    func nothingIsWrittenThroughALinkOfTheContainer() throws {
      let container = try SyncedContainer()
      defer { container.stop() }
      container.host.makeDirectory(Array("sub".utf8))
      container.host.write(Array("sub/passwd".utf8), Array("mine".utf8))
      try container.start()
      let watcher = try #require(container.watcher)
      let before = try outside(container)
      try run([
        "docker", "exec", container.name, "sh", "-c", "rm -r /tree/sub; ln -s /etc /tree/sub",
      ])
      container.host.write(Array("sub/passwd".utf8), Array("evil".utf8))
      let warning = try watcher.wait(for: "warning")
      #expect(warning.text("message").contains("symbolic link"))
      for number in 0..<20 {
        container.host.write(Array("sub/many\(number)".utf8), Array("evil".utf8))
      }
      container.host.remove(Array("sub/many1".utf8))
      try watcher.wait(for: "warning")
      #expect(try outside(container) == before)
      // Once the link is gone, the next save brings everything.
      try run(["docker", "exec", container.name, "rm", "/tree/sub"])
      try container.repository.write("tree/file", "two\n")
      #expect(try container.waitForEquality())
    }

    @Test(.timeLimit(.minutes(5)), arguments: ["/tree", "/var/tree/deep"])
    func aTargetThatIsALinkIsRefused(target: String) throws {
      let container = try SyncedContainer(target: target)
      defer { container.stop() }
      try container.start()
      let watcher = try #require(container.watcher)
      let top = target == "/tree" ? "/tree" : "/var/tree"
      try run([
        "docker", "exec", container.name, "sh", "-c", "rm -rf \(top); ln -s /etc \(top)",
      ])
      let before = try outside(container)
      try container.repository.write("tree/passwd", "evil\n")
      let warning = try watcher.wait(for: "warning")
      #expect(warning.text("message").contains("symbolic link"))
      for number in 0..<20 { try container.repository.write("tree/many\(number)", "evil\n") }
      try container.repository.remove("tree/file")
      try watcher.wait(for: "warning")
      #expect(try outside(container) == before)
    }

    @Test(.timeLimit(.minutes(5)))
    func namesOfEveryKindArriveAndGo() throws {
      let container = try SyncedContainer()
      defer { container.stop() }
      try container.start()
      let before = try outside(container)
      let tree = container.host
      let names: [[UInt8]] =
        [
          "-rf", "--", "new\nline", "\n", "two\n\nlines\n", "q'\"`$(touch /etc/x)`", "*", "?[a]",
          " ", "a\\b", "\\n", "..x", "...", ".hidden", "~", "$HOME", "a;b", "#",
        ].map { Array($0.utf8) } + [
          [UInt8](repeating: 0x6E, count: 255), [0xFF], [0x80, 0x81, 0x82, 0x88], [0xC3, 0x28],
        ]
      for name in names { tree.write(name, Array("1".utf8)) }
      #expect(try container.waitForEquality())
      for name in names {
        tree.remove(name)
        tree.makeDirectory(name)
      }
      // One by one, and many in one directory: two ways of sending.
      for name in names { for other in names { tree.write(name + [0x2F] + other, [0x32]) } }
      #expect(try container.waitForEquality())
      for name in names { tree.remove(name) }
      #expect(try container.waitForEquality())
      #expect(try outside(container) == before)
    }
  }
}
