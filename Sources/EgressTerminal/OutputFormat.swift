// SPDX-License-Identifier: Apache-2.0

/// The text formats in which every view is written to standard output; a page is the business of another renderer.
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
