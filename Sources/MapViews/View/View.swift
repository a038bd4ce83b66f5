// SPDX-License-Identifier: Apache-2.0

package import StrictJSON

/// What a person or a program is shown: typed rows and the columns that read them.
///
/// A view knows neither terminal nor HTML; renderers draw it as a table, as JSON, CSV, Markdown or a page.
package struct View<Row: Sendable>: Sendable {
  /// The schema's name, such as `egress6/support/v1`; docs/schemas has its JSON Schema.
  package var schema: String
  /// What a document says beside its rows: the data used and its age.
  package var metadata: [Value.Field]
  /// The columns, in order.
  package var columns: [Column<Row>]
  /// The columns that a table for people shows unless others are named; `nil` for all.
  package var tableColumns: [String]?
  /// The rows.
  package var rows: [Row]

  /// Makes a view.
  package init(
    schema: String, metadata: [Value.Field] = [], columns: [Column<Row>], tableColumns: [String]? = nil,
    rows: [Row]
  ) {
    self.schema = schema
    self.metadata = metadata
    self.columns = columns
    self.tableColumns = tableColumns
    self.rows = rows
  }

  /// A row as a JSON object.
  package func json(of row: Row) -> JSON {
    .object(columns.map { JSON.Member($0.name, $0.value(row).json) })
  }

  /// The cells of the view, for a renderer.
  ///
  /// Inlinable, so that the caller's compiler sees the type of the rows.
  @inlinable package var sheet: Sheet {
    let (columns, rows) = (columns, rows)
    return Sheet(
      schema: schema, metadata: metadata,
      columns: columns.map { Sheet.Heading(name: $0.name, type: $0.type) }, tableColumns: tableColumns,
      count: rows.count,
      values: { index in
        let row = rows[index]
        return columns.map { $0.value(row) }
      },
      emphases: { index in
        let row = rows[index]
        return columns.map { $0.emphasis(row) }
      })
  }
}
