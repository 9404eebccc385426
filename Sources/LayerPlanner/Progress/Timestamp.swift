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
