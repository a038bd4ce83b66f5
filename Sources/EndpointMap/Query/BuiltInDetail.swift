// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import ServiceCatalog

/// What a row of the map says beside its support when public evidence is all that is known.
package struct BuiltInDetail: Sendable, Hashable {
  /// The evidence.
  package var cell: BuiltInCell
  /// Whether the cell says "no IPv6" of a time that is too long ago to count.
  package var isStale: Bool

  /// Judges the evidence at a day.
  package init(_ cell: BuiltInCell, on day: CalendarDay) {
    self.cell = cell
    isStale = cell.isStale(on: day)
  }

  /// Why the value is what it is, and what contradicts it, in one line.
  package var note: String {
    let advice = isStale ? "IPv4 in \(cell.date.monthText), ask again" : nil
    return [advice, cell.note, cell.conflict].compactMap(\.self).joined(separator: "; ")
  }
}
