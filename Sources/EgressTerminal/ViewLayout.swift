// SPDX-License-Identifier: Apache-2.0

/// How a person wants a view printed.
package struct ViewLayout: Sendable {
  /// The format.
  package var format: OutputFormat
  /// The columns to print, in this order; `nil` prints all.
  package var fields: [String]?
  /// The column to order rows by, with a leading `-` for the reverse; `nil` keeps the given order.
  package var sort: String?
  /// Whether tables and CSV begin with the names of the columns.
  package var hasHeadings: Bool
  /// Color and character set of tables.
  package var style: Style

  /// Makes a layout.
  package init(
    format: OutputFormat, fields: [String]? = nil, sort: String? = nil, hasHeadings: Bool = true,
    style: Style = Style(hasColor: false, hasUnicode: true)
  ) {
    self.format = format
    self.fields = fields
    self.sort = sort
    self.hasHeadings = hasHeadings
    self.style = style
  }
}
