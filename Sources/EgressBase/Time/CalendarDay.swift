// SPDX-License-Identifier: Apache-2.0

/// A day of the Gregorian calendar, years 0 to 9999, shown as `2026-11-17` (RFC 3339, full-date).
package struct CalendarDay: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The days since 1970-01-01.
  package let number: Int64
  /// The year.
  package let year: Int
  /// The month, from 1.
  package let month: Int
  /// The day of the month, from 1.
  package let day: Int

  /// The day of a year, month and day; `nil` when there is no such day.
  package init?(year: Int, month: Int, day: Int) {
    guard (0...9999).contains(year), (1...12).contains(month),
      (1...Self.days(month: month, year: year)).contains(day)
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
    // Counts in eras of 400 years that begin on 1 March, so that the leap day ends a year.
    let marchYear = month <= 2 ? year - 1 : year
    let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    number = Int64(era * 146_097 + dayOfEra - 719_468)
  }

  /// The day of a number of days since 1970-01-01.
  package init(number: Int64) {
    self.number = number
    let shifted = Int(number) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
  }

  /// Reads `2026-11-17`; `nil` when the text is not a day.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = Decimals.read(bytes, at: 0, count: 4), let month = Decimals.read(bytes, at: 5, count: 2),
      let day = Decimals.read(bytes, at: 8, count: 2)
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// The day as `2026-11-17`.
  package var description: String {
    let digits = String(year)
    let padding = String(repeating: "0", count: max(0, 4 - digits.count))
    return "\(padding)\(digits)-\(Decimals.two(month))-\(Decimals.two(day))"
  }

  /// The earlier day first.
  package static func < (left: CalendarDay, right: CalendarDay) -> Bool { left.number < right.number }

  private static func days(month: Int, year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }
}

/// Decimal numbers of a fixed number of digits, as dates have them.
enum Decimals {
  /// Reads digits; `nil` when one is not a digit.
  static func read(_ bytes: [UInt8], at offset: Int, count: Int) -> Int? {
    var value = 0
    for byte in bytes[offset..<offset + count] {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return value
  }

  /// A number in two digits.
  static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
