// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import IPAddressing

/// The address ranges that AWS publishes, of all partitions that are in its public list.
///
/// The list holds CloudFront, China and GovCloud, too; it does not hold the isolated partitions, nor the third parties behind
/// which AWS puts a few names.
package struct AddressRanges: Sendable, Hashable {
  /// What AWS says about a block of addresses.
  package struct Owner: Sendable, Hashable {
    /// The region, such as `eu-west-1`, or `GLOBAL`.
    package var region: String
    /// AWS's tags of services, such as `AMAZON` (all of AWS) and `S3`, sorted.
    package var services: [String]
  }

  /// When AWS made the list.
  package let created: Timestamp
  /// Which addresses are in the list; a label is an index of ``owners``.
  package let table: AddressTable
  /// The owners that labels refer to.
  package let owners: [Owner]

  /// The list that is part of the program.
  package static let builtIn: AddressRanges = {
    guard let ranges = AddressRanges(packed: EmbeddedFiles.addressRanges) else {
      preconditionFailure("the built-in address ranges are damaged")
    }
    return ranges
  }()

  init(created: Timestamp, table: AddressTable, owners: [Owner]) {
    self.created = created
    self.table = table
    self.owners = owners
  }

  /// Whom an address belongs to; `nil` when it is in none of the ranges.
  ///
  /// The region is that of the smallest published block, the services are those of all blocks around the address.
  package func owner(of address: IPAddress) -> Owner? { table.label(of: address).map { owners[Int($0)] } }
}
