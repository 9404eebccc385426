import Testing

@testable import LayerPlanner

/// Whole filter documents against lists of changed files.
struct PathFilterVectorTests {
  struct Row: Decodable {
    struct File: Decodable {
      let path: String
      let status: String
    }
    let filters: Document?
    let quantifier: String
    let files: [File]
    let ok: Bool
    let result: [String: [String]]?
    let error: String?
  }

  /// A filter document as YAML gives it.
  enum Document: Decodable {
    case text(String)
    case list([Document])
    case object([String: Document])
    case other

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let text = try? value.decode(String.self) {
        self = .text(text)
      } else if let list = try? value.decode([Document].self) {
        self = .list(list)
      } else if let object = try? value.decode([String: Document].self) {
        self = .object(object)
      } else {
        self = .other
      }
    }
  }

  /// A document that has no meaning in this model.
  struct NotAFilter: Error {}

  @Test func everyAnswerIsTheReference() throws {
    let rows: [Row] = try Vectors.rows("paths-filter-lists")
    var wrong: [String] = []
    var leftOut = 0
    for (number, row) in rows.enumerated() {
      guard let document = row.filters else {
        // The YAML text is broken or empty: here the patterns come from another configuration.
        leftOut += 1
        if row.ok, row.result != [:] { wrong.append("row \(number): no document, but an answer") }
        continue
      }
      do {
        let result = try answer(document, row)
        if !row.ok || result != row.result { wrong.append("row \(number): \(result)") }
      } catch {
        if row.ok { wrong.append("row \(number): \(error)") }
      }
    }
    #expect(!rows.isEmpty)
    #expect(wrong.isEmpty, "\(wrong.count) of \(rows.count) rows: \(wrong.prefix(20))")
    print(
      "paths-filter-lists: \(rows.count) rows, \(leftOut) left out (no document), "
        + "\(wrong.count) wrong")
  }

  private func answer(_ document: Document, _ row: Row) throws -> [String: [String]] {
    let quantifier = try #require(PathFilter.Quantifier(rawValue: row.quantifier))
    let items: [String: Document] =
      switch document {
      case .object(let items): items
      case .list(let list):
        Dictionary(uniqueKeysWithValues: list.enumerated().map { (String($0), $1) })
      case .text, .other: throw NotAFilter()
      }
    return try items.mapValues { item in
      let filter = PathFilter(rules: try rules(item), quantifier: quantifier)
      return try row.files.filter { file in
        let status = try #require(ChangeStatus(rawValue: file.status))
        return filter.match(Array(file.path.utf8), status: status) != nil
      }.map(\.path)
    }
  }

  private func rules(_ item: Document) throws -> [FilterRule] {
    switch item {
    case .text(let text): return [FilterRule(patterns: [try PathPattern(text)])]
    case .list(let items): return try items.flatMap(rules)
    case .object(let keys):
      return try keys.map { key, value in
        if case .text(let text) = value {
          return FilterRule(
            statuses: ChangeStatus.named(in: key), patterns: [try PathPattern(text)])
        }
        guard case .list = value else { throw NotAFilter() }
        return FilterRule(statuses: ChangeStatus.named(in: key), patterns: try patterns(value))
      }
    case .other: throw NotAFilter()
    }
  }

  private func patterns(_ value: Document) throws -> [PathPattern] {
    switch value {
    case .text(let text): return [try PathPattern(text)]
    case .list(let items): return try items.flatMap(patterns)
    case .object, .other: throw NotAFilter()
    }
  }
}
