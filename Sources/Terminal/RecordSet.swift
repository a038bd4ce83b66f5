// SPDX-License-Identifier: Apache-2.0

package import StrictJSON

/// Rows of named values, to be printed in any format with the same fields.
///
/// JSON and JSON Lines keep nested values; tables, CSV and Markdown flatten an object's members to fields of their
/// own (`hosts.default`) and join a list with spaces.
package struct RecordSet: Sendable {
  /// The schema's name, as `egress6/support/v1`.
  package var schema: String
  /// What a JSON document says beside its rows: data used, its age.
  package var metadata: [JSON.Member]
  /// The fields of every row, in order; each row has as many values.
  package var fields: [String]
  /// The rows.
  package var rows: [[JSON]]
  /// The members of fields that hold objects, so that tables have the same columns whatever the rows are.
  package var members: [String: [String]]
  /// The colour of a value in a table, by field.
  package var ink: @Sendable (_ field: String, _ value: JSON) -> Style.Ink?

  /// Makes a set of records.
  package init(
    schema: String, metadata: [JSON.Member] = [], fields: [String], rows: [[JSON]],
    members: [String: [String]] = [:],
    ink: @escaping @Sendable (_ field: String, _ value: JSON) -> Style.Ink? = { _, _ in nil }
  ) {
    self.schema = schema
    self.metadata = metadata
    self.fields = fields
    self.rows = rows
    self.members = members
    self.ink = ink
  }

  /// Writes the records.
  ///
  /// - Parameters:
  ///   - layout: Format, fields, order.
  ///   - write: Takes the bytes, in pieces of some hundred kilobytes.
  /// - Throws: ``UnknownFieldError``, or what `write` throws.
  package func write(_ layout: RecordLayout, to write: ([UInt8]) throws -> Void) throws {
    var set = self
    let isNested = layout.format == .json || layout.format == .jsonl
    if !isNested { set.flatten() }
    try set.order(by: layout.sort)
    try set.choose(layout.fields)
    switch layout.format {
    case .table:
      let table = Table(
        headings: set.fields.map(Self.heading), alignments: set.alignments(),
        rows: set.rows.map { row in
          row.enumerated().map { Table.Cell(Self.cell($1), ink(set.fields[$0], $1)) }
        })
      try write(Array(table.text(style: layout.style, hasHeadings: layout.hasHeadings).utf8))
    case .json: try set.writeDocument(to: write)
    case .jsonl: try set.writeLines(to: write)
    case .csv: try set.writeCSV(hasHeadings: layout.hasHeadings, to: write)
    case .md: try set.writeMarkdown(to: write)
    }
  }

  // MARK: Fields and order

  private mutating func choose(_ names: [String]?) throws(UnknownFieldError) {
    guard let names else { return }
    var indices: [Int] = []
    for name in names { indices.append(try index(of: name)) }
    fields = names
    rows = rows.map { row in indices.map { row[$0] } }
  }

  private mutating func order(by sort: String?) throws(UnknownFieldError) {
    guard let sort, !sort.isEmpty else { return }
    let isReversed = sort.hasPrefix("-")
    let column = try index(of: isReversed ? String(sort.dropFirst()) : sort)
    let keyed = rows.enumerated().map { ($0.offset, SortKey($0.element[column]), $0.element) }
    rows = keyed.sorted { first, second in
      if first.1 == second.1 { return first.0 < second.0 }
      return isReversed ? second.1 < first.1 : first.1 < second.1
    }.map { $0.2 }
  }

  private func index(of name: String) throws(UnknownFieldError) -> Int {
    guard let index = fields.firstIndex(of: name) else {
      throw UnknownFieldError(field: name, fields: fields)
    }
    return index
  }

  /// Replaces each field that holds objects by one field a member.
  private mutating func flatten() {
    for column in fields.indices.reversed() {
      var members = self.members[fields[column]] ?? []
      var hasObject = !members.isEmpty
      for row in rows {
        guard case .object(let object) = row[column] else { continue }
        hasObject = true
        for member in object where !members.contains(member.name) { members.append(member.name) }
      }
      guard hasObject else { continue }
      let name = fields[column]
      fields.replaceSubrange(column...column, with: members.map { "\(name).\($0)" })
      for row in rows.indices {
        let value = rows[row][column]
        rows[row].replaceSubrange(column...column, with: members.map { value[$0] ?? .null })
      }
    }
  }

  private func alignments() -> [Table.Alignment] {
    fields.indices.map { column in
      for row in rows {
        switch row[column] {
        case .integer, .number: return .trailing
        case .null: continue
        default: return .leading
        }
      }
      return .leading
    }
  }

  private static func heading(_ field: String) -> String {
    String(field.map { $0 == "_" ? " " : $0 })
  }

  static func cell(_ value: JSON) -> String {
    let text = text(of: value)
    return text.isEmpty ? "-" : text
  }

  /// A value as plain text: nothing for `null`, a list joined with spaces.
  package static func text(of value: JSON) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    case .array(let values): values.map(text(of:)).joined(separator: " ")
    default: value.text()
    }
  }
}

/// How a value is ordered: nothing first, then numbers, then text.
private enum SortKey: Comparable {
  case nothing
  case number(Double)
  case text(String)

  init(_ value: JSON) {
    switch value {
    case .null: self = .nothing
    case .integer(let number): self = .number(Double(number))
    case .number(let number): self = .number(number)
    case .bool(let flag): self = .number(flag ? 1 : 0)
    default: self = .text(RecordSet.text(of: value))
    }
  }
}
