// SPDX-License-Identifier: Apache-2.0

import EgressBase
import MapViews

/// The text of a progress line; the caller decides when to draw it.
package struct ProgressLine: Sendable {
  /// What is being counted, such as `hosts`.
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
  ///   - style: Color and character set.
  /// - Returns: One line without a newline: a bar, the counts, the rate a second and the time that is left.
  package func text(done: Int, elapsed: Duration, width: Int, style: Style) -> String {
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    let share = total > 0 ? min(1, Double(done) / Double(total)) : 1
    let rate = seconds > 0.5 ? Double(done) / seconds : 0
    var tail = " \(done)/\(total) \(unit)"
    if rate >= 1 {
      tail += "  \(Int(rate))/s"
      let left = Double(max(0, total - done)) / rate
      if left.isFinite, left < 360_000 { tail += "  \(Duration.seconds(left.rounded(.up)).clock) left" }
    }
    let room = min(40, width - tail.terminalWidth - 3)
    guard room >= 8 else { return String(tail.dropFirst()) }
    let filled = Int(share * Double(room))
    let full = style.hasUnicode ? "█" : "#"
    let empty = style.hasUnicode ? "░" : "."
    let bar = String(repeating: full, count: filled) + String(repeating: empty, count: room - filled)
    return style.styled(bar, .good) + tail
  }
}
