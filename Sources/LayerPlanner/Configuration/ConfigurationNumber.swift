/// git's reading of booleans and integers, with its results and its errors.
public enum ConfigurationNumber {
  /// Why a value is no number or boolean.
  public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Neither a word for true or false nor a 32-bit integer.
    case notBoolean
    /// Not an integer with an optional `k`, `m` or `g`.
    case notInteger
    /// Too large.
    case outOfRange

    /// What to write instead.
    public var description: String {
      switch self {
      case .notBoolean: "use true, yes, on, false, no, off or an integer"
      case .notInteger: "use an integer, with k, m or g for 1024, 1024², 1024³"
      case .outOfRange: "the number is out of range"
      }
    }
  }

  /// A value of `git config --type=bool-or-int`.
  public enum BooleanOrInteger: Hashable, Sendable {
    /// A word, or a key without `=`.
    case boolean(Bool)
    /// A 32-bit integer.
    case integer(Int64)
  }

  /// True or false; a key without `=` is true.
  public static func boolean(_ value: [UInt8]?) throws(Problem) -> Bool {
    if let word = word(value) { return word }
    guard let number = try? integer(value, largest: Int64(Int32.max)) else { throw .notBoolean }
    return number != 0
  }

  /// A boolean where a word says so, else a 32-bit integer.
  public static func booleanOrInteger(_ value: [UInt8]?) throws(Problem) -> BooleanOrInteger {
    if let word = word(value) { return .boolean(word) }
    return .integer(try integer(value, largest: Int64(Int32.max)))
  }

  /// An integer between `-largest` and `largest`: decimal, `0x` hexadecimal or `0` octal, and
  /// `k`, `m` or `g`.
  public static func integer(
    _ value: [UInt8]?, largest: Int64 = .max
  ) throws(Problem) -> Int64 {
    var rest = (value ?? [])[...]
    // The C library skips these before a number, more than git's own syntax does.
    rest = rest.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    var radix: UInt64 = 10
    if rest.first == UInt8(ascii: "0") {
      radix = 8
      if let mark = rest.dropFirst().first, mark | 0x20 == UInt8(ascii: "x"),
        let digit = rest.dropFirst(2).first.flatMap(digit), digit < 16
      {
        radix = 16
        rest = rest.dropFirst(2)
      }
    }
    var magnitude: UInt64 = 0
    var count = 0
    var isTooLarge = false
    while let digit = rest.first.flatMap(digit), digit < radix {
      let (product, didOverflow) = magnitude.multipliedReportingOverflow(by: radix)
      let (sum, didCarry) = product.addingReportingOverflow(digit)
      isTooLarge = isTooLarge || didOverflow || didCarry
      magnitude = sum
      count += 1
      rest.removeFirst()
    }
    guard count > 0 else { throw .notInteger }
    // The C library's number may be the smallest 64-bit integer; git then refuses it by range.
    if isTooLarge || magnitude > UInt64(Int64.max) + (isNegative ? 1 : 0) { throw .outOfRange }
    guard let factor = factor(rest) else { throw .notInteger }
    guard magnitude <= UInt64(largest) / factor else { throw .outOfRange }
    let number = Int64(magnitude * factor)
    return isNegative ? -number : number
  }

  private static func word(_ value: [UInt8]?) -> Bool? {
    guard let value else { return true }
    switch String(decoding: value.map(\.configurationLowercase), as: UTF8.self) {
    case "true", "yes", "on": return true
    case "", "false", "no", "off": return false
    default: return nil
    }
  }

  private static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case 0x30...0x39: UInt64(byte - 0x30)
    case 0x61...0x7A: UInt64(byte - 0x61 + 10)
    case 0x41...0x5A: UInt64(byte - 0x41 + 10)
    default: nil
    }
  }

  private static func factor(_ unit: ArraySlice<UInt8>) -> UInt64? {
    switch String(decoding: unit.map(\.configurationLowercase), as: UTF8.self) {
    case "": 1
    case "k": 1024
    case "m": 1024 * 1024
    case "g": 1024 * 1024 * 1024
    default: nil
    }
  }
}
