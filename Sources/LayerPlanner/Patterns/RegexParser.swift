/// Parses the dialect that JavaScript accepts without flags, with its web-compatible leftovers
/// (ECMA-262, Annex B.1.2): `]` and `}` may stand alone, `\q` is `q`, `\1` may be an octal escape.
struct RegexParser {
  private let text: [CodeUnit]
  private var position = 0
  private var depth = 0
  private var captures = 0
  private var hasBackReferences = false
  /// The groups of the whole text, counted first: a reference may come before its group.
  private let totalCaptures: Int
  private let names: [[CodeUnit]: Int]

  /// Parses all of `text`.
  static func parse(_ text: String) throws(Regex.Problem) -> Regex {
    var parser = try RegexParser(CodeUnit.units(of: text))
    let root = try parser.disjunction()
    guard parser.position == parser.text.count else { throw .syntax }
    return Regex(
      root: root, captures: parser.captures, hasBackReferences: parser.hasBackReferences)
  }

  private init(_ text: [CodeUnit]) throws(Regex.Problem) {
    self.text = text
    (totalCaptures, names) = try RegexParser.groups(in: text)
  }

  /// The number of capturing groups and the numbers of the named ones.
  private static func groups(
    in text: [CodeUnit]
  ) throws(Regex.Problem) -> (Int, [[CodeUnit]: Int]) {
    var count = 0
    var names: [[CodeUnit]: Int] = [:]
    var inClass = false
    var index = 0
    while index < text.count {
      let unit = text[index]
      index += 1
      if unit == "\\" {
        index += 1
      } else if inClass {
        inClass = unit != "]"
      } else if unit == "[" {
        inClass = true
      } else if unit == "(" {
        guard index < text.count, text[index] == "?" else {
          count += 1
          continue
        }
        guard index + 2 < text.count, text[index + 1] == "<" else { continue }
        if text[index + 2] == "=" || text[index + 2] == "!" { continue }
        guard let end = text[index...].firstIndex(of: ">") else { throw .syntax }
        count += 1
        let name = Array(text[(index + 2)..<end])
        guard isName(name), names[name] == nil else { throw .syntax }
        names[name] = count
      }
    }
    return (count, names)
  }

  private static func isName(_ name: [CodeUnit]) -> Bool {
    guard let first = name.first, !first.isDigit else { return false }
    return name.allSatisfy { $0.isWord || $0 == "$" || $0.value >= 0x80 }
  }

  // MARK: Reading

  private var next: CodeUnit? { position < text.count ? text[position] : nil }

  private mutating func take(_ unit: CodeUnit) -> Bool {
    guard next == unit else { return false }
    position += 1
    return true
  }

  private mutating func takeAll(_ literal: String) -> Bool {
    let units = CodeUnit.units(of: literal)
    guard text[position...].starts(with: units) else { return false }
    position += units.count
    return true
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let digit = next?.digit(radix: 10) {
      value = min((value ?? 0) * 10 + digit, 1 << 30)
      position += 1
    }
    return value
  }

  // MARK: Structure

