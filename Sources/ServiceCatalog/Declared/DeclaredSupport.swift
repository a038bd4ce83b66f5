// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// What an SDK release claims about a service in a region, without any measurement.
package struct DeclaredSupport: Sendable, Hashable {
  /// The service in its region.
  package var place: ServiceRegion
  /// What the rules claim.
  ///
  /// - `ipv6`: The default name is a dual-stack name, or dual-stack clients are given the same name.
  /// - `optIn`: The rules have another name for dual-stack clients, whether or not it exists.
  /// - `ipv4`: There is one name, and it is not a dual-stack name.
  /// - `none`: There are FIPS names only.
  /// - `unknown`: Only `endpoints.json` knows the service or the region.
  package var support: Support
  /// The name of each variant that most operations go to.
  package var hosts: VariantHosts
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

/// How the names of a service in a region become a claim.
struct DeclaredRule: Sendable {
  /// The partitions that were enumerated.
  let partitions: [PartitionModel]
  /// The services of the release.
  let services: Set<ServiceID>
  /// The services whose rules read the dual-stack switch.
  let switchable: Set<ServiceID>

  /// What the rules claim for a service in a region.
  func support(_ place: ServiceRegion, _ hosts: VariantHosts) -> Support {
    guard services.contains(place.service),
      let partition = partitions.first(where: { $0.id == place.partition.name }),
      partition.regions.contains(where: { $0.name == place.region.name })
    else { return .unknown }
    guard let plain = hosts[.default] else { return hosts[.dualstack] == nil ? .none : .optIn }
    let isDualStackName =
      plain.hasSuffix("." + partition.outputs.dualStackDNSSuffix) || plain.hasSuffix(".on.aws")
      || plain.utf8.firstRange(of: ".dualstack.") != nil
    if isDualStackName { return .ipv6 }
    guard let second = hosts[.dualstack] else { return .ipv4 }
    guard second == plain else { return .optIn }
    return switchable.contains(place.service) ? .ipv6 : .ipv4
  }
}
