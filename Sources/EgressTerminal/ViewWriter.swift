// SPDX-License-Identifier: Apache-2.0

package import MapViews

extension Sheet {
  /// Writes the cells as text.
  ///
  /// JSON and JSON Lines keep nested values; tables, CSV and Markdown show each member of a record in a column of its
  /// own (`hosts.default`) and join a list with spaces. Tables and Markdown show the view's `tableColumns` unless columns
  /// are named.
  ///
  /// - Parameters:
  ///   - layout: Format, columns, order.
  ///   - write: Takes the bytes, in pieces of some hundred kilobytes.
  /// - Throws: `UnknownColumnError`, or what `write` throws.
  package func write(_ layout: ViewLayout, to write: ([UInt8]) throws -> Void) throws {
    let isNested = layout.format == .json || layout.format == .jsonl
    var sheet = isNested ? self : flattened
    if let sort = layout.sort, !sort.isEmpty { sheet = try sheet.sorted(by: sort) }
    let isForPeople = layout.format == .table || layout.format == .md
    if let fields = layout.fields ?? (isForPeople ? sheet.tableColumns : nil) {
      sheet = try sheet.selecting(fields)
    }
    switch layout.format {
    case .table:
      let text = sheet.table(layout.style).text(style: layout.style, hasHeadings: layout.hasHeadings)
      try write(Array(text.utf8))
    case .json: try sheet.writeDocument(to: write)
    case .jsonl: try sheet.writeLines(to: write)
    case .csv: try sheet.writeCSV(hasHeadings: layout.hasHeadings, to: write)
    case .md: try sheet.writeMarkdown(layout.style, to: write)
    }
  }

  private func table(_ style: Style) -> Table {
    var alignments = columns.map { _ in Table.Alignment?.none }
    let rows = (0..<count).map { row in
      zip(columns.indices, zip(values(row), emphases(row))).map { index, cell in
        // Only values tell whether the members of a record are numbers.
        if alignments[index] == nil, cell.0 != .missing {
          alignments[index] = columns[index].alignment(cell.0)
        }
        return Table.Cell(columns[index].text(cell.0, style), cell.1)
      }
    }
    return Table(
      headings: columns.map { column in String(column.name.map { $0 == "_" ? " " : $0 }) },
      alignments: alignments.map { $0 ?? .leading }, rows: rows)
  }
}

extension Sheet.Heading {
  /// A value as people read it in a table; `-` for what is missing, and a plus sign
  /// behind a support that may be more.
  func text(_ value: Value, _ style: Style) -> String {
    if type == .supportMark {
      switch value {
      case .support(let support): return support.label(style)
      case .cell(let cell): return cell.label(style)
      case .supportAtLeast(let support): return support.label(style) + "+"
      default: return style.missingMark
      }
    }
    if case .supportAtLeast = value { return value.plainText + "+" }
    let text = value.plainText
    return text.isEmpty ? "-" : text
  }

  fileprivate func alignment(_ value: Value) -> Table.Alignment {
    guard type == .number || type == .mixed else { return .leading }
    return switch value {
    case .integer, .number: .trailing
    default: .leading
    }
  }
}
