// SPDX-License-Identifier: Apache-2.0

package import StrictJSON

/// A row of the map in its published form: the same fields in tables, JSON, JSON Lines and CSV.
package protocol MapRecord: Sendable, Hashable {
  /// The schema's name, as `egress6/hosts/v1`; docs/schemas has its JSON Schema.
  static var schema: String { get }
  /// The names of the fields.
  static var fields: [String] { get }
  /// The values, one per field.
  var values: [JSON] { get }
}

extension MapRecord {
  /// The row as an object, as in JSON Lines.
  package var object: JSON {
    .object(zip(Self.fields, values).map { JSON.Member($0, $1) })
  }
}
