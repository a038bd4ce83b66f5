// SPDX-License-Identifier: Apache-2.0

package import MapViews

/// A table of text: columns as wide as their content, never cut, two spaces between them.
package struct Table: Sendable {
  /// Where a column's text stands.
  package enum Alignment: Sendable {
    /// At the left, for words.
    case leading
    /// At the right, for numbers.
    case trailing
  }

  /// A cell: its text and its color.
  package struct Cell: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The text.
    package var text: String
    /// The color, where color is allowed.
    package var emphasis: Emphasis?

    /// Makes a cell; control characters are made visible.
    package init(_ text: String, _ emphasis: Emphasis? = nil) {
      self.text = text.withoutControls
      self.emphasis = emphasis
    }

    package init(stringLiteral value: String) { self.init(value) }
  }

  /// The heading of each column.
  package var headings: [String]
  /// The alignment of each column; missing ones are leading.
  package var alignments: [Alignment]
  /// The rows; a short row is filled with empty cells.
  package var rows: [[Cell]]

  /// Makes a table.
  package init(headings: [String], alignments: [Alignment] = [], rows: [[Cell]] = []) {
    self.headings = headings
    self.alignments = alignments
    self.rows = rows
  }

  /// Writes the table as lines of text.
  ///
  /// - Parameters:
  ///   - style: Color and character set.
  ///   - hasHeadings: Whether the first line names the columns.
  /// - Returns: The lines, each with a final newline; nothing for a table without rows and headings.
  package func text(style: Style, hasHeadings: Bool = true) -> String {
    var widths = hasHeadings ? headings.map(\.terminalWidth) : headings.map { _ in 0 }
    for row in rows {
      for (column, cell) in row.enumerated() {
        let width = cell.text.terminalWidth
        if column < widths.count {
          widths[column] = max(widths[column], width)
        } else {
          widths.append(width)
        }
      }
    }
    var output = ""
    if hasHeadings {
      output += line(headings.map { Cell($0, .strong) }, widths: widths, style: style)
    }
    for row in rows { output += line(row, widths: widths, style: style) }
    return output
  }

  private func line(_ cells: [Cell], widths: [Int], style: Style) -> String {
    var parts: [String] = []
    for (column, width) in widths.enumerated() {
      let cell = column < cells.count ? cells[column] : ""
      let padding = String(repeating: " ", count: max(0, width - cell.text.terminalWidth))
      let styled = style.styled(cell.text, cell.emphasis)
      let alignment = column < alignments.count ? alignments[column] : .leading
      switch alignment {
      case .leading: parts.append(styled + padding)
      case .trailing: parts.append(padding + styled)
      }
    }
    var text = parts.joined(separator: "  ")
    while text.last == " " { text.removeLast() }
    return text + "\n"
  }
}
