/// A set of UTF-16 units, as sorted ranges that neither overlap nor touch.
struct UnitSet: Hashable, Sendable {
  private(set) var ranges: [ClosedRange<UInt16>]

  init(_ ranges: [ClosedRange<UInt16>] = []) {
    self.ranges = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = self.ranges.last, Int(range.lowerBound) <= Int(last.upperBound) + 1 {
        let upper = max(last.upperBound, range.upperBound)
        self.ranges[self.ranges.count - 1] = last.lowerBound...upper
      } else {
        self.ranges.append(range)
      }
    }
  }

  init(_ unit: CodeUnit) { ranges = [unit.value...unit.value] }

  /// Every unit that is not in this set.
  var inverted: UnitSet {
    var gaps: [ClosedRange<UInt16>] = []
    var next = 0
    for range in ranges {
      if next < Int(range.lowerBound) { gaps.append(UInt16(next)...(range.lowerBound - 1)) }
      next = Int(range.upperBound) + 1
    }
    if next <= 0xFFFF { gaps.append(UInt16(next)...0xFFFF) }
    return UnitSet(gaps)
  }

  /// The only member, or nil.
  var single: CodeUnit? {
    guard ranges.count == 1, ranges[0].count == 1 else { return nil }
    return CodeUnit(ranges[0].lowerBound)
  }

  func contains(_ unit: CodeUnit) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < unit.value { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].lowerBound <= unit.value
  }

  /// `\d`, `\w`, `\s` and `.` of JavaScript's regular expressions.
  static let digits = UnitSet([0x30...0x39])
  static let word = UnitSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
  static let space = UnitSet([
    0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
    0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
  ])
  static let notLineEnd = UnitSet([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029]).inverted
}
