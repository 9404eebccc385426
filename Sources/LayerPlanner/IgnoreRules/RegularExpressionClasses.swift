/// Character classes and escapes.
extension RegularExpressionParser {
  /// The rest of a class whose `[` has been read.
  mutating func parseClass() throws(Problem) -> ScalarSet {
    var set = ScalarSet()
    let isNegated = next == "^"
    if isNegated { position += 1 }
    var isFirst = true
    while isFirst || next != "]" {
      isFirst = false
      if try parseNamedClass(into: &set) { continue }
      if try parseClassEscape(into: &set) { continue }
      let low = try parseClassMember()
      var high = low
      if next == "-", let after = next(1), after != "]" {
        position += 1
        high = try parseClassMember()
      }
      guard low <= high else { throw .malformed }
      set.insert(low...high)
    }
    position += 1
    set.finish(isNegated: isNegated)
    return set
  }

  private mutating func parseClassMember() throws(Problem) -> UInt32 {
    next == "\\" ? try parseEscape() : try take()
  }

  /// `[:name:]` or `[:^name:]` inside a class; false when none stands here.
  private mutating func parseNamedClass(into set: inout ScalarSet) throws(Problem) -> Bool {
    guard next == "[", next(1) == ":" else { return false }
    let start = position + 2
    var end = start
    while end + 1 < text.count, text[end] != 0x3A || text[end + 1] != 0x5D { end += 1 }
    guard end + 1 < text.count else { return false }
    var name = text[start..<end]
    let isNegated = name.first == 0x5E
    if isNegated { name.removeFirst() }
    guard let ranges = ScalarSet.namedClasses[Self.string(name)] else { throw .malformed }
    set.insert(ranges, isNegated: isNegated)
    position = end + 2
    return true
  }

  /// `\d`, `\pL`, `\p{Lu}` and the like, inside a class or alone; false when none stands here.
  mutating func parseClassEscape(into set: inout ScalarSet) throws(Problem) -> Bool {
    guard next == "\\", let letter = next(1) else { return false }
    switch letter {
    case "d", "s", "w", "D", "S", "W":
      let isNegated = letter.value < 0x60
      set.insert(ScalarSet.perlClasses[letter.value | 0x20] ?? [], isNegated: isNegated)
      position += 2
      return true
    case "p", "P":
      position += 2
      try parseUnicodeClass(into: &set, isNegated: letter == "P")
      return true
    default: return false
    }
  }

  private mutating func parseUnicodeClass(
    into set: inout ScalarSet, isNegated: Bool
  ) throws(Problem) {
    var name: ArraySlice<UInt32> = [try take()]
    if name == [0x7B] {
      guard let end = text[position...].firstIndex(of: 0x7D) else { throw .malformed }
      name = text[position..<end]
      position = end + 1
    }
    var isNegated = isNegated
    if name.first == 0x5E {
      isNegated.toggle()
      name.removeFirst()
    }
    let text = Self.string(name)
    if text == "Any" {
      set.insert([0...0x10FFFF], isNegated: isNegated)
      return
    }
    let categories = ScalarSet.categories(named: text)
    if categories == 0 {
      // Script names are capitalized words; whatever else stands here is an error in Go too.
      let first = text.utf8.first ?? 0
      let isScript = text.utf8.count > 1 && (0x41...0x5A).contains(first)
      throw isScript ? .unknownClass(text) : .malformed
    }
    set.insert(categories, isNegated: isNegated)
  }

  /// The code point that a backslash sequence stands for.
  mutating func parseEscape() throws(Problem) -> UInt32 {
    position += 1
    let escaped = try take()
    switch Unicode.Scalar(escaped) {
    case "1", "2", "3", "4", "5", "6", "7":
      // One digit alone would refer back to a group, which Go does not have.
      guard let digit = next, ("0"..."7").contains(digit) else { throw .malformed }
      return parseOctal(escaped - 0x30)
    case "0": return parseOctal(0)
    case "x": return try parseHexadecimal()
    case "a": return 0x07
    case "f": return 0x0C
    case "n": return 0x0A
    case "r": return 0x0D
    case "t": return 0x09
    case "v": return 0x0B
    default:
      let isAlphanumeric = ScalarSet(ScalarSet.namedClasses["alnum"] ?? []).contains(escaped)
      guard escaped < 0x80, !isAlphanumeric else { throw .malformed }
      return escaped
    }
  }

  /// Up to two more octal digits.
  private mutating func parseOctal(_ first: UInt32) -> UInt32 {
    var value = first
    for _ in 0..<2 {
      guard let digit = next, ("0"..."7").contains(digit) else { break }
      value = value * 8 + digit.value - 0x30
      position += 1
    }
    return value
  }

  /// `xHH` or `x{H...}`, whose `x` has been read.
  private mutating func parseHexadecimal() throws(Problem) -> UInt32 {
    guard next == "{" else {
      let high = try Self.hexadecimal(try take())
      return try high * 16 + Self.hexadecimal(try take())
    }
    position += 1
    var value: UInt32 = 0
    var isEmpty = true
    while next != "}" {
      value = try value * 16 + Self.hexadecimal(try take())
      guard value <= 0x10FFFF else { throw .malformed }
      isEmpty = false
    }
    guard !isEmpty else { throw .malformed }
    position += 1
    return value
  }

  private static func hexadecimal(_ digit: UInt32) throws(Problem) -> UInt32 {
    switch digit {
    case 0x30...0x39: return digit - 0x30
    case 0x41...0x46: return digit - 0x41 + 10
    case 0x61...0x66: return digit - 0x61 + 10
    default: throw .malformed
    }
  }

  private static func string(_ scalars: ArraySlice<UInt32>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars.compactMap(Unicode.Scalar.init))
    return String(text)
  }
}
