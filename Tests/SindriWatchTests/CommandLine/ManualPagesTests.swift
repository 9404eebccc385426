import LayerPlanner
import Testing

@testable import SindriWatch

struct ManualPagesTests {
  @Test func everyCommandAndTheConfigurationHaveAPage() throws {
    #expect(ManualPages.names.count == CommandName.allCases.count + 2)
    for name in ManualPages.names {
      let page = try #require(ManualPages.page(name))
      let section = try #require(name.last)
      #expect(
        page.hasPrefix(".TH \"\(Roff.escaped(String(name.dropLast(2)).uppercased()))\" \(section) ")
      )
    }
    #expect(ManualPages.page("sindri-watch-nothing.1") == nil)
    #expect(ManualPages.page("../sindri-watch.1") == nil)
  }

  @Test func everyKeyAndEveryOptionIsThere() throws {
    let configuration = try #require(ManualPages.page("sindri-watch.conf.5"))
    for key in ConfigurationSchema.keys {
      #expect(configuration.contains("\n\\fB\(Roff.escaped(key.name))"), "\(key.fullName)")
    }
    for command in CommandTable.commands {
      let page = try #require(ManualPages.page("sindri-watch-\(command.name.rawValue).1"))
      for option in command.options + CommandTable.global {
        #expect(page.contains(Roff.escaped("--\(option.long)")))
      }
    }
  }

  @Test(arguments: [
    ("a-b", "a\\-b"), ("it's", "it\\(aqs"), ("C:\\x", "C:\\ex"),
    ("`x` ~ ^", "\\(gax\\(ga \\(ti \\(ha"),
  ])
  func whatRoffWouldTakeIsEscaped(text: String, escaped: String) {
    #expect(Roff.escaped(text) == escaped)
  }

  @Test func aLineNeverBecomesARequest() {
    var page = Roff("x", section: 1, summary: "y")
    page.paragraph(".so /etc/passwd")
    page.example([".TH", "'br"])
    #expect(page.text.contains("\n\\&.so /etc/passwd\n"))
    #expect(page.text.contains("\n\\&.TH\n\\(aqbr\n"))
  }
}
