// SPDX-License-Identifier: Apache-2.0

/// The text of a progress line; drawing it, and when, is the caller's business.
package struct ProgressLine: Sendable {
  /// What is being counted, as `hosts`.
  package var unit: String
  /// How many there are in all.
  package var total: Int

  /// Makes a progress line.
  package init(unit: String, total: Int) {
    self.unit = unit
    self.total = total
  }

  /// Writes the line.
  ///
  /// - Parameters:
  ///   - done: How many are done.
  ///   - elapsed: The time since the start.
  ///   - width: The terminal's width in columns; the line stays below it.
  ///   - style: Colour and character set.
  /// - Returns: One line without a newline: a bar, the counts, the rate a second and the time that is left.
  package func text(done: Int, elapsed: Duration, width: Int, style: Style) -> String {
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    let share = total > 0 ? min(1, Double(done) / Double(total)) : 1
    let rate = seconds > 0.5 ? Double(done) / seconds : 0
    var tail = " \(done)/\(total) \(unit)"
    if rate >= 1 {
      tail += "  \(Int(rate))/s"
      let left = Double(max(0, total - done)) / rate
      if left.isFinite, left < 360_000 { tail += "  \(Self.clock(Int(left.rounded(.up)))) left" }
    }
    let room = min(40, width - tail.terminalWidth - 3)
    guard room >= 8 else { return String(tail.dropFirst()) }
    let filled = Int(share * Double(room))
    let full = style.hasUnicode ? "█" : "#"
    let empty = style.hasUnicode ? "░" : "."
    let bar = String(repeating: full, count: filled) + String(repeating: empty, count: room - filled)
    return style.paint(bar, .good) + tail
  }

  /// Writes a time as `1:05` or `2:00:09`.
  ///
  /// - Parameter seconds: The time in seconds.
  /// - Returns: Minutes and seconds, with hours where there are any.
  package static func clock(_ seconds: Int) -> String {
    let pair = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    let (hours, rest) = seconds.quotientAndRemainder(dividingBy: 3600)
    let (minutes, last) = rest.quotientAndRemainder(dividingBy: 60)
    return hours > 0 ? "\(hours):\(pair(minutes)):\(pair(last))" : "\(minutes):\(pair(last))"
  }
}
