import LayerPlanner

/// A command line, taken apart. Operands stay bytes, because paths are bytes.
struct Invocation: Equatable, Sendable {
  /// The command; `watch` when none is named.
  var command: CommandName
  /// Whether a command was named on the line.
  var isCommandNamed: Bool
  /// Option values by long name, in the order given; an option without argument holds "".
  var values: [String: [[UInt8]]]
  /// What is neither an option nor the command.
  var operands: [[UInt8]]

  /// Whether the option was given at all.
  func has(_ option: String) -> Bool { values[option] != nil }

  /// The last value given for the option, as text.
  func text(_ option: String) -> String? {
    values[option]?.last.map { String(decoding: $0, as: UTF8.self) }
  }

  /// The last value given for the option, as bytes.
  func bytes(_ option: String) -> [UInt8]? { values[option]?.last }
}

/// What is wrong with a command line, in words, with the next step.
struct UsageError: Error, Equatable, CustomStringConvertible {
  let description: String
}

/// Reads a command line by the rules of getopt_long(3): `--name value`, `--name=value`, `-n value`,
/// `-nvalue`, bundled flags, `--` ends the options; options and operands may be mixed.
struct ArgumentParser {
  private let arguments: [[UInt8]]
  private var position = 0
  private var result = Invocation(
    command: .watch, isCommandNamed: false, values: [:], operands: [])

  /// - Parameter arguments: the words after the program's name.
  static func parse(_ arguments: [[UInt8]]) throws(UsageError) -> Invocation {
    var parser = ArgumentParser(arguments: arguments)
    try parser.run()
    return parser.result
  }

  private init(arguments: [[UInt8]]) { self.arguments = arguments }

  private var known: [OptionSpecification] {
    CommandTable.specification(of: result.command).options + CommandTable.global
  }

  private mutating func run() throws(UsageError) {
    var optionsEnded = false
    while position < arguments.count {
      let word = arguments[position]
      position += 1
      if optionsEnded || word.first != UInt8(ascii: "-") || word.count == 1 {
        try takeOperand(word)
      } else if word.elementsEqual("--".utf8) {
        optionsEnded = true
      } else if word.starts(with: "--".utf8) {
        try takeLong(Array(word.dropFirst(2)))
      } else {
        try takeShort(Array(word.dropFirst()))
      }
    }
    if !result.has("help") { try checkOperands() }
  }

  private func checkOperands() throws(UsageError) {
    let specification = CommandTable.specification(of: result.command)
    let name = result.command.rawValue
    if let first = result.operands.first, specification.operands.isEmpty {
      throw UsageError(description: "\(name) takes no operand, but got \(quoted(first))")
    }
    guard case .words(let words) = specification.completes else { return }
    for operand in result.operands {
      let text = String(decoding: operand, as: UTF8.self)
      if words.contains(text) { continue }
      throw UsageError(
        description: "\(name) takes one of \(words.joined(separator: ", ")), "
          + "not \(quoted(operand))" + didYouMean(text, among: words))
    }
  }

  private mutating func takeOperand(_ word: [UInt8]) throws(UsageError) {
    guard !result.isCommandNamed else {
      result.operands.append(word)
      return
    }
    let text = String(decoding: word, as: UTF8.self)
    guard let command = CommandName(rawValue: text) else {
      let names = CommandName.allCases.map(\.rawValue)
      throw UsageError(
        description: "no command \(quoted(word))" + didYouMean(text, among: names)
          + "; 'sindri-watch --help' lists the commands")
    }
    // An option of `watch` that stood before the command must be one of the command, too.
    for name in result.values.keys.sorted() {
      let specification = CommandTable.specification(of: command).options + CommandTable.global
      if !specification.contains(where: { $0.key == name }) {
        throw UsageError(
          description: "\(command.rawValue) has no option --\(name)" + Self.ofOthers(name))
      }
    }
    result.command = command
    result.isCommandNamed = true
  }

  private mutating func takeLong(_ body: [UInt8]) throws(UsageError) {
    let split = body.firstIndex(of: UInt8(ascii: "="))
    let name = String(decoding: body[..<(split ?? body.count)], as: UTF8.self)
    guard let option = known.first(where: { $0.long == name }) else {
      throw UsageError(
        description: "\(result.command.rawValue) has no option --\(name)"
          + Self.hint(name, among: known)
          + "; see 'sindri-watch \(result.command.rawValue) --help'")
    }
    let attached = split.map { Array(body[($0 + 1)...]) }
    if option.argument == nil, attached != nil {
      throw UsageError(description: "--\(name) takes no value")
    }
    try take(option, attached: attached, shown: "--\(name)")
  }

  private mutating func takeShort(_ letters: [UInt8]) throws(UsageError) {
    for (index, byte) in letters.enumerated() {
      let letter = Character(Unicode.Scalar(byte))
      guard let option = known.first(where: { $0.short == letter }) else {
        throw UsageError(
          description: "\(result.command.rawValue) has no option \(quoted([0x2D, byte]))"
            + "; see 'sindri-watch \(result.command.rawValue) --help'")
      }
      guard option.argument != nil else {
        try take(option, attached: nil, shown: "-\(letter)")
        continue
      }
      let rest = Array(letters[(index + 1)...])
      try take(option, attached: rest.isEmpty ? nil : rest, shown: "-\(letter)")
      return
    }
  }

  private mutating func take(
    _ option: OptionSpecification, attached: [UInt8]?, shown: String
  ) throws(UsageError) {
    guard let argument = option.argument else {
      result.values[option.key, default: []].append([])
      return
    }
    var value = attached
    if value == nil, position < arguments.count {
      value = arguments[position]
      position += 1
    }
    guard let value else {
      throw UsageError(description: "\(shown) needs a value: \(argument)")
    }
    let text = String(decoding: value, as: UTF8.self)
    if !option.choices.isEmpty, !option.choices.contains(text) {
      throw UsageError(
        description: "\(shown) is one of \(option.choices.joined(separator: ", ")), "
          + "not \(quoted(value))" + didYouMean(text, among: option.choices))
    }
    result.values[option.key, default: []].append(value)
  }
}

extension ArgumentParser {
  /// What was probably meant by an option that is not known: a word like it, or another command.
  private static func hint(_ name: String, among known: [OptionSpecification]) -> String {
    let others = ofOthers(name)
    return others.isEmpty ? didYouMean(name, among: known.map(\.long), prefix: "--") : others
  }

  /// `; it is an option of A, B` when other commands have an option of this name, else nothing.
  private static func ofOthers(_ name: String) -> String {
    let owners = CommandTable.commands.filter { $0.options.contains { $0.long == name } }
    return owners.isEmpty
      ? "" : "; it is an option of " + owners.map(\.name.rawValue).joined(separator: ", ")
  }
}

/// `; did you mean NAME?` when a known word is close to what was typed, else nothing.
func didYouMean(_ word: String, among known: [String], prefix: String = "") -> String {
  guard let nearest = Suggestion.nearest(to: word, in: known) else { return "" }
  return "; did you mean \(prefix)\(nearest)?"
}
