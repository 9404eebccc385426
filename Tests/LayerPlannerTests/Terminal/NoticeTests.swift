import Testing

@testable import LayerPlanner

/// Failures and their end are told, and not every success.
@Suite struct NoticeTests {
  private func end(_ layer: LayerName, _ result: BuildResult) -> Event {
    .buildFinished(layer: layer, image: "", seconds: 1, result: result)
  }

  private func titles(_ events: [Event]) -> [String] {
    var watch = Notice.Watch()
    return events.compactMap { watch.take($0)?.title }
  }

  @Test func aSuccessIsNoNews() {
    #expect(titles([end("base", .built), .restarted(container: "c", seconds: 1), .idle]).isEmpty)
  }

  @Test func eachFailureIsToldAndItsEndOnce() {
    #expect(
      titles([
        end("base", .failed), end("base", .cancelled), end("base", .failed), end("base", .built),
        .idle, end("base", .built), .idle,
      ]) == ["base was not built", "base was not built", "base is built again"])
  }

  @Test func anEditThatWasTakenBackIsAnEnd() {
    #expect(
      titles([end("base", .failed), end("application", .failed), .idle, .idle])
        == [
          "base was not built", "application was not built", "base, application: all is well again",
        ])
  }

  @Test func aContainerThatWasPutBackIsToldAndItsEnd() {
    #expect(
      titles([
        .rolledBack(container: "c", reason: "unhealthy"), .restarted(container: "c", seconds: 1),
        .restarted(container: "c", seconds: 1),
      ]) == ["c was put back to the image before", "c works again"])
  }

  @Test func whatTheTerminalIsSentEndsNoSequence() {
    let notice = Notice(title: "a\u{1B}\\b", body: "c\u{07}d", isFailure: true)
    #expect(notice.bytes(.bell) == [7])
    #expect(
      notice.bytes(.operatingSystemCommand) == Array("\u{1B}]9;a \\b: c d\u{07}".utf8))
  }
}
