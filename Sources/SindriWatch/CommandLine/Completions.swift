import LayerPlanner

/// What may stand at the cursor of a command line that is being written. The shells' scripts are
/// only messengers: this is worked out from the table, so it can be neither older nor newer than
/// the program.
struct Completions: Equatable {
  /// A word with its help, which may be empty.
  struct Candidate: Equatable {
    let word: String
    let help: String
  }

  /// What is offered.
  enum Offer: Equatable {
    /// These words; more may follow each when it is partial, as after `KEY=`.
    case words([Candidate], isPartial: Bool)
    /// The shell's own completion of files.
    case files
    /// The same of directories.
    case directories
  }

  /// What is known only when it is asked for.
  protocol Sources {
    /// The configured layers, for these global options.
    func layers(_ invocation: Invocation) -> [String]
    /// Branches and tags of git.
    func references(_ invocation: Invocation) -> [String]
  }

  static let shells = ["bash", "zsh", "fish"]

  /// What `words`, which follow the program's name, may continue with; the last is being written.
  static func offer(_ words: [[UInt8]], sources: any Sources) -> Offer {
    var line = PartialLine()
    for word in words.dropLast() { line.take(String(decoding: word, as: UTF8.self)) }
    let current = String(decoding: words.last ?? [], as: UTF8.self)
    if let option = line.waiting { return values(option.completes, current, line, sources) }
    if current.hasPrefix("-"), !line.optionsEnded {
      return options(current, line, sources)
    }
    guard line.invocation.isCommandNamed else {
      return matching(CommandTable.commands.map { ($0.name.rawValue, $0.summary) }, current)
    }
    return values(line.command.completes, current, line, sources)
  }

  // MARK: Options

  private static func options(
    _ current: String, _ line: PartialLine, _ sources: any Sources
  ) -> Offer {
    let name = current.dropFirst(2).prefix { $0 != "=" }
    let head = "--\(name)="
    if current.hasPrefix(head), let option = line.option(long: String(name)) {
      let value = String(current.dropFirst(head.count))
      let offer = values(option.completes, value, line, sources)
      guard case .words(let candidates, let isPartial) = offer else { return offer }
      let whole = candidates.map { Candidate(word: head + $0.word, help: $0.help) }
      return .words(whole, isPartial: isPartial)
    }
    return matching(line.known.map { ("--\($0.long)", $0.help) }, current)
  }

  // MARK: Values

  private static func values(
    _ kind: CompletionKind, _ current: String, _ line: PartialLine, _ sources: any Sources
  ) -> Offer {
    switch kind {
    case .nothing: return .words([], isPartial: false)
    case .files: return .files
    case .directories: return .directories
    case .words(let words): return matching(words.map { ($0, "") }, current)
    case .layers:
      let layers = sources.layers(line.invocation)
      // What is on the line already need not be there twice.
      let given = Set(line.invocation.operands.map { String(decoding: $0, as: UTF8.self) })
      var rows = layers.map { ($0, "layer") }
      if given.isEmpty { rows += [("all", "every layer"), ("both", "base and tooling")] }
      return matching(rows.filter { !given.contains($0.0) }, current)
    case .references:
      return matching(sources.references(line.invocation).map { ($0, "") }, current)
    case .versions:
      let versions = sources.references(line.invocation).filter { name in
        name.hasPrefix("v") && name.dropFirst().first?.isNumber == true
      }
      return matching(versions.map { ($0, "") }, current)
    case .settings: return settings(current, line, sources)
    }
  }

  private static func settings(
    _ current: String, _ line: PartialLine, _ sources: any Sources
  ) -> Offer {
    let layers = sources.layers(line.invocation)
    var keys: [(name: String, key: ConfigurationSchema.Key)] = []
    for key in ConfigurationSchema.keys where key.name != "path-STATUS" {
      switch key.subsection {
      case nil: keys.append((key.fullName, key))
      case "NAME": keys += layers.map { ("\(key.section).\($0).\(key.name)", key) }
      default: break
      }
    }
    guard let equals = current.firstIndex(of: "=") else {
      return matching(keys.map { ("\($0.name)=", $0.key.summary) }, current, isPartial: true)
    }
    let name = String(current[..<equals])
    let words: [String] =
      switch keys.first(where: { $0.name == name })?.key.type {
      case .choice(let choices): choices
      case .boolean: ["true", "false"]
      case .layer: layers
      default: []
      }
    return matching(words.map { ("\(name)=\($0)", "") }, current)
  }

  private static func matching(
    _ rows: [(String, String)], _ current: String, isPartial: Bool = false
  ) -> Offer {
    .words(
      rows.filter { $0.0.hasPrefix(current) }.map { Candidate(word: $0.0, help: $0.1) },
      isPartial: isPartial)
  }
}

/// A command line read as far as it goes: what is wrong with it is passed over.
private struct PartialLine {
  private(set) var invocation = Invocation(
    command: .watch, isCommandNamed: false, values: [:], operands: [])
  /// The option that the next word is the argument of.
  private(set) var waiting: OptionSpecification?
  private(set) var optionsEnded = false

  var command: CommandSpecification { CommandTable.specification(of: invocation.command) }
  var known: [OptionSpecification] { command.options + CommandTable.global }

  func option(long: String) -> OptionSpecification? { known.first { $0.long == long } }

  mutating func take(_ word: String) {
    if let option = waiting {
      waiting = nil
      set(option, word)
    } else if optionsEnded || !word.hasPrefix("-") || word == "-" {
      if !invocation.isCommandNamed, let name = CommandName(rawValue: word) {
        invocation.command = name
        invocation.isCommandNamed = true
      } else {
        invocation.operands.append(Array(word.utf8))
      }
    } else if word == "--" {
      optionsEnded = true
    } else if word.hasPrefix("--") {
      let name = String(word.dropFirst(2).prefix { $0 != "=" })
      guard let option = option(long: name) else { return }
      let value = word.dropFirst(2 + name.count)
      if option.argument == nil { return }
      if value.isEmpty { waiting = option } else { set(option, String(value.dropFirst())) }
    } else {
      takeShort(word.dropFirst())
    }
  }

  private mutating func takeShort(_ letters: Substring) {
    var rest = letters
    while let letter = rest.popFirst() {
      guard let option = known.first(where: { $0.short == letter }), option.argument != nil else {
        continue
      }
      if rest.isEmpty { waiting = option } else { set(option, String(rest)) }
      return
    }
  }

  private mutating func set(_ option: OptionSpecification, _ value: String) {
    invocation.values[option.key, default: []].append(Array(value.utf8))
  }
}
