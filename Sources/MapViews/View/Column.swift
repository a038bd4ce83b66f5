// SPDX-License-Identifier: Apache-2.0

/// A column of a view: its name, its type, and the value and emphasis of each row.
package struct Column<Row>: Sendable {
  /// The name, in snake case; it is the field's name in JSON and CSV and never changes within a schema version.
  package var name: String
  /// What the values are.
  package var type: ColumnType
  /// The value of a row.
  package var value: @Sendable (Row) -> Value
  /// How much the value of a row matters; `nil` where it is like the others.
  package var emphasis: @Sendable (Row) -> Emphasis?

  /// Makes a column.
  package init(
    _ name: String, _ type: ColumnType, value: @escaping @Sendable (Row) -> Value,
    emphasis: @escaping @Sendable (Row) -> Emphasis? = { _ in nil }
  ) {
    self.name = name
    self.type = type
    self.value = value
    self.emphasis = emphasis
  }
}

/// What the values of a column are.
package enum ColumnType: Sendable, Hashable {
  /// Words.
  case text
  /// Numbers, which line up at their last digit.
  case number
  /// Moments.
  case time
  /// How a service is reached, as a word.
  case support
  /// How a service is reached, as a cell of a grid that people read: a word with a mark, and a dot for what is missing.
  case supportMark
  /// Several values.
  case list
  /// Named values; renderers without nesting give each member a column of its own: first the members named here, then
  /// those that rows have besides.
  case record(members: [String])
  /// Values of several types.
  case mixed
}

/// How much a value matters and why; a renderer chooses color or weight, and never lets a meaning rest on it alone.
package enum Emphasis: Sendable, Hashable, CaseIterable {
  /// As it should be.
  case good
  /// Something must be done or watched.
  case caution
  /// Not as it should be.
  case bad
  /// A heading.
  case strong
  /// Beside the point.
  case faint
}
