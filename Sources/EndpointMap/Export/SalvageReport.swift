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
    /// The stretches of the table that could not be read.
    package var holes = 0
    /// SQLite's description of the first of them.
    package var reason: String?

    /// Whether everything was saved, as far as the file shows.
    package var isComplete: Bool { holes == 0 && dropped == 0 }
  }

  /// The tables, in the order of reading.
  package var tables: [Table] = []
  /// Runs whose record was lost; they have a new one, with an estimated time.
  package var restoredRuns = 0

  /// One line a table.
  package var description: String {
    var lines = tables.map { table in
      var line = "\(table.name): \(table.rows) rows saved"
      if table.dropped > 0 { line += ", \(table.dropped) without sense or owner dropped" }
      if table.holes > 0 {
        line += ", \(table.holes) unreadable stretches (\(table.reason ?? "unknown reason"))"
      }
      return line
    }
    if restoredRuns > 0 {
      lines.append("run: \(restoredRuns) lost records restored, their times are guessed")
    }
    return lines.joined(separator: "\n")
  }
}
