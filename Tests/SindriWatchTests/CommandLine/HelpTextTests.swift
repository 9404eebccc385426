import Foundation
import Testing

@testable import SindriWatch

struct HelpTextTests {
  private static let texts = [HelpText.program] + CommandName.allCases.map(HelpText.command)

  /// `docs/commands.md` holds every help text as it is printed: `SINDRI_WATCH_WRITE_DOCS=1 swift
  /// test --filter HelpTextTests` writes it anew.
  @Test func theDocumentHasWhatIsPrinted() throws {
    var document = """
      # Commands

      What `sindri-watch --help` and `sindri-watch COMMAND --help` print. `make install` also
      installs it as manual pages: `man sindri-watch`, `man sindri-watch-build`.

      """
    for (name, text) in zip([""] + CommandName.allCases.map(\.rawValue), Self.texts) {
      document += "\n## sindri-watch\(name.isEmpty ? "" : " \(name)")\n\n```\n\(text)```\n"
    }
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let file = repository.appendingPathComponent("docs/commands.md")
    if ProcessInfo.processInfo.environment["SINDRI_WATCH_WRITE_DOCS"] != nil {
      try Data(document.utf8).write(to: file)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == document)
  }

  @Test func everyLineFitsEightyColumns() {
    for line in Self.texts.joined().split(separator: "\n") {
      #expect(line.count < 80, "\(line)")
      #expect(line.last != " ", "\(line)")
    }
  }

  @Test func everyCommandHasExamplesOfItsOwn() throws {
    for command in CommandTable.commands {
      #expect(HelpText.program.contains("  \(command.name.rawValue) "))
      #expect(!command.examples.isEmpty)
      for (line, _) in command.examples {
        #expect(line.contains("sindri-watch"))
        // What the help shows is a command line that the parser takes.
        guard !line.contains("<("), let start = line.range(of: "sindri-watch") else { continue }
        let words = line[start.upperBound...].prefix { !"|>".contains($0) }.split(separator: " ")
        let parsed = try ArgumentParser.parse(words.map { Array($0.utf8) })
        #expect(parsed.command == command.name)
      }
    }
  }
}
