// SPDX-License-Identifier: Apache-2.0

package import EgressBase
internal import GRDB

extension Identifier where Self: DatabaseValueConvertible {
  /// The name as text.
  var databaseValue: DatabaseValue { name.databaseValue }

  /// Reads a name; `nil` for a value that is not text.
  static func fromDatabaseValue(_ value: DatabaseValue) -> Self? {
    String.fromDatabaseValue(value).map { Self($0) }
  }
}

extension PartitionID: DatabaseValueConvertible {}
extension ServiceID: DatabaseValueConvertible {}
extension RegionID: DatabaseValueConvertible {}
