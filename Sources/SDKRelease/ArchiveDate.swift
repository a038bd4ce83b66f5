// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// The days that archives give for their files.
enum ArchiveDate {
  /// The last second of the year 1980 in UTC; no release is as old.
  private static let earliest = 347_155_200

  /// The day of a DOS date, as zip files have it.
  ///
  /// - Parameter dos: Bits 0 to 4 day, 5 to 8 month, 9 to 15 years since 1980.
  /// - Returns: `nil` for the first day of 1980, which tools write for "not known", and for days that do not exist.
  static func text(dos: Int) -> String? {
    let (year, month, day) = (1980 + (dos >> 9) & 0x7F, (dos >> 5) & 0xF, dos & 0x1F)
    guard (year, month, day) != (1980, 1, 1) else { return nil }
    return CalendarDay(year: year, month: month, day: day)?.description
  }

  /// The day of a number of seconds since 1970-01-01T00:00:00Z.
  ///
  /// - Returns: `nil` for the year 1980 and before, and beyond 9999.
  static func text(seconds: Int) -> String? {
    guard seconds > earliest, seconds <= Timestamp.range.upperBound else { return nil }
    return Timestamp(seconds: Int64(seconds)).day.description
  }
}
