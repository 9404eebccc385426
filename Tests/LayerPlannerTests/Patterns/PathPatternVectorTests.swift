import Testing

@testable import LayerPlanner

/// Every answer that the reference gave for one pattern and one path.
struct PathPatternVectorTests {
  struct Row: Decodable {
    let pattern: String
    let path: String
    let match: Bool
    let error: String?
  }

  @Test func everyAnswerIsTheReference() throws {
    let rows: [Row] = try Vectors.rows("paths-filter")
    var patterns: [String: Result<PathPattern, PathPattern.Problem>] = [:]
    var wrong: [String] = []
    for row in rows {
      let pattern =
        patterns[row.pattern]
        ?? Result { () throws(PathPattern.Problem) in try PathPattern(row.pattern) }
      patterns[row.pattern] = pattern
      switch pattern {
      case .success(let pattern):
        if row.error != nil || pattern.matches(Array(row.path.utf8)) != row.match {
          wrong.append("\(row.pattern.debugDescription) on \(row.path.debugDescription)")
        }
      case .failure(let problem):
        if row.error == nil { wrong.append("\(row.pattern.debugDescription): \(problem)") }
      }
    }
    #expect(!rows.isEmpty)
    #expect(wrong.isEmpty, "\(wrong.count) of \(rows.count) rows: \(wrong.prefix(20))")
    print("paths-filter: \(rows.count) rows, none left out, \(wrong.count) wrong")
  }
}
