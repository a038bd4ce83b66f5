// SPDX-License-Identifier: Apache-2.0

/// A service in a region of a partition: what a cell of the map is about.
package struct ServiceRegion: Sendable, Hashable, Comparable {
  /// The partition.
  package var partition: PartitionID
  /// The service.
  package var service: ServiceID
  /// The region or pseudo region.
  package var region: RegionID

  /// Makes a key.
  package init(partition: PartitionID, service: ServiceID, region: RegionID) {
    self.partition = partition
    self.service = service
    self.region = region
  }

  /// Orders by partition, service and region.
  package static func < (left: ServiceRegion, right: ServiceRegion) -> Bool {
    if left.partition != right.partition { return left.partition < right.partition }
    return left.service != right.service ? left.service < right.service : left.region < right.region
  }
}

/// A service in a region under one variant: what a client asks for, and what a host answers for.
package struct EndpointKey: Sendable, Hashable, Comparable {
  /// The service in its region.
  package var serviceRegion: ServiceRegion
  /// The variant.
  package var variant: Variant

  /// Makes a key.
  package init(_ serviceRegion: ServiceRegion, _ variant: Variant) {
    self.serviceRegion = serviceRegion
    self.variant = variant
  }

  /// Makes a key of its parts.
  package init(partition: PartitionID, service: ServiceID, region: RegionID, variant: Variant) {
    self.init(ServiceRegion(partition: partition, service: service, region: region), variant)
  }

  /// The partition.
  package var partition: PartitionID { serviceRegion.partition }
  /// The service.
  package var service: ServiceID { serviceRegion.service }
  /// The region or pseudo region.
  package var region: RegionID { serviceRegion.region }

  /// Orders by partition, service, region and variant.
  package static func < (left: EndpointKey, right: EndpointKey) -> Bool {
    left.serviceRegion != right.serviceRegion
      ? left.serviceRegion < right.serviceRegion : left.variant < right.variant
  }
}

/// Which name of a service a client asks for: two switches, four variants.
package enum Variant: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Neither switch is set.
  case `default`
  /// `UseDualStack` is set.
  case dualstack
  /// `UseFIPS` is set.
  case fips
  /// Both switches are set.
  case fipsDualstack = "fips-dualstack"

  /// The variant of two switches.
  package init(isDualStack: Bool, isFIPS: Bool) {
    self = isDualStack ? (isFIPS ? .fipsDualstack : .dualstack) : (isFIPS ? .fips : .default)
  }

  /// Whether the dual-stack switch is set.
  package var isDualStack: Bool { self == .dualstack || self == .fipsDualstack }
  /// Whether the FIPS switch is set.
  package var isFIPS: Bool { self == .fips || self == .fipsDualstack }
  /// The variant's number, in the order of the cases; files keep it, so it never changes.
  package var code: Int { (isDualStack ? 1 : 0) + (isFIPS ? 2 : 0) }

  /// Orders by number.
  package static func < (left: Variant, right: Variant) -> Bool { left.code < right.code }
}
