/// One UTF-16 unit: what `?` stands for, and what the reference's matcher compares.
struct CodeUnit: Hashable, Comparable, Sendable, ExpressibleByUnicodeScalarLiteral {
  let value: UInt16

  init(_ value: UInt16) { self.value = value }

  /// A unit from a literal in the Basic Multilingual Plane.
  init(unicodeScalarLiteral scalar: Unicode.Scalar) {
    value = UInt16(truncatingIfNeeded: scalar.value)
  }

  /// The units of a text.
  static func units(of text: String) -> [CodeUnit] { text.utf16.map(CodeUnit.init) }

  static func < (left: CodeUnit, right: CodeUnit) -> Bool { left.value < right.value }

  /// What `\w` matches.
  var isWord: Bool { isDigit || isLetter || self == "_" }

  /// An ASCII digit.
  var isDigit: Bool { "0" <= self && self <= "9" }

  /// An ASCII letter.
  var isLetter: Bool { ("a" <= self && self <= "z") || ("A" <= self && self <= "Z") }

  /// The value as a digit of `radix`, or nil.
  func digit(radix: Int) -> Int? {
    var digit: Int
    if isDigit {
      digit = Int(value) - 0x30
    } else if isLetter {
      digit = Int(value | 0x20) - 0x61 + 10
    } else {
      return nil
    }
    if digit >= radix { digit = -1 }
    return digit < 0 ? nil : digit
  }
}

/// The units that end right before one offset of a path.
struct DecodedUnits {
  /// The last unit, and the one before it when a single character gives two.
  let last: CodeUnit
  let first: CodeUnit?
  /// How many bytes the units take.
  let width: Int
}

extension Array where Element == UInt8 {
  /// Decodes the character that ends before `end` (which is not 0). A byte that belongs to no
  /// UTF-8 character counts as one unit of its own, a lone surrogate that no pattern can hold.
  ///
  /// UTF-8 synchronises itself, so decoding from the end finds the same characters.
  func decodedUnits(before end: Int) -> DecodedUnits {
    let byte = self[end - 1]
    if byte < 0x80 { return DecodedUnits(last: CodeUnit(UInt16(byte)), first: nil, width: 1) }
    var value = UInt32(byte & 0x3F)
    var width = 1
    var isContinuation = byte & 0xC0 == 0x80
    while isContinuation, width < 4, width < end {
      let previous = self[end - 1 - width]
      let shift = UInt32(6 * width)
      width += 1
      isContinuation = previous & 0xC0 == 0x80
      if isContinuation {
        value |= UInt32(previous & 0x3F) << shift
        continue
      }
      // The lead byte's own bits, and the least value that needs so many bytes.
      let payload: UInt8 = width == 2 ? 0x1F : width == 3 ? 0x0F : 0x07
      let least: UInt32 = width == 2 ? 0x80 : width == 3 ? 0x800 : 0x10000
      guard previous & ~payload == ~(payload << 1 | 1) else { break }
      value |= UInt32(previous & payload) << shift
      guard value >= least, let scalar = Unicode.Scalar(value) else { break }
      if scalar.value < 0x10000 {
        let unit = CodeUnit(UInt16(scalar.value))
        return DecodedUnits(last: unit, first: nil, width: width)
      }
      let high = UInt16(0xD800 + ((scalar.value - 0x10000) >> 10))
      let low = UInt16(0xDC00 + ((scalar.value - 0x10000) & 0x3FF))
      return DecodedUnits(last: CodeUnit(low), first: CodeUnit(high), width: width)
    }
    return DecodedUnits(last: CodeUnit(0xDC00 | UInt16(byte)), first: nil, width: 1)
  }

  /// All units of the path, in order.
  var codeUnits: [CodeUnit] {
    var reversed: [CodeUnit] = []
    reversed.reserveCapacity(count)
    var end = count
    while end > 0 {
      let decoded = decodedUnits(before: end)
      reversed.append(decoded.last)
      if let first = decoded.first { reversed.append(first) }
      end -= decoded.width
    }
    return reversed.reversed()
  }
}
