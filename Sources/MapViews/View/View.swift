// SPDX-License-Identifier: Apache-2.0

package import EgressBase
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
  /// The rows.
  package var rows: [Row]

  /// Makes a view.
  package init(schema: String, metadata: [Value.Field] = [], columns: [Column<Row>], rows: [Row]) {
    self.schema = schema
    self.metadata = metadata
    self.columns = columns
    self.rows = rows
  }

  /// A row as a JSON object.
  package func json(of row: Row) -> JSON {
    .object(columns.map { JSON.Member($0.name, $0.value(row).json) })
  }

  /// The view with each record's members as columns of their own, such as `hosts.default`.
  package var flattened: View<Row> {
    var view = self
    view.columns = columns.flatMap { column -> [Column<Row>] in
      guard case .record(var members) = column.type else { return [column] }
      var isRecord = !members.isEmpty
      if !isRecord {
        for row in rows {
          guard case .record(let fields) = column.value(row) else { continue }
          isRecord = true
          for field in fields where !members.contains(field.name) { members.append(field.name) }
        }
      }
      guard isRecord else { return [column] }
      return members.map { member in
        Column(
          "\(column.name).\(member)", .mixed, value: { column.value($0)[member: member] },
          emphasis: column.emphasis)
      }
    }
    return view
  }

  /// The view with its rows in the order of a column; rows of equal values keep their order.
  ///
  /// - Parameter name: The column's name, with a leading `-` for the reverse order.
  /// - Returns: The view with its rows in order.
  /// - Throws: ``UnknownColumnError``.
  package func sorted(by name: String) throws(UnknownColumnError) -> View<Row> {
    let isReversed = name.hasPrefix("-")
    let column = try column(named: isReversed ? String(name.dropFirst()) : name)
    let keyed = rows.enumerated().map { ($0.offset, SortKey(column.value($0.element)), $0.element) }
    var view = self
    view.rows = keyed.sorted { first, second in
      if first.1 == second.1 { return first.0 < second.0 }
      return isReversed ? second.1 < first.1 : first.1 < second.1
    }.map { $0.2 }
    return view
  }

  /// The view with some of its columns, in the order of the names.
  ///
  /// - Throws: ``UnknownColumnError``.
  package func selecting(_ names: [String]) throws(UnknownColumnError) -> View<Row> {
    var view = self
    view.columns = []
    for name in names { view.columns.append(try column(named: name)) }
    return view
  }

  private func column(named name: String) throws(UnknownColumnError) -> Column<Row> {
    guard let column = columns.first(where: { $0.name == name }) else {
      throw UnknownColumnError(name: name, columns: columns.map(\.name))
    }
    return column
  }
}

/// A column that was asked for and does not exist.
package struct UnknownColumnError: DomainError, Hashable {
  /// The name that was given.
  package var name: String
  /// The names that exist.
  package var columns: [String]

  /// Makes the error.
  package init(name: String, columns: [String]) {
    self.name = name
    self.columns = columns
  }

  /// The kind of failure.
  package var code: ErrorCode { ErrorCode("view.unknown-field", .request) }
  /// The name that was given, and those that exist.
  package var facts: [ErrorFact: String] { [.given: name, .allowed: columns.joined(separator: ", ")] }
  /// The sentence.
  package var description: String { "there is no field '\(name)'" }
}

/// How values are ordered: missing ones first, then numbers, then text.
private enum SortKey: Comparable {
  case missing
  case number(Double)
  case text(String)

  init(_ value: Value) {
    switch value {
    case .missing: self = .missing
    case .integer(let number): self = .number(Double(number))
    case .number(let number): self = .number(number)
    case .boolean(let flag): self = .number(flag ? 1 : 0)
    case .text, .time, .support, .list, .record: self = .text(value.plainText)
    }
  }
}
