import Testing

@testable import LayerPlanner

/// What the reference implementation printed, row by row; nothing is left out.
struct IgnoreVectorTests {
  private struct MatchRow: Decodable {
    let patterns: [String]
    let path: String
    let match: Bool
    let matchWalk: Bool?
    let matchCleaned: Bool?
    let errorStage: String?

    enum CodingKeys: String, CodingKey {
      case patterns, path, match
      case matchWalk = "match_walk"
      case matchCleaned = "match_cleaned"
      case errorStage = "error_stage"
    }
  }

  private struct ParseRow: Decodable {
    let text: String
    let patterns: [String]?
    let error: String?
    let newError: String?

    enum CodingKeys: String, CodingKey {
      case text, patterns, error
      case newError = "new_error"
    }
  }

  @Test func matchesAsTheReferenceDoes() throws {
    let rows = try Vectors.rows("dockerignore", as: MatchRow.self)
    #expect(!rows.isEmpty)
    for row in rows {
      let patterns = row.patterns.map { IgnorePattern($0) }
      let path = Array(row.path.utf8)
      let comment: Comment = "\(row.patterns) on \(row.path)"
      if row.errorStage == "new" {
        #expect(throws: IgnoreRules.Problem.self, comment) { try IgnoreRules(patterns: patterns) }
        continue
      }
      let rules = try IgnoreRules(patterns: patterns)
      if row.errorStage == "match" {
        #expect(throws: IgnoreRules.Problem.self, comment) { try rules.excludes(path) }
        continue
      }
      #expect(try rules.excludes(path) == row.match, comment)
      let inBuild = try #require(row.matchWalk as Bool?)
      #expect(try rules.excludesInBuild(path) == inBuild, comment)
      #expect((try rules.decide(path)?.isExcluded ?? false) == inBuild, comment)
      if let matchCleaned = row.matchCleaned {
        let cleaned = cleanedPath(path)
        let isExcluded = try cleaned != Array(".".utf8) && rules.excludes(cleaned)
        #expect(isExcluded == matchCleaned, comment)
      }
    }
  }

  @Test func parsesAsTheReferenceDoes() throws {
    let rows = try Vectors.rows("dockerignore-parse", as: ParseRow.self)
    #expect(!rows.isEmpty)
    for row in rows {
      let file = Array(row.text.utf8)
      let comment: Comment = "\(row.text)"
      if row.error != nil {
        #expect(throws: IgnoreRules.Problem.self, comment) { try IgnoreRules.parse(file) }
        continue
      }
      let patterns = try IgnoreRules.parse(file)
      let texts = patterns.map { String(decoding: $0.bytes, as: UTF8.self) }
      #expect(texts == row.patterns ?? [], comment)
      if row.newError != nil {
        #expect(throws: IgnoreRules.Problem.self, comment) { try IgnoreRules(patterns: patterns) }
      } else {
        #expect(throws: Never.self, comment) { try IgnoreRules(patterns: patterns) }
      }
    }
  }
}
