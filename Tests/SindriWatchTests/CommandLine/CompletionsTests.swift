import Testing

@testable import SindriWatch

struct CompletionsTests {
  private struct FixedSources: Completions.Sources {
    func layers(_ invocation: Invocation) -> [String] {
      // What stands on the line counts: -C and --config say which repository is meant.
      invocation.text("directory") == "other" ? ["only"] : ["base", "tooling", "application"]
    }

    func references(_ invocation: Invocation) -> [String] {
      ["main", "v1.0.0", "v2-rc", "vendor", "origin/main"]
    }
  }

  private func offer(_ words: [String]) -> Completions.Offer {
    Completions.offer(words.map { Array($0.utf8) }, sources: FixedSources())
  }

  private func words(_ words: [String]) -> [String] {
    guard case .words(let candidates, _) = offer(words) else { return ["?"] }
    return candidates.map(\.word)
  }

  @Test(arguments: [
    (["wa"], ["watch"]), (["-q", "wa"], ["watch"]), (["--config", "x", "wh"], ["why"]),
    (["build", ""], ["base", "tooling", "application", "all", "both"]),
    (["build", "base", "--only", ""], ["tooling", "application"]),
    (["-C", "other", "build", "o"], ["only"]), (["-Cother", "build", "o"], ["only"]),
    (["build", "-C", "other", "o"], ["only"]), (["--directory=other", "build", "o"], ["only"]),
    (["build", "--version", "v"], ["v1.0.0", "v2-rc"]), (["plan", "--base", "v1"], ["v1.0.0"]),
    (["plan", "--base=or"], ["--base=origin/main"]),
    (
      ["plan", "--base="],
      [
        "--base=main", "--base=v1.0.0", "--base=v2-rc", "--base=vendor", "--base=origin/main",
      ]
    ),
    (["sync", "--fr"], ["--from"]), (["sync", "--from", "b"], ["build"]),
    (["--color", ""], ["auto", "always", "never"]),
    (
      ["-qvC", "other", "build", ""],
      [
        "only", "all", "both",
      ]
    ),
    (["status", ""], []), (["why", "--ch"], []), (["status", "--ch"], ["--check"]),
    (["watch", "--once", "--no"], ["--no-catch-up"]),
    (["completions", ""], ["bash", "zsh", "fish"]),
    (
      ["-c", "layer.to"],
      [
        "layer.tooling.dockerfile=", "layer.tooling.parent=", "layer.tooling.parent-argument=",
        "layer.tooling.stable=", "layer.tooling.path=", "layer.tooling.quantifier=",
        "layer.tooling.context=", "layer.tooling.target=", "layer.tooling.platform=",
        "layer.tooling.argument=", "layer.tooling.secret=", "layer.tooling.cache-from=",
        "layer.tooling.cache-to=", "layer.tooling.keep-versions=", "layer.tooling.network=",
      ]
    ),
    (["-c", "layer.base.parent=t"], ["layer.base.parent=tooling"]),
    (["-c", "watch.poll=a"], ["watch.poll=auto", "watch.poll=always"]),
    (["-c", "container.restart="], ["container.restart=true", "container.restart=false"]),
    (["-c", "image.repository="], []), (["zzz"], []), (["zzz", "bui"], ["build"]),
    (["stats", "--", "--sv"], []), (["--unknown", "bui"], ["build"]),
  ])
  func offersWords(line: [String], offers: [String]) {
    #expect(words(line) == offers)
  }

  @Test(arguments: [
    (["why", "x"], Completions.Offer.files), (["plan", ""], .files),
    (["plan", "--", "-x"], .files), (["--config", ""], .files), (["--config="], .files),
    (["-C", ""], .directories), (["stats", "--svg", ""], .files),
  ])
  func leavesFilesToTheShell(line: [String], expected: Completions.Offer) {
    #expect(offer(line) == expected)
  }

  @Test func anEmptyLineOffersEveryCommand() {
    #expect(words([]) == CommandName.allCases.map(\.rawValue))
    #expect(words([""]) == CommandName.allCases.map(\.rawValue))
    #expect(words(["-"]).contains("--help"))
  }

  @Test func keysWantMore() {
    guard case .words(_, let isPartial) = offer(["-c", "image."]) else {
      return #expect(Bool(false))
    }
    #expect(isPartial)
    #expect(
      CompletionReply.text(offer(["-c", "image."])).hasPrefix("partial\nimage.repository=\t"))
    #expect(CompletionReply.text(.directories) == "directories\n")
  }
}
