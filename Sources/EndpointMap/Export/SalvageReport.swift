// SPDX-License-Identifier: Apache-2.0

/// What was saved from a damaged store, and what was lost.
package struct SalvageReport: Sendable, Hashable, CustomStringConvertible {
  /// What became of one table.
  package struct Table: Sendable, Hashable {
    /// The table's name.
    package var name: String
    /// The rows that were saved.
    package var rows = 0
    /// The rows that were read but are invalid or belong to something lost.
    package var dropped = 0
    /// The rows of unreadable stretches, at least: the number in an index that is whole, or in the row's keys.
    package var lost = 0
    /// Runs whose record or end was lost and is estimated.
    package var restored = 0
    /// The stretches of the table that could not be read.
    package var holes = 0
    /// SQLite's description of the first of them.
    package var reason: String?

    /// Whether everything was saved, as far as the file shows.
    package var isComplete: Bool { holes == 0 && dropped == 0 && lost == 0 && restored == 0 }

    /// The rows that were lost, at least; `nil` when a stretch is lost and nothing tells how many rows it had.
    package var lostRows: Int? { holes > 0 && lost == 0 ? nil : lost }
  }

  /// The tables, in the order of reading.
  package var tables: [Table] = []
  /// Runs whose record or end was lost and is estimated.
  package var restoredRuns: Int { tables.reduce(0) { $0 + $1.restored } }
  /// Whether everything was saved.
  package var isComplete: Bool { tables.allSatisfy(\.isComplete) }

  /// One line a table.
  package var description: String {
    tables.map { table in
      var line = "\(table.name): \(table.rows) rows saved"
      if table.dropped > 0 { line += ", \(table.dropped) without a meaning or an owner dropped" }
      if table.holes > 0 {
        let lost = table.lostRows.map { "at least \($0)" } ?? "an unknown number"
        line += ", \(lost) lost in \(table.holes) unreadable stretches (\(table.reason ?? "unknown reason"))"
      } else if table.lost > 0 {
        line += ", at least \(table.lost) lost"
      }
      if table.restored > 0 { line += ", \(table.restored) lost records restored, their times are guessed" }
      return line
    }.joined(separator: "\n")
  }
}