  private mutating func disjunction() throws(Regex.Problem) -> RegexNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Regex.deepestNesting else { throw .tooDeep }
    var alternatives = [try sequence()]
    while take("|") { alternatives.append(try sequence()) }
    return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
  }

  private mutating func sequence() throws(Regex.Problem) -> RegexNode {
    var terms: [RegexNode] = []
    while let unit = next, unit != "|", unit != ")" {
      let capturesBefore = captures
      let (term, isRepeatable) = try self.term()
      terms.append(try repeated(term, isRepeatable, capturesBefore))
    }
    return terms.count == 1 ? terms[0] : terms.isEmpty ? .empty : .sequence(terms)
  }

  private mutating func repeated(
    _ term: RegexNode, _ isRepeatable: Bool, _ capturesBefore: Int
  ) throws(Regex.Problem) -> RegexNode {
    guard let bounds = try quantifier() else { return term }
    guard isRepeatable else { throw .syntax }
    let lazy = take("?")
    return .repeated(
      term, least: bounds.least, most: bounds.most, lazy: lazy,
      captures: capturesBefore + 1..<captures + 1)
  }

  /// A quantifier here, or nil; a `{` that does not begin one is left to be a literal.
  private mutating func quantifier() throws(Regex.Problem) -> (least: Int, most: Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    let start = position
    guard take("{") else { return nil }
    if let least = number() {
      if take("}") { return (least, least) }
      if take(",") {
        let most = number()
        if take("}") {
          if let most, most < least { throw .syntax }
          return (least, most)
        }
      }
    }
    position = start
    return nil
  }

  private mutating func term() throws(Regex.Problem) -> (RegexNode, isRepeatable: Bool) {
    let unit = text[position]
    position += 1
    switch unit {
    case "^": return (.start, false)
    case "$": return (.end, false)
    case ".": return (.set(.notLineEnd), true)
    case "(": return try group()
    case "[": return (.set(try characterClass()), true)
    case "\\": return try escape()
    case "*", "+", "?": throw .syntax
    case "{":
      position -= 1
      if try quantifier() != nil { throw .syntax }
      position += 1
      return (.set(UnitSet(unit)), true)
    default: return (.set(UnitSet(unit)), true)
    }
  }

  private mutating func group() throws(Regex.Problem) -> (RegexNode, isRepeatable: Bool) {
    var wrap: (RegexNode) -> RegexNode = { $0 }
    var isRepeatable = true
    if takeAll("?:") {
      wrap = { $0 }
    } else if takeAll("?=") {
      wrap = { .look($0, behind: false, negative: false) }
    } else if takeAll("?!") {
      wrap = { .look($0, behind: false, negative: true) }
    } else if takeAll("?<=") {
      wrap = { .look($0, behind: true, negative: false) }
      isRepeatable = false
    } else if takeAll("?<!") {
      wrap = { .look($0, behind: true, negative: true) }
      isRepeatable = false
    } else {
      if takeAll("?<") {
        // The names were checked when the groups were counted.
        while let unit = next, unit != ">" { position += 1 }
        position += 1
      } else if next == "?" {
        throw .syntax
      }
      captures += 1
      let number = captures
      wrap = { .capture(number, $0) }
    }
    let inner = try disjunction()
    guard take(")") else { throw .syntax }
    return (wrap(inner), isRepeatable)
  }

  // MARK: Escapes

  private mutating func escape() throws(Regex.Problem) -> (RegexNode, isRepeatable: Bool) {
    guard let unit = next else { throw .syntax }
    switch unit {
    case "b", "B":
      position += 1
      return (.wordBoundary(negative: unit == "B"), false)
    case "1"..."9":
      let start = position
      if let index = number(), index <= totalCaptures {
        hasBackReferences = true
        return (.backReference(index), true)
      }
      position = start
    case "k" where !names.isEmpty:
      position += 1
      guard take("<"), let end = text[position...].firstIndex(of: ">"),
        let index = names[Array(text[position..<end])]
      else { throw .syntax }
      position = end + 1
      hasBackReferences = true
      return (.backReference(index), true)
    default: break
    }
    return (.set(try setEscape(inClass: false)), true)
  }

  /// What an escape that stands for units stands for; the backslash is taken already.
  private mutating func setEscape(inClass: Bool) throws(Regex.Problem) -> UnitSet {
    guard let unit = next else { throw .syntax }
    position += 1
    switch unit {
    case "d": return .digits
    case "D": return UnitSet.digits.inverted
    case "w": return .word
    case "W": return UnitSet.word.inverted
    case "s": return .space
    case "S": return UnitSet.space.inverted
    case "t": return UnitSet("\t")
    case "n": return UnitSet("\n")
    case "v": return UnitSet("\u{0B}")
    case "f": return UnitSet("\u{0C}")
    case "r": return UnitSet("\r")
    case "b" where inClass: return UnitSet("\u{08}")
    case "c": return UnitSet(control(inClass: inClass))
    case "x": return UnitSet(hexadecimal(digits: 2) ?? unit)
    case "u": return UnitSet(hexadecimal(digits: 4) ?? unit)
    case "0"..."7": return UnitSet(octal(from: unit))
    case "k" where !names.isEmpty: throw .syntax
    default: return UnitSet(unit)
    }
  }

  /// `\cX`; without a fitting X it is a backslash, and the `c` comes again as itself.
  private mutating func control(inClass: Bool) -> CodeUnit {
    if let letter = next, letter.isLetter || (inClass && (letter.isDigit || letter == "_")) {
      position += 1
      return CodeUnit(letter.value % 32)
    }
    position -= 1
    return "\\"
  }

  private mutating func hexadecimal(digits: Int) -> CodeUnit? {
    guard position + digits <= text.count else { return nil }
    var value = 0
    for unit in text[position..<position + digits] {
      guard let digit = unit.digit(radix: 16) else { return nil }
      value = value * 16 + digit
    }
    position += digits
    return CodeUnit(UInt16(value))
  }

  private mutating func octal(from first: CodeUnit) -> CodeUnit {
    var value = Int(first.value) - 0x30
    for _ in 0..<2 {
      guard value < 32, let digit = next?.digit(radix: 8) else { break }
      value = value * 8 + digit
      position += 1
    }
    return CodeUnit(UInt16(value))
  }

  // MARK: Classes

  private mutating func characterClass() throws(Regex.Problem) -> UnitSet {
    let isNegated = take("^")
    var ranges: [ClosedRange<UInt16>] = []
    while !take("]") {
      let lower = try classAtom()
      ranges += lower.ranges
      guard next == "-", position + 1 < text.count, text[position + 1] != "]" else { continue }
      position += 1
      let upper = try classAtom()
      guard let first = lower.single, let last = upper.single else {
        // A class such as `\d` cannot bound a range: the hyphen is itself.
        ranges += upper.ranges + UnitSet("-").ranges
        continue
      }
      guard first <= last else { throw .syntax }
      ranges.append(first.value...last.value)
    }
    let set = UnitSet(ranges)
    return isNegated ? set.inverted : set
  }

  private mutating func classAtom() throws(Regex.Problem) -> UnitSet {
    guard let unit = next else { throw .syntax }
    position += 1
    guard unit == "\\" else { return UnitSet(unit) }
    return try setEscape(inClass: true)
  }
}
