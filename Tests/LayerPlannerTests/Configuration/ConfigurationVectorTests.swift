import Testing

@testable import LayerPlanner

/// What git 2.39.5 printed, row by row; nothing is left out.
struct ConfigurationVectorTests {
  private struct ListRow: Decodable {
    let text: String
    let ok: Bool
    let entries: [[String?]]
    let errorLine: Int?

    enum CodingKeys: String, CodingKey {
      case text, ok, entries
      case errorLine = "error_line"
    }
  }

  private struct QueryRow: Decodable {
    let text: String
    let op: String
    let key: String
    let type: String?
    let ok: Bool
    let values: [String]
    let error: String?
    let errorLine: Int?

    enum CodingKeys: String, CodingKey {
      case text, op, key, type, ok, values, error
      case errorLine = "error_line"
    }
  }

  @Test func listsAsGitDoes() throws {
    let rows = try Vectors.rows("git-config", as: ListRow.self)
    #expect(!rows.isEmpty)
    for row in rows {
      let comment: Comment = "\(row.text.debugDescription)"
      do throws(ConfigurationParser.SyntaxError) {
        let entries = try ConfigurationParser.parse(Array(row.text.utf8), file: [])
        #expect(row.ok, comment)
        let found = entries.map { entry in
          [
            entry.name.contains(UInt8(ascii: ".")) ? entry.section : nil,
            entry.subsection.map { String(decoding: $0, as: UTF8.self) }, entry.key,
            entry.value.map { String(decoding: $0, as: UTF8.self) },
          ]
        }
        #expect(found == row.entries, comment)
      } catch {
        #expect(error.line == row.errorLine, comment)
        #expect(!row.ok, comment)
      }
    }
  }

  @Test func answersQueriesAsGitDoes() throws {
    let rows = try Vectors.rows("git-config-queries", as: QueryRow.self)
    #expect(!rows.isEmpty)
    for row in rows {
      let comment: Comment = "\(row.text.debugDescription) \(row.key) \(row.type ?? "text")"
      let (values, error, line) = answer(row)
      #expect(values == row.values, comment)
      #expect(error == row.error, comment)
      #expect(line == row.errorLine, comment)
      #expect((error == nil) == row.ok, comment)
    }
  }

  private func answer(_ row: QueryRow) -> (values: [String], error: String?, line: Int?) {
    let name: [UInt8]
    do {
      name = try ConfigurationName.canonical(Array(row.key.utf8))
    } catch {
      switch error {
      case .withoutSection: return ([], "key-without-section", nil)
      case .withoutVariable: return ([], "key-without-variable", nil)
      case .invalid, .newline: return ([], "invalid-key", nil)
      }
    }
    do {
      let entries = try ConfigurationParser.parse(Array(row.text.utf8), file: [])
      let found = entries.filter { $0.name == name }
      guard !found.isEmpty else { return ([], "not-found", nil) }
      let values = try found.map { try text($0.value, type: row.type) }
      return (row.op == "get" ? values.suffix(1) : values, nil, nil)
    } catch let error as ConfigurationParser.SyntaxError {
      return ([], "syntax", error.line)
    } catch ConfigurationNumber.Problem.notBoolean {
      return ([], "bad-bool", nil)
    } catch ConfigurationNumber.Problem.notInteger {
      return ([], "bad-int", nil)
    } catch {
      return ([], "bad-int-range", nil)
    }
  }

  private func text(_ value: [UInt8]?, type: String?) throws -> String {
    switch type {
    case "bool": return String(try ConfigurationNumber.boolean(value))
    case "int": return String(try ConfigurationNumber.integer(value))
    case "bool-or-int":
      switch try ConfigurationNumber.booleanOrInteger(value) {
      case .boolean(let flag): return String(flag)
      case .integer(let number): return String(number)
      }
    default: return String(decoding: value ?? [], as: UTF8.self)
    }
  }
}
