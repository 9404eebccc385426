/// A point of civil time in UTC.
public enum Timestamp {
  /// RFC 3339 with milliseconds, such as `2026-02-03T04:05:06.789Z`.
  ///
  /// - Parameters:
  ///   - seconds: seconds since 1970-01-01T00:00:00Z; negative before.
  ///   - nanoseconds: the part of a second, 0 to 999,999,999.
  public static func rfc3339(seconds: Int64, nanoseconds: Int64) -> String {
    let days = floorDivision(seconds, 86_400)
    let time = seconds - days * 86_400
    let (year, month, day) = civil(days)
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    let clock = "\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))"
    return "\(date)T\(clock).\(padded(nanoseconds / 1_000_000, 3))Z"
  }

  /// Seconds since 1970-01-01T00:00:00Z of a date and time of RFC 3339, its fraction cut off; nil for
  /// any other text.
  public static func seconds(rfc3339 text: String) -> Int64? {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int64? {
      guard bytes.count >= range.upperBound else { return nil }
      return bytes[range].reduce(into: Optional(Int64(0))) { value, byte in
        guard (0x30...0x39).contains(byte) else { return value = nil }
        value = value.map { $0 * 10 + Int64(byte - 0x30) }
      }
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      (1...12).contains(month), (1...31).contains(day), bytes[10] == UInt8(ascii: "T")
    else { return nil }
    let zone = bytes[19...].drop { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
    var offset: Int64 = 0
    if zone.elementsEqual("Z".utf8) {
      offset = 0
    } else {
      let start = zone.startIndex
      guard zone.count == 6, let hours = number(start + 1..<start + 3),
        let minutes = number(start + 4..<start + 6), let sign = zone.first,
        sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
      else { return nil }
      offset = (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }
    return days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
  }

  /// The day counted from 1970-01-01: `civil` the other way.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = floorDivision(shifted, 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar. Years are
  /// counted from March, so that the leap day is the last of a year.
  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = floorDivision(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func floorDivision(_ left: Int64, _ right: Int64) -> Int64 {
    left >= 0 ? left / right : -((-left + right - 1) / right)
  }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
