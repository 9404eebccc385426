/// Turns entries into a `Configuration` and gathers every complaint on the way: what cannot be
/// read is replaced by something harmless, so that the rest is still looked at.
struct ConfigurationReader {
  /// A section with its subsection and what is set in it.
  struct Group {
    let section: String
    let subsection: [UInt8]?
    /// Where it is first mentioned.
    let origin: Origin
    /// The keys in the order in which they first appear.
    var keys: [String] = []
    /// Of a key with one value the last entry; of others those after the last empty value.
    var values: [String: [ConfigurationEntry]] = [:]
  }

  typealias Problem = ConfigurationProblems.Problem
  typealias Value = ConfigurationValue

  var problems: [Problem] = []
  var warnings: [Problem] = []
  private(set) var groups: [Group] = []

  /// A reader of the entries of all sources, in order of precedence.
  init(_ entries: [ConfigurationEntry]) {
    for entry in entries { take(entry) }
  }

  private mutating func take(_ entry: ConfigurationEntry) {
    guard let schema = schema(of: entry) else { return }
    let subsection = entry.subsection
    let index =
      groups.firstIndex { $0.section == schema.section && $0.subsection == subsection }
      ?? groups.endIndex
    if index == groups.endIndex {
      groups.append(
        Group(section: schema.section, subsection: subsection, origin: entry.origin))
    }
    let key = entry.key
    if groups[index].values[key] == nil { groups[index].keys.append(key) }
    if schema.type != .boolean, let value = entry.value, value.isEmpty {
      groups[index].values[key] = []
    } else if schema.isMultiple {
      groups[index].values[key, default: []].append(entry)
    } else {
      groups[index].values[key] = [entry]
    }
  }

  /// The table's row for an entry, or nil and a complaint.
  private mutating func schema(of entry: ConfigurationEntry) -> ConfigurationSchema.Key? {
    let section = entry.section
    let known = ConfigurationSchema.keys.filter { $0.section == section }
    guard let first = known.first else {
      let sections = ConfigurationSchema.sections
      complain(
        section.isEmpty
          ? "key \"\(entry.key)\" stands before any section; put a line such as [image] before it"
          : "unknown section \"\(section)\"" + hint(section, sections, "the sections are"),
        entry.origin)
      return nil
    }
    guard (entry.subsection == nil) == (first.subsection == nil) else {
      let right = first.subsection.map { "[\(section) \"\($0)\"]" } ?? "[\(section)]"
      complain("section \"\(section)\" is written \(right)", entry.origin)
      return nil
    }
    guard let schema = ConfigurationSchema.key(section: section, name: entry.key) else {
      let names = known.map(\.name)
      complain(
        "unknown key \"\(entry.key)\" in section \"\(section)\""
          + hint(entry.key, names, "its keys are"), entry.origin)
      return nil
    }
    if schema.name == "path-STATUS" {
      let words = entry.key.split(separator: "-", omittingEmptySubsequences: false).dropFirst()
      for word in words where !ConfigurationSchema.statuses.contains(String(word)) {
        complain(
          "unknown kind of change \"\(word)\" in key \"\(entry.key)\""
            + hint(String(word), ConfigurationSchema.statuses, "the kinds are"), entry.origin)
        return nil
      }
    }
    return schema
  }

  private func hint(_ word: String, _ words: [String], _ intro: String) -> String {
    let hint = Suggestion.hint(for: word, in: words)
    return hint.isEmpty ? "; \(intro) \(words.joined(separator: ", "))" : hint
  }

  mutating func complain(_ message: String, _ origin: Origin?) {
    problems.append(Problem(message, at: origin))
  }

  // MARK: - Values of a group

  /// The group of a section without subsections.
  func group(_ section: String) -> Group? { groups.first { $0.section == section } }

  /// Every value of a key, in order; those that `read` refuses are complained about.
  mutating func all<Result>(
    _ key: String, of group: Group?, _ read: ([UInt8]) throws(Value.Problem) -> Result
  ) -> [Configured<Result>] {
    var found: [Configured<Result>] = []
    for entry in group?.values[key] ?? [] {
      guard let value = entry.value else {
        complain("\(quoted(entry.name)) has no value; write \(key) = VALUE", entry.origin)
        continue
      }
      do {
        found.append(Configured(try read(value), origin: entry.valueOrigin))
      } catch {
        complain("\(quoted(entry.name)): \(error.message)", entry.valueOrigin)
      }
    }
    return found
  }

  /// The value of a key, or nil when it is not set or cannot be read.
  mutating func one<Result>(
    _ key: String, of group: Group?, _ read: ([UInt8]) throws(Value.Problem) -> Result
  ) -> Configured<Result>? {
    all(key, of: group, read).last
  }

  /// The value of a key that has a default in the table.
  mutating func one<Result>(
    _ key: String, of section: String, in group: Group?,
    _ read: ([UInt8]) throws(Value.Problem) -> Result, else fallback: Result
  ) -> Configured<Result> {
    if let found = one(key, of: group, read) { return found }
    let text = ConfigurationSchema.key(section: section, name: key)?.defaultText
    let value = text.flatMap { try? read(Array($0.utf8)) }
    return Configured(value ?? fallback)
  }

  /// A boolean, false by default; a key without `=` is true.
  mutating func flag(
    _ key: String, of group: Group?, else standard: Bool = false
  ) -> Configured<Bool> {
    guard let entry = group?.values[key]?.last else { return Configured(standard) }
    do {
      return Configured(try Value.boolean(entry.value), origin: entry.valueOrigin)
    } catch {
      complain("\(quoted(entry.name)): \(error.message)", entry.valueOrigin)
      return Configured(standard)
    }
  }

  /// Whether a key has a value, be it a bad one.
  func isSet(_ key: String, of group: Group?) -> Bool { group?.values[key]?.isEmpty == false }
}
