// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// The names that an SDK release has for an endpoint group of a service in a region: names on paper, which say nothing about
/// what answers.
package struct DeclaredGroup: Sendable, Hashable, Comparable {
  /// The service in its region.
  package var place: ServiceRegion
  /// The group's name.
  package var group: String
  /// Whether it is the group that an ordinary call leads to; each service has one in each region.
  package var isMain: Bool
  /// The deciding name of each variant.
  package var hosts: VariantHosts

  /// Makes a group.
  package init(place: ServiceRegion, group: String, isMain: Bool, hosts: VariantHosts) {
    self.place = place
    self.group = group
    self.isMain = isMain
    self.hosts = hosts
  }

  /// Orders by partition, service and region, the main group first, then by the group's name.
  package static func < (left: DeclaredGroup, right: DeclaredGroup) -> Bool {
    if left.place != right.place { return left.place < right.place }
    return left.isMain != right.isMain ? left.isMain : left.group < right.group
  }
}

/// A host name for each variant.
package struct VariantHosts: Sendable, Hashable {
  private var standard: String?
  private var dualStack: String?
  private var fips: String?
  private var fipsDualStack: String?

  /// Makes a set without names.
  package init() {}

  /// The name of a variant; `nil` when it has none.
  package subscript(variant: Variant) -> String? {
    get {
      switch variant {
      case .default: standard
      case .dualstack: dualStack
      case .fips: fips
      case .fipsDualstack: fipsDualStack
      }
    }
    set {
      switch variant {
      case .default: standard = newValue
      case .dualstack: dualStack = newValue
      case .fips: fips = newValue
      case .fipsDualstack: fipsDualStack = newValue
      }
    }
  }
}
