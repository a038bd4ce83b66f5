// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// The cells of a view row by row, whatever the type of its rows: what renderers draw.
package struct Sheet: Sendable {
  /// A column: its name and what its values are.
  package struct Heading: Sendable, Hashable {
    /// The name.
    package var name: String
    /// What the values are.
    package var type: ColumnType

    /// Makes a heading.
    package init(name: String, type: ColumnType) {
      self.name = name
      self.type = type
    }
  }

  /// The schema's name.
  package var schema: String
  /// What a document says beside its rows.
  package var metadata: [Value.Field]
  /// The columns, in order.
  package var columns: [Heading]
  /// The columns that a table for people shows unless others are named, by their names in a flattened sheet; `nil` for all.
  package var tableColumns: [String]?
  /// The number of rows.
  package var count: Int
  /// The values of a row, one for each column.
  package var values: @Sendable (_ row: Int) -> [Value]
  /// The emphases of a row, one for each column.
  package var emphases: @Sendable (_ row: Int) -> [Emphasis?]

  /// Makes a sheet.
  package init(
    schema: String, metadata: [Value.Field], columns: [Heading], tableColumns: [String]? = nil,
    count: Int, values: @escaping @Sendable (_ row: Int) -> [Value],
    emphases: @escaping @Sendable (_ row: Int) -> [Emphasis?]
  ) {
    self.schema = schema
    self.metadata = metadata
    self.columns = columns
    self.tableColumns = tableColumns
    self.count = count
    self.values = values
    self.emphases = emphases
  }

  /// The sheet with each record's members as columns of their own, such as `hosts.default`.
  package var flattened: Sheet {
    /// Where a column's values come from: a column of this sheet, or a member of its records.
    struct Origin {
      var column: Int
      var member: String?
    }
    var origins: [Origin] = []
    var sheet = self
    sheet.columns = []
    for (index, column) in columns.enumerated() {
      guard case .record(let named) = column.type, let members = members(of: index, named: named) else {
        sheet.columns.append(column)
        origins.append(Origin(column: index))
        continue
      }
      for member in members {
        sheet.columns.append(Heading(name: "\(column.name).\(member)", type: .mixed))
        origins.append(Origin(column: index, member: member))
      }
    }
    guard sheet.columns != columns else { return self }
    let (values, emphases, fixed) = (values, emphases, origins)
    sheet.values = { row in
      let all = values(row)
      return fixed.map { origin in
        origin.member.map { all[origin.column][member: $0] } ?? all[origin.column]
      }
    }
    sheet.emphases = { row in
      let all = emphases(row)
      return fixed.map { all[$0.column] }
    }
    return sheet
  }

  /// The members of a column's records: those that the column names, else all that rows have; `nil` when no row has a
  /// record.
  private func members(of column: Int, named: [String]) -> [String]? {
    if !named.isEmpty { return named }
    var members: [String] = []
    var isRecord = false
    for row in 0..<count {
      guard case .record(let fields) = values(row)[column] else { continue }
      isRecord = true
      for field in fields where !members.contains(field.name) { members.append(field.name) }
    }
    return isRecord ? members : nil
  }

  /// The sheet with its rows in the order of a column; rows of equal values keep their order.
  ///
  /// - Parameter name: The column's name, with a leading `-` for the reverse order.
  /// - Returns: The sheet with its rows in order.
  /// - Throws: ``UnknownColumnError``.
  package func sorted(by name: String) throws(UnknownColumnError) -> Sheet {
    let isReversed = name.hasPrefix("-")
    let column = try index(of: isReversed ? String(name.dropFirst()) : name)
    let keys = (0..<count).map { SortKey(values($0)[column]) }
    let order = (0..<count).sorted { first, second in
      if keys[first] == keys[second] { return first < second }
      return isReversed ? keys[second] < keys[first] : keys[first] < keys[second]
    }
    var sheet = self
    sheet.values = { [values] in values(order[$0]) }
    sheet.emphases = { [emphases] in emphases(order[$0]) }
    return sheet
  }

  /// The sheet with some of its columns, in the order of the names.
  ///
  /// - Throws: ``UnknownColumnError``.
  package func selecting(_ names: [String]) throws(UnknownColumnError) -> Sheet {
    var indices: [Int] = []
    for name in names { indices.append(try index(of: name)) }
    var sheet = self
    sheet.columns = indices.map { columns[$0] }
    let (values, emphases, chosen) = (values, emphases, indices)
    sheet.values = { row in
      let all = values(row)
      return chosen.map { all[$0] }
    }
    sheet.emphases = { row in
      let all = emphases(row)
      return chosen.map { all[$0] }
    }
    return sheet
  }

  private func index(of name: String) throws(UnknownColumnError) -> Int {
    guard let index = columns.firstIndex(where: { $0.name == name }) else {
      throw UnknownColumnError(name: name, columns: columns.map(\.name))
    }
    return index
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
    case .text, .time, .support, .supportAtLeast, .cell, .list, .record: self = .text(value.plainText)
    }
  }
}
