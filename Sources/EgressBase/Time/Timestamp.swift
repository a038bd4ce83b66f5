// SPDX-License-Identifier: Apache-2.0

/// A moment in whole seconds of Coordinated Universal Time.
package struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The seconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time).
  package let seconds: Int64
  /// The moment as `2026-11-23T19:11:48Z` (RFC 3339); made once, since thousands of rows show the time of one run.
  package let description: String

  /// The first second of the year 0000 and the last of the year 9999: what four digits of a year can show.
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
    guard let day = CalendarDay(text.prefix(10)) else { return nil }
    let bytes = Array(text.utf8)
    let seconds = day.number * Self.secondsPerDay
    if bytes.count == 10 {
      self.init(seconds: seconds + (endOfDay ? Self.secondsPerDay - 1 : 0))
    } else {
      guard bytes.count == 20, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "),
        bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"), bytes[19] == UInt8(ascii: "Z"),
        let hour = Decimals.read(bytes, at: 11, count: 2), hour < 24,
        let minute = Decimals.read(bytes, at: 14, count: 2), minute < 60,
        let second = Decimals.read(bytes, at: 17, count: 2), second < 60
      else { return nil }
      self.init(seconds: seconds + Int64(hour * 3600 + minute * 60 + second))
    }
  }

  /// The earlier moment first.
  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }

  package static func == (left: Timestamp, right: Timestamp) -> Bool { left.seconds == right.seconds }

  package func hash(into hasher: inout Hasher) { hasher.combine(seconds) }

  /// The day in UTC.
  package var day: CalendarDay { CalendarDay(number: Self.dayNumber(seconds)) }

  private static func dayNumber(_ seconds: Int64) -> Int64 {
    (seconds >= 0 ? seconds : seconds - (secondsPerDay - 1)) / secondsPerDay
  }

  private static func text(_ seconds: Int64) -> String {
    let day = dayNumber(seconds)
    let second = Int(seconds - day * secondsPerDay)
    return "\(CalendarDay(number: day))T\(Decimals.two(second / 3600)):\(Decimals.two(second / 60 % 60))"
      + ":\(Decimals.two(second % 60))Z"
  }
}
