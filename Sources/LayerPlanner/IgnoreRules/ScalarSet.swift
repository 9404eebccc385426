/// A set of Unicode code points: what a character class of a regular expression matches.
struct ScalarSet: Sendable {
  /// Bits of `Unicode.GeneralCategory`, one for each category of Go's tables.
  typealias Categories = UInt32

  private enum Member: Sendable {
    case range(ClosedRange<UInt32>)
    case categories(Categories, isNegated: Bool)
  }

  private var members: [Member] = []
  private var isNegated = false
  /// The answers for ASCII, one bit each.
  private var ascii: (low: UInt64, high: UInt64) = (0, 0)

  /// A set of ranges.
  init(_ ranges: [ClosedRange<UInt32>] = [], isNegated: Bool = false) {
    members = ranges.map { .range($0) }
    self.isNegated = isNegated
    refreshASCII()
  }

  /// Whether `scalar` is in the set.
  func contains(_ scalar: UInt32) -> Bool {
    if scalar < 64 { return ascii.low >> UInt64(scalar) & 1 == 1 }
    if scalar < 128 { return ascii.high >> UInt64(scalar - 64) & 1 == 1 }
    return lookUp(scalar)
  }

  /// Adds the code points of `range`.
  mutating func insert(_ range: ClosedRange<UInt32>) {
    members.append(.range(range))
  }

  /// Adds `ranges`, or with `isNegated` all code points outside them.
  mutating func insert(_ ranges: [ClosedRange<UInt32>], isNegated: Bool) {
    guard isNegated else {
      members += ranges.map { .range($0) }
      return
    }
    var next: UInt32 = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > next { insert(next...range.lowerBound - 1) }
      next = range.upperBound + 1
    }
    if next <= 0x10FFFF { insert(next...0x10FFFF) }
  }

  /// Adds the code points of some categories, or with `isNegated` all others.
  mutating func insert(_ categories: Categories, isNegated: Bool) {
    members.append(.categories(categories, isNegated: isNegated))
  }

  /// Ends the building of a set; with `isNegated` it becomes its complement.
  mutating func finish(isNegated: Bool) {
    self.isNegated = isNegated
    refreshASCII()
  }

  private mutating func refreshASCII() {
    ascii = (0, 0)
    for bit in 0..<UInt32(64) {
      if lookUp(bit) { ascii.low |= 1 << UInt64(bit) }
      if lookUp(bit + 64) { ascii.high |= 1 << UInt64(bit) }
    }
  }

  private func lookUp(_ scalar: UInt32) -> Bool {
    let isMember = members.contains { member in
      switch member {
      case .range(let range): range.contains(scalar)
      case .categories(let categories, let isNegated):
        (categories & Self.category(of: scalar) != 0) != isNegated
      }
    }
    return isMember != isNegated
  }
}

extension ScalarSet {
  /// The code points that `\d`, `\s` and `\w` stand for, by their letter.
  static let perlClasses: [UInt32: [ClosedRange<UInt32>]] = [
    0x64: [0x30...0x39],
    0x73: [0x09...0x0A, 0x0C...0x0D, 0x20...0x20],
    0x77: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A],
  ]

  /// The ASCII classes of `[[:name:]]`.
  static let namedClasses: [String: [ClosedRange<UInt32>]] = [
    "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A],
    "alpha": [0x41...0x5A, 0x61...0x7A],
    "ascii": [0x00...0x7F],
    "blank": [0x09...0x09, 0x20...0x20],
    "cntrl": [0x00...0x1F, 0x7F...0x7F],
    "digit": [0x30...0x39],
    "graph": [0x21...0x7E],
    "lower": [0x61...0x7A],
    "print": [0x20...0x7E],
    "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E],
    "space": [0x09...0x0D, 0x20...0x20],
    "upper": [0x41...0x5A],
    "word": [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A],
    "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
  ]

  /// The two-letter names of the general categories; the position is the bit.
  private static let categoryNames = [
    "Cc", "Cf", "Co", "Cs", "Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl", "No",
    "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sc", "Sk", "Sm", "So", "Zl", "Zp", "Zs",
  ]

  /// The categories of `\p{name}`: one, or with one letter all that begin with it; 0 when there
  /// is none of that name.
  static func categories(named name: String) -> Categories {
    guard (1...2).contains(name.utf8.count) else { return 0 }
    var found: Categories = 0
    for (bit, category) in categoryNames.enumerated()
    where category.utf8.starts(with: name.utf8) {
      found |= 1 << UInt32(bit)
    }
    return found
  }

  private static func category(of scalar: UInt32) -> Categories {
    guard let scalar = Unicode.Scalar(scalar) else { return 0 }
    let bit: UInt32
    switch scalar.properties.generalCategory {
    case .control: bit = 0
    case .format: bit = 1
    case .privateUse: bit = 2
    case .surrogate: bit = 3
    case .lowercaseLetter: bit = 4
    case .modifierLetter: bit = 5
    case .otherLetter: bit = 6
    case .titlecaseLetter: bit = 7
    case .uppercaseLetter: bit = 8
    case .spacingMark: bit = 9
    case .enclosingMark: bit = 10
    case .nonspacingMark: bit = 11
    case .decimalNumber: bit = 12
    case .letterNumber: bit = 13
    case .otherNumber: bit = 14
    case .connectorPunctuation: bit = 15
    case .dashPunctuation: bit = 16
    case .closePunctuation: bit = 17
    case .finalPunctuation: bit = 18
    case .initialPunctuation: bit = 19
    case .otherPunctuation: bit = 20
    case .openPunctuation: bit = 21
    case .currencySymbol: bit = 22
    case .modifierSymbol: bit = 23
    case .mathSymbol: bit = 24
    case .otherSymbol: bit = 25
    case .lineSeparator: bit = 26
    case .paragraphSeparator: bit = 27
    case .spaceSeparator: bit = 28
    case .unassigned: return 0
    @unknown default: return 0
    }
    return 1 << bit
  }
}
