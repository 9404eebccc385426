import Foundation
import Testing

extension EngineSuite {
  /// What `init` writes, put to work: nothing is changed in it.
  @Suite struct InitTests {
    /// Writes the configuration, has `doctor` look at it, and watches; then edits one file after
    /// the other and compares what is built.
    private func check(
      _ repository: TestRepository, top: [String], edits: [(path: String, builds: [String])]
    ) throws {
      try repository.commit()
      let written = try repository.sindri("init")
      #expect(written.status == 0 && written.errors.isEmpty, "\(written.errors)")
      let doctor = try repository.sindri("doctor")
      #expect(doctor.status == 0, "\(doctor.output)")
      let isClean = !["no filter names", "only the filter of", "matches no file"]
        .contains(where: doctor.output.contains)
      #expect(isClean, "\(doctor.output)")
      let watcher = try repository.watch()
      #expect(watcher.results(since: 0).count == top.count)
      for (index, edit) in edits.enumerated() {
        // What no layer reads is passed over in silence: the next edit shows that nothing came of it.
        guard !edit.builds.isEmpty else {
          try repository.write(edit.path, "edit \(index)\n")
          continue
        }
        let results = try watcher.results {
          try repository.write(edit.path, "edit \(index)\n")
        }
        #expect(results == edit.builds.map { "\($0) built" }, "an edit of \(edit.path)")
      }
      #expect(try repository.sindri("status", "--check").status == 0)
    }

    @Test(.timeLimit(.minutes(10)))
    func aTreeWithTwoApplications() throws {
      let repository = try TestRepository.empty()
      let os = try #require(Setup.osImage)
      let argument = "ARG BASE_IMAGE=\(repository.name):base-stable\nFROM ${BASE_IMAGE}\n"
      try repository.write(
        "Dockerfile.base", "ARG OS=\(os)\nFROM ${OS}\nCOPY shared/ /shared/\nCOPY tool.sh /bin/\n")
      try repository.write(
        "services/api/Dockerfile",
        argument + "COPY services/api/src /src\nCOPY [\"services/api/a b.txt\", \"/\"]\n")
      try repository.write(
        "services/web/Dockerfile",
        argument + "COPY services/web/*.html \\\n  # pages\n  services/web/css /web/\n")
      for file in [
        "shared/conf/a", "tool.sh", "services/api/src/main", "services/api/a b.txt",
        "services/web/index.html", "services/web/css/x.css", "services/web/notes.md",
      ] {
        try repository.write(file, "one\n")
      }
      try check(
        repository, top: ["base", "api", "web"],
        edits: [
          ("services/api/src/main", ["api"]), ("services/api/a b.txt", ["api"]),
          ("services/web/index.html", ["web"]), ("services/web/css/x.css", ["web"]),
          ("services/web/css/new/y.css", ["web"]), ("services/web/new.html", ["web"]),
          ("services/web/notes.md", []), ("shared/conf/a", ["base", "api", "web"]),
          ("tool.sh", ["base", "api", "web"]),
        ])
    }

    @Test(.timeLimit(.minutes(10)))
    func aChainOfSeveralStages() throws {
      let repository = try TestRepository.empty()
      let os = try #require(Setup.osImage)
      try repository.write(
        "images/base.Dockerfile",
        """
        # escape=`
        FROM \(os) AS fetch
        COPY vendor.lock `
             /lock
        FROM \(os)
        COPY --from=fetch /lock /lock
        ADD etc/*.conf /etc/sindri/
        """)
      try repository.write(
        "images/tooling.Dockerfile",
        """
        ARG REPOSITORY=\(repository.name)
        ARG BELOW=${REPOSITORY}:base-stable
        FROM ${BELOW} AS build
        RUN --mount=type=bind,source=build,target=/mnt cat /mnt/* > /result
        FROM $BELOW
        COPY --from=build /result /result
        COPY tools /tools/
        """)
      try repository.write(
        "Dockerfile",
        """
        ARG TOOLING_IMAGE
        FROM ${TOOLING_IMAGE:-\(repository.name):tooling-stable}
        COPY ["app/", "/app/"]
        """)
      try repository.write(".dockerignore", ".git\n*.conf\n**/*.log\n")
      for file in [
        "vendor.lock", "etc/a.conf", "etc/b.txt", "build/script", "tools/x", "app/deep/er/file",
        "app/run.log",
      ] {
        try repository.write(file, "one\n")
      }
      try check(
        repository, top: ["base", "tooling", "application"],
        edits: [
          ("vendor.lock", ["base", "tooling", "application"]),
          ("etc/a.conf", ["base", "tooling", "application"]),
          ("etc/b.txt", []), ("build/script", ["tooling", "application"]),
          ("tools/x", ["tooling", "application"]), ("app/deep/er/file", ["application"]),
          ("app/run.log", []), ("app/new", ["application"]),
        ])
    }
  }
}
