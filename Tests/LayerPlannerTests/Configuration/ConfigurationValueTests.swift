import Testing

@testable import LayerPlanner

struct ConfigurationValueTests {
  @Test(arguments: [
    "a", "a/b", "registry.fly.io/sindri-registry", "localhost/a", "localhost:5000/a/b__c", "a---b",
    "[::1]:5000/a", "Registry.Example/a", "a.b_c",
  ])
  func acceptsRepository(_ text: String) throws {
    #expect(try ConfigurationValue.repository(Array(text.utf8)) == text)
  }

  @Test(arguments: [
    "", "A", "a/", "/a", "a//b", "a..b", "a___b", "-a", "a-", "a:1", "a/b:1", "a/b@sha256:1", "a b",
    "x:y/a", "a:/b", "[::1/a", "[]/a", "-x.y/a", "é",
  ])
  func refusesRepository(_ text: String) {
    #expect(throws: ConfigurationValue.Problem.self) {
      try ConfigurationValue.repository(Array(text.utf8))
    }
  }

  @Test(arguments: [
    ("150ms", Duration.milliseconds(150)), ("2s", .seconds(2)), ("5m", .seconds(300)),
    ("1h", .seconds(3600)), ("7", .seconds(7)), ("0", .zero),
    ("7d", .seconds(604_800)), ("999999999d", .seconds(86_399_999_913_600)),
  ])
  func readsDuration(_ text: String, _ expected: Duration) throws {
    #expect(try ConfigurationValue.duration(Array(text.utf8)) == expected)
  }

  @Test(arguments: ["", "s", "1.5s", "-1s", "1 s", "1w", "9999999999h"])
  func refusesDuration(_ text: String) {
    #expect(throws: ConfigurationValue.Problem.self) {
      try ConfigurationValue.duration(Array(text.utf8))
    }
  }

  @Test(arguments: [("a/./b//c/", "a/b/c"), (".", ""), ("a/../b", "b")])
  func cleansPath(_ text: String, _ expected: String) throws {
    #expect(try ConfigurationValue.path(Array(text.utf8)) == RepositoryPath(expected))
  }
}
