import Testing

@testable import LayerPlanner

struct SuggestionTests {
  @Test(arguments: [
    ("", "", 0), ("abc", "abc", 0), ("abc", "ab", 1), ("ab", "ba", 1), ("abc", "axc", 1),
    ("", "abc", 3), ("ca", "abc", 3), ("kitten", "sitting", 3),
  ])
  func measures(_ left: String, _ right: String, _ expected: Int) {
    #expect(Suggestion.distance(left, right) == expected)
    #expect(Suggestion.distance(right, left) == expected)
  }

  @Test(arguments: [
    ("wacth", "watch"), ("stauts", "status"), ("BUILD", "build"), ("xyz", nil), ("", nil),
  ])
  func suggests(_ word: String, _ expected: String?) {
    #expect(Suggestion.nearest(to: word, in: ["watch", "build", "status", "sync"]) == expected)
  }
}
