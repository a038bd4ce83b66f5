// SPDX-License-Identifier: Apache-2.0

/// How a person wants records printed.
package struct RecordLayout: Sendable {
  /// The format.
  package var format: OutputFormat
  /// The fields to print, in this order; `nil` prints all.
  package var fields: [String]?
  /// The field to order rows by, with a leading `-` for the reverse; `nil` keeps the given order.
  package var sort: String?
  /// Whether tables and CSV begin with the names of the fields.
  package var hasHeadings: Bool
  /// Colour and character set of tables.
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

/// A field that was asked for and does not exist.
package struct UnknownFieldError: Error, Sendable, Hashable {
  /// The name that was given.
  package var field: String
  /// The names that exist.
  package var fields: [String]

  /// Makes the error.
  package init(field: String, fields: [String]) {
    self.field = field
    self.fields = fields
  }
}
