// SPDX-License-Identifier: Apache-2.0

/// When something was seen, as exactly as its source says it: a day, a month, or a half of a year.
///
/// Shown as `2025-11-12`, `2021-12` or `2026-H2`.
package enum EvidenceDate: Sendable, Hashable, CustomStringConvertible {
  /// A day.
  case day(CalendarDay)
  /// A month of a year, from 1.
  case month(year: Int, Int)
  /// A half of a year, 1 or 2.
  case half(year: Int, Int)

  /// Reads what ``description`` writes; `nil` when the text is no date.
  package init?(_ text: some StringProtocol) {
    if let day = CalendarDay(text) {
      self = .day(day)
      return
    }
    let bytes = Array(text.utf8)
    guard bytes.count == 7, bytes[4] == UInt8(ascii: "-"), let year = Decimals.read(bytes, at: 0, count: 4)
    else {
      return nil
    }
    if bytes[5] == UInt8(ascii: "H"), let half = Decimals.read(bytes, at: 6, count: 1), (1...2).contains(half)
    {
      self = .half(year: year, half)
    } else if let month = Decimals.read(bytes, at: 5, count: 2), (1...12).contains(month) {
      self = .month(year: year, month)
    } else {
      return nil
    }
  }

  /// The date as its source says it.
  package var description: String {
    switch self {
    case .day(let day): day.description
    case .month(let year, let month): "\(Self.year(year))-\(Decimals.two(month))"
    case .half(let year, let half): "\(Self.year(year))-H\(half)"
    }
  }

  /// The date without its day, as `2025-11` or `2026-H2`.
  package var monthText: String {
    switch self {
    case .day(let day): "\(Self.year(day.year))-\(Decimals.two(day.month))"
    case .month, .half: description
    }
  }

  /// The first day that can be meant.
  package var first: CalendarDay {
    switch self {
    case .day(let day): day
    case .month(let year, let month): Self.first(year, month)
    case .half(let year, let half): Self.first(year, half == 1 ? 1 : 7)
    }
  }

  /// The last day that can be meant.
  package var last: CalendarDay {
    switch self {
    case .day(let day): day
    case .month(let year, let month): Self.dayBefore(year, month + 1)
    case .half(let year, let half): Self.dayBefore(year, half == 1 ? 7 : 13)
    }
  }

  private static func first(_ year: Int, _ month: Int) -> CalendarDay {
    CalendarDay(year: year, month: month, day: 1) ?? CalendarDay(number: 0)
  }

  private static func dayBefore(_ year: Int, _ month: Int) -> CalendarDay {
    let next = month == 13 ? first(year + 1, 1) : first(year, month)
    return CalendarDay(number: next.number - 1)
  }

  private static func year(_ year: Int) -> String {
    let digits = String(year)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
