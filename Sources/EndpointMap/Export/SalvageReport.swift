// SPDX-License-Identifier: Apache-2.0

/// What could be saved from a damaged store, and what was lost.
package struct SalvageReport: Sendable, Hashable, CustomStringConvertible {
  /// What became of one table.
  package struct Table: Sendable, Hashable {
    /// The table's name.
    package var name: String
    /// The rows that were saved.
    package var rows = 0
    /// The rows that were read but belong to something lost or make no sense.
    package var dropped = 0
    /// The stretches of the table that could not be read.
    package var holes = 0
    /// SQLite's words for the first of them.
    package var reason: String?

    /// Whether nothing is missing as far as one can tell.
    package var isComplete: Bool { holes == 0 && dropped == 0 }
  }

  /// The tables, in the order of reading.
  package var tables: [Table] = []
  /// Runs whose record was lost and whose answers were kept under a record made anew, without its time.
  package var rebuiltRuns = 0

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
    if rebuiltRuns > 0 { lines.append("run: \(rebuiltRuns) lost records made anew, their times are guessed") }
    return lines.joined(separator: "\n")
  }
}
