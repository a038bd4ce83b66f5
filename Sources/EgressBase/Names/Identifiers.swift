// SPDX-License-Identifier: Apache-2.0

/// A name of AWS's that identifies something; names are compared by their bytes, as AWS does.
package protocol Identifier: Sendable, Hashable, Comparable, CustomStringConvertible,
  ExpressibleByStringLiteral
{
  /// The name.
  var name: String { get }

  /// Takes a name as it is.
  init(_ name: String)
}

extension Identifier {
  package init(stringLiteral value: String) { self.init(value) }

  package static func < (left: Self, right: Self) -> Bool { left.name < right.name }

  /// The name.
  package var description: String { name }
}

/// The id of a partition, such as `aws-us-gov`.
package struct PartitionID: Identifier {
  /// The name.
  package let name: String

  /// Takes a name as it is.
  package init(_ name: String) { self.name = name }
}

/// The id of a service: its botocore folder, such as `logs`.
package struct ServiceID: Identifier {
  /// The name.
  package let name: String

  /// Takes a name as it is.
  package init(_ name: String) { self.name = name }
}

/// The id of a region or pseudo region, such as `eu-central-1` or `aws-global`.
package struct RegionID: Identifier {
  /// The name.
  package let name: String

  /// Takes a name as it is.
  package init(_ name: String) { self.name = name }
}
