import Foundation
import Glibc
import Testing

extension EngineSuite {
  /// The loop on a chain of two tiny layers.
  @Suite struct LoopTests {
    @Test(.timeLimit(.minutes(5)))
    func sameContentIsNeverBuiltTwice() throws {
      let repository = try TestRepository.tiny()
      let watcher = try repository.watch()
      #expect(watcher.results(since: 0) == ["base built", "application built"])
      let first = try repository.image("latest")
      #expect(
        try watcher.results { try repository.write("app/src/file", "two\n") }
          == ["application built"])
      #expect(try repository.inContainer("cat", "/src/file") == "two\n")
      // A revert is a retag.
      #expect(
        try watcher.results { try repository.write("app/src/file", "one\n") }
          == ["application reused"])
      #expect(try repository.image("latest") == first)
      #expect(try repository.inContainer("cat", "/src/file") == "one\n")
      // A save of the same, a touch, and an ignored file build nothing.
      #expect(try watcher.results { try repository.write("app/src/file", "one\n") } == [])
      let file = repository.url.appendingPathComponent("app/src/file").path
      #expect(try watcher.results { _ = try run(["touch", file]) } == [])
      let mark = watcher.mark
      try repository.write("app/src/ignored", "x")
      try repository.write("app/src/4913", "x")
      try repository.write("app/src/other", "x")
      let changed = try watcher.wait(for: "changed")
      #expect(changed.list("paths") == ["app/src/other"])
      try watcher.wait(for: "idle")
      #expect(watcher.results(since: mark) == ["application built"])
      // The executable bit is content.
      #expect(
        try watcher.results { _ = try run(["chmod", "+x", file]) } == ["application built"])
    }

    @Test(.timeLimit(.minutes(5)))
    func editsOfTheTimeBetweenTwoRunsAreCaughtUp() throws {
      let repository = try TestRepository.tiny(container: false)
      #expect(try repository.sindri("watch", "--once").status == 0)
      #expect(try repository.sindri("status", "--check").status == 0)
      try repository.write("base/file", "two\n")
      #expect(try repository.sindri("status", "--check").status == 1)
      let watcher = try repository.watch()
      #expect(watcher.results(since: 0) == ["base built", "application built"])
      let planned = try #require(watcher.events.first { $0.name == "planned" })
      #expect(planned.list("build") == ["base", "application"])
      #expect(planned.description.contains("\"kind\":\"stale\""))
    }

    @Test(.timeLimit(.minutes(5)))
    func anEditBelowCancelsAndOneAboveJoins() throws {
      let repository = try TestRepository.tiny(container: false)
      let dockerfile = try repository.read("base/Dockerfile")
      try repository.write("base/Dockerfile", dockerfile + "RUN sleep 3\n")
      let watcher = try repository.watch()
      let mark = watcher.mark
      try repository.write("base/file", "two\n")
      try watcher.wait(for: "build-started")
      try repository.write("base/file", "three\n")
      try watcher.wait(for: "build-finished") { $0.result == "base cancelled" }
      try watcher.wait(for: "build-started")
      try repository.write("app/src/file", "two\n")
      try watcher.wait(for: "idle")
      #expect(
        watcher.results(since: mark) == ["base cancelled", "base built", "application built"])
      let content = try run([
        "docker", "run", "--rm", "\(repository.name):latest", "cat", "/src/file", "/base/file",
      ])
      #expect(content.output == "two\nthree\n")
    }

    @Test(.timeLimit(.minutes(10)))
    func aBranchSwitchIsOnePlan() throws {
      let repository = try TestRepository.tiny(container: false)
      try repository.git("checkout", "-q", "-b", "other")
      for index in 0..<3000 { try repository.write("app/src/d\(index % 50)/f\(index)", "\(index)") }
      try repository.commit()
      let watcher = try repository.watch()
      let mark = watcher.mark
      try repository.git("checkout", "-q", "main")
      try watcher.wait(for: "idle")
      try repository.git("checkout", "-q", "other")
      try watcher.wait(for: "idle")
      let plans = watcher.events[mark...].filter { $0.name == "planned" }
      #expect(plans.count == 1)
      #expect(
        watcher.results(since: mark) == ["application built", "application reused"])
      let count = try run(
        [
          "docker", "run", "--rm", "\(repository.name):latest", "sh", "-c",
          "find /src -type f | wc -l",
        ])
      #expect(count.output.trimmingCharacters(in: .whitespacesAndNewlines) == "3001")
    }

    @Test(.timeLimit(.minutes(15)))
    func aStormOfWritesEndsWithTheTreeInTheImage() throws {
      let repository = try TestRepository.tiny(container: false)
      let watcher = try repository.watch()
      let storm = """
        for d in $(seq 100); do mkdir -p app/src/s$d; for f in $(seq 1000); do
        echo $d.$f > app/src/s$d/f$f; done; done
        """
      #expect(try run(["sh", "-c", storm], in: repository.url).status == 0)
      try repository.write("app/src/last", "last\n")
      let end = Date().addingTimeInterval(600)
      var check = try repository.sindri("status", "--check")
      while check.status != 0, Date() < end {
        usleep(500_000)
        check = try repository.sindri("status", "--check")
      }
      #expect(check.status == 0, "\(check.output)")
      let inImage = try run(
        [
          "docker", "run", "--rm", "\(repository.name):latest", "sh", "-c",
          "cd /src && find . -type f | LC_ALL=C sort | xargs cat | sha256sum",
        ])
      let onDisk = try run(
        ["sh", "-c", "cd app/src && find . -type f | LC_ALL=C sort | xargs cat | sha256sum"],
        in: repository.url)
      #expect(inImage.output == onDisk.output)
      let status = try String(
        contentsOfFile: "/proc/\(watcher.process.processIdentifier)/status", encoding: .utf8)
      let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      let kilobytes = Int(peak?.split(separator: " ").dropFirst().first ?? "") ?? .max
      print("note: 100,000 files, peak resident memory of the watcher \(kilobytes) kB")
      #expect(kilobytes < 300_000)
    }
  }
}
