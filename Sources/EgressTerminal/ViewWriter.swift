// SPDX-License-Identifier: Apache-2.0

package import MapViews

extension View {
  /// Writes the view as text.
  ///
  /// JSON and JSON Lines keep nested values; tables, CSV and Markdown show each member of a record in a column of its
  /// own (`hosts.default`) and join a list with spaces.
  ///
  /// - Parameters:
  ///   - layout: Format, columns, order.
  ///   - write: Takes the bytes, in pieces of some hundred kilobytes.
  /// - Throws: `UnknownColumnError`, or what `write` throws.
  package func write(_ layout: ViewLayout, to write: ([UInt8]) throws -> Void) throws {
    let isNested = layout.format == .json || layout.format == .jsonl
    var view = isNested ? self : flattened
    if let sort = layout.sort, !sort.isEmpty { view = try view.sorted(by: sort) }
    if let fields = layout.fields { view = try view.selecting(fields) }
    switch layout.format {
    case .table: try write(Array(view.table(layout.style).text(layout).utf8))
    case .json: try view.writeDocument(to: write)
    case .jsonl: try view.writeLines(to: write)
    case .csv: try view.writeCSV(hasHeadings: layout.hasHeadings, to: write)
    case .md: try view.writeMarkdown(layout.style, to: write)
    }
  }

  private func table(_ style: Style) -> Table {
    Table(
      headings: columns.map { column in String(column.name.map { $0 == "_" ? " " : $0 }) },
      alignments: columns.map { column in
        guard column.type == .number || column.type == .mixed else { return .leading }
        // Only values tell whether the members of a record are numbers.
        return switch rows.lazy.map(column.value).first(where: { $0 != .missing }) {
        case .integer, .number: .trailing
        default: .leading
        }
      },
      rows: rows.map { row in
        columns.map { Table.Cell($0.cell($0.value(row), style), $0.emphasis(row)) }
      })
  }

}

extension Table {
  fileprivate func text(_ layout: ViewLayout) -> String {
    text(style: layout.style, hasHeadings: layout.hasHeadings)
  }
}

extension Column {
  /// A value as people read it in a table; `-` for what is missing.
  func cell(_ value: Value, _ style: Style) -> String {
    if type == .supportMark {
      guard case .support(let support) = value else { return style.missingMark }
      return support.label(style)
    }
    let text = value.plainText
    return text.isEmpty ? "-" : text
  }
}
