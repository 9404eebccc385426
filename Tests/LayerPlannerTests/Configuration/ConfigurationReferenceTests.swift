import Foundation
import LayerPlanner
import Testing

struct ConfigurationReferenceTests {
  /// `docs/configuration.md` is written from the table: `SINDRI_WATCH_WRITE_DOCS=1 swift test
  /// --filter ConfigurationReferenceTests` writes it anew.
  @Test func theDocumentIsWhatTheTableSays() throws {
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let file = repository.appendingPathComponent("docs/configuration.md")
    if ProcessInfo.processInfo.environment["SINDRI_WATCH_WRITE_DOCS"] != nil {
      try Data(ConfigurationReference.markdown.utf8).write(to: file)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == ConfigurationReference.markdown)
  }
}
