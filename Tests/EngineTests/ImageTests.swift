import Foundation
import Testing

extension EngineSuite {
  /// The three images as their Dockerfiles have them, and what a container of them does.
  @Suite(.enabled(if: DevelopmentContainer.canLogIn, "SKIPPED: needs ssh and ssh-keygen"))
  struct ImageTests {
    @Test(.timeLimit(.minutes(20)))
    func theImagesHaveWhatTheyShouldAndNothingElse() throws {
      let container = try DevelopmentContainer()
      func inside(_ tag: String, _ script: String) throws -> String {
        let result = try run([
          "docker", "run", "--rm", "--entrypoint", "sh", "\(container.name):\(tag)", "-c", script,
        ])
        return result.output + result.errors
      }
      // Commands of every kind of package that the list has.
      let commands =
        "for c in gcc make pkg-config curl git jq vim tmux rsync wget psql redis-cli sqlite3 sshd "
        + "sudo tini ip ping nc unzip xz; do PATH=$PATH:/usr/sbin; command -v $c >/dev/null || "
        + "echo $c is missing; done; pkg-config --exists openssl zlib libffi sqlite3 yaml-0.1 "
        + "|| echo a library is missing"
      #expect(try inside("base-stable", commands) == "")
      // No package lists, no archives, no logs of the installation, no host keys.
      let leftovers =
        "find /var/lib/apt/lists /var/cache/apt /var/cache/packages /var/log -type f -size +0 "
        + "! -name faillog ! -name lastlog; ls /etc/ssh/ssh_host_* 2>/dev/null"
      #expect(try inside("base-stable", leftovers) == "")
      #expect(try inside("tooling-stable", leftovers) == "")
      // What is only recommended: nothing of it.
      let recommended = "dpkg-query -W -f '${db:Status-Status}\n' manpages-dev fakeroot xauth"
      let states = try inside("base-stable", recommended).split(separator: "\n")
      #expect(!states.contains("installed"))
      // The developer: no password that fits, an account that is not locked, sudo, a workspace.
      let developer = try inside(
        "tooling-stable",
        "getent shadow developer | cut -d: -f2; stat -c %U /workspace/projects; "
          + "su developer -c 'sudo -n id -u'; sshd=/usr/sbin/sshd; ls $sshd")
      #expect(developer == "*\ndeveloper\n0\n/usr/sbin/sshd\n")
      try container.repository.expectTrueLineage()
    }

    @Test(.timeLimit(.minutes(20)))
    func theDeveloperLogsInByKeyAndNobodyElseAtAll() throws {
      let container = try DevelopmentContainer()
      try container.start()
      // The engine's own view, by the image's HEALTHCHECK.
      let state = ["docker", "inspect", "-f", "{{.State.Health.Status}}", container.name]
      #expect(
        try container.eventually(seconds: 30) { try run(state).output == "healthy\n" })

      let login = try container.ssh("id -un; sudo -n id -un; echo $WORKSPACE; command -v age")
      #expect(login.output.hasPrefix("developer\nroot\n/workspace\n"), "\(login)")
      let welcome = try container.ssh("bash -lic 'pwd; sindri-status; sindri-health && echo fit'")
      #expect(welcome.output.contains("Sindri development environment"))
      #expect(welcome.output.contains("\n/workspace\n"))
      #expect(welcome.output.contains("health       good\n"))
      #expect(welcome.output.hasSuffix("fit\n"), "\(welcome)")

      // Passwords that fit: they open `su`, so it is the daemon that refuses them.
      for user in ["developer", "root"] {
        try container.exec("chpasswd", input: "\(user):open sesame\n")
        let su = try container.exec(
          "su", user, "-c", "true", user: "nobody", input: "open sesame\n")
        try #require(su.status == 0, "\(su)")
        let refused = try container.ssh("id", as: user, password: "open sesame")
        #expect(refused.status == 255 && refused.output == "", "\(refused)")
        #expect(refused.errors.contains("Permission denied (publickey)"), "\(refused)")
      }
      // The key that opens the developer's account, in root's own list of keys.
      let keys = try String(contentsOfFile: container.key + ".pub", encoding: .utf8)
      try container.exec(
        "sh", "-c", "umask 077; mkdir -p ~/.ssh; cat >~/.ssh/authorized_keys", input: keys)
      let root = try container.ssh("id", as: "root")
      #expect(root.status == 255 && root.errors.contains("Permission denied"), "\(root)")
      #expect(try container.ssh("id -un").output == "developer\n")
    }

    @Test(.timeLimit(.minutes(20)))
    func theFirstProcessReapsAndStopsAtOnce() throws {
      let container = try DevelopmentContainer()
      try container.start()
      // Orphans of a shell that has ended are the first process's to reap.
      try container.exec("sh", "-c", "for i in 1 2 3 4 5; do sleep 2 >/dev/null 2>&1 & done")
      func sleepers() throws -> [Substring] {
        try container.exec("ps", "-eo", "ppid=,stat=,comm=").output.split(separator: "\n")
          .filter { $0.contains("sleep") }
      }
      let orphans = try sleepers()
      #expect(orphans.count == 5)
      #expect(orphans.allSatisfy { $0.split(separator: " ").first == "1" }, "\(orphans)")
      let reaped = try container.eventually(seconds: 10) { try sleepers().isEmpty }
      let left = try sleepers()
      #expect(reaped, "\(left)")

      // Somebody is logged in and busy.
      try container.exec("sh", "-c", "sleep 1000 >/dev/null 2>&1 &", user: "developer")
      let start = ContinuousClock.now
      #expect(try run(["docker", "stop", "-t", "30", container.name]).status == 0)
      #expect(ContinuousClock.now - start < .seconds(10))
      let code = try run(["docker", "inspect", "-f", "{{.State.ExitCode}}", container.name])
      #expect(code.output != "137\n", "it was killed")
    }

    @Test(.timeLimit(.minutes(20)))
    func theWorkspaceOutlivesItsContainer() throws {
      let container = try DevelopmentContainer()
      try container.start()
      #expect(try container.ssh("echo mine >/workspace/projects/file").status == 0)
      try container.start()
      #expect(try container.ssh("cat /workspace/projects/file").output == "mine\n")

      let backup = try container.ssh("sindri-backup")
      #expect(backup.status == 0, "\(backup)")
      let archive = backup.output.trimmingCharacters(in: .whitespacesAndNewlines)
      #expect(try container.ssh("echo other >/workspace/projects/file").status == 0)
      #expect(try container.ssh("sindri-restore '\(archive)'").status == 1)
      #expect(try container.ssh("cat /workspace/projects/file").output == "other\n")
      #expect(try container.ssh("sindri-restore --force '\(archive)'").status == 0)
      #expect(try container.ssh("cat /workspace/projects/file").output == "mine\n")
    }
  }
}
