// SPDX-License-Identifier: Apache-2.0

/// A moment in whole seconds of Coordinated Universal Time.
package struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The seconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time).
  package let seconds: Int64
  /// The moment as `2026-11-23T19:11:48Z` (RFC 3339); made once, since thousands of rows show the time of one run.
  package let description: String

  /// The first moment of the year 0000 and the last of the year 9999: what four digits of a year can show.
  package static let range: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

  private static let secondsPerDay: Int64 = 86_400

  /// Makes a moment; values outside `range` are moved to its nearest end.
  package init(seconds: Int64) {
    self.seconds = min(max(seconds, Self.range.lowerBound), Self.range.upperBound)
    description = Self.text(self.seconds)
  }

  /// Reads `2026-11-23`, `2026-11-23T19:11:48Z` or the same with a space for the `T` (RFC 3339, UTC only);
  /// `nil` when the text is neither.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - endOfDay: Whether a date without a time means its last second, as the end of a span does.
  package init?(_ text: String, endOfDay: Bool = false) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10 || bytes.count == 20,
      let year = Self.digits(bytes, 0, 4), let month = Self.digits(bytes, 5, 2),
      let day = Self.digits(bytes, 8, 2), bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      (1...12).contains(month), (1...Self.days(month: month, year: year)).contains(day)
    else { return nil }
    var seconds = Self.dayNumber(year: year, month: month, day: day) * Self.secondsPerDay
    if bytes.count == 10 {
      seconds += endOfDay ? Self.secondsPerDay - 1 : 0
    } else {
      guard bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "), bytes[19] == UInt8(ascii: "Z"),
        bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
        let hour = Self.digits(bytes, 11, 2), let minute = Self.digits(bytes, 14, 2),
        let second = Self.digits(bytes, 17, 2), hour < 24, minute < 60, second < 60
      else { return nil }
      seconds += hour * 3600 + minute * 60 + second
    }
    self.init(seconds: seconds)
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }

  package static func == (left: Timestamp, right: Timestamp) -> Bool { left.seconds == right.seconds }

  package func hash(into hasher: inout Hasher) { hasher.combine(seconds) }

  /// The day as `2026-11-23`.
  package var date: String { String(description.prefix(10)) }

  private static func text(_ seconds: Int64) -> String {
    let day = (seconds >= 0 ? seconds : seconds - (secondsPerDay - 1)) / secondsPerDay
    let second = seconds - day * secondsPerDay
    return "\(date(day))T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
  }

  /// A civil date by 400-year eras that start on 1 March, so that the leap day ends a year.
  private static func date(_ day: Int64) -> String {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let dayOfMonth = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let padding = String(repeating: "0", count: max(0, 4 - String(year).count))
    return "\(padding)\(year)-\(two(month))-\(two(dayOfMonth))"
  }

  private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func digits(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int64? {
    var value: Int64 = 0
    for byte in bytes[start..<start + count] {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    return value
  }

  private static func days(month: Int64, year: Int64) -> Int64 {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }

  private static func dayNumber(year: Int64, month: Int64, day: Int64) -> Int64 {
    let marchYear = month <= 2 ? year - 1 : year
    let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
