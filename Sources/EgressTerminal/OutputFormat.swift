// SPDX-License-Identifier: Apache-2.0

/// How results are written to standard output.
package enum OutputFormat: String, Sendable, CaseIterable {
  /// A table for people.
  case table
  /// One JSON document with a schema name.
  case json
  /// One JSON object a line.
  case jsonl
  /// Comma-separated values (RFC 4180).
  case csv
  /// A Markdown table.
  case md
}
