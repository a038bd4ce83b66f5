// SPDX-License-Identifier: Apache-2.0

/// Days of the Gregorian calendar as `2026-11-17`.
enum CalendarDay {
  /// The day of a DOS date, as zip files have it.
  ///
  /// - Parameter dos: bits 0 to 4 day, 5 to 8 month, 9 to 15 years since 1980.
  /// - Returns: none for the first day of 1980, which tools write for "not known", and for days that do not exist.
  static func text(dos: Int) -> String? {
    let (year, month, day) = (1980 + (dos >> 9) & 0x7F, (dos >> 5) & 0xF, dos & 0x1F)
    guard (1...12).contains(month), (1...31).contains(day), (year, month, day) != (1980, 1, 1) else {
      return nil
    }
    return text(year, month, day)
  }

  /// The day of a count of seconds since 1970, in UTC.
  ///
  /// - Returns: none for the year 1980 and before, and beyond 9999: no release is as old.
  static func text(seconds: Int) -> String? {
    guard seconds > 347_155_200, seconds < 253_402_300_800 else { return nil }
    // Counts from 1 March of year 0, in eras of 400 years (146,097 days).
    let shifted = seconds / 86_400 + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return text(
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  private static func text(_ year: Int, _ month: Int, _ day: Int) -> String {
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(year)-\(padded(month))-\(padded(day))"
  }
}
