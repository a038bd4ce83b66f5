// SPDX-License-Identifier: Apache-2.0

package import IPAddressing

/// The address ranges that the owner of the names publishes.
package struct PublishedRanges: Sendable, Hashable {
  /// The ranges.
  package var table: AddressTable
  /// The owner, such as `AWS`, for notes.
  package var owner: String
  /// The day on which the list was made, such as `2026-08-22`, for notes.
  package var date: String

  /// Makes a list.
  package init(table: AddressTable, owner: String, date: String) {
    self.table = table
    self.owner = owner
    self.date = date
  }
}
