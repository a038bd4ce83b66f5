// SPDX-License-Identifier: Apache-2.0

package import EgressBase

/// How a service in a region is reached at a date, with the names that decide it.
package struct SupportRecord: Sendable, Hashable {
  /// The deciding name of each variant; `nil` where a variant has no name.
  package struct Hosts: Sendable, Hashable {
    /// The name without switches.
    package var standard: String?
    /// The name with the dual-stack switch.
    package var dualstack: String?
    /// The name with the FIPS switch.
    package var fips: String?
    /// The name with both switches.
    package var fipsDualstack: String?

    /// Makes a set of names.
    package init(
      standard: String? = nil, dualstack: String? = nil, fips: String? = nil, fipsDualstack: String? = nil
    ) {
      self.standard = standard
      self.dualstack = dualstack
      self.fips = fips
      self.fipsDualstack = fipsDualstack
    }

    /// The name of a variant.
    package subscript(variant: Variant) -> String? {
      switch variant {
      case .default: standard
      case .dualstack: dualstack
      case .fips: fips
      case .fipsDualstack: fipsDualstack
      }
    }
  }

  /// The service in its region.
  package var place: ServiceRegion
  /// The endpoint group; empty for support that is older than groups.
  package var group: String
  /// Whether it is the main group, which ordinary calls lead to.
  package var isMain: Bool
  /// The support without FIPS.
  package var support: Support
  /// Whether the support may be more than that: the dual-stack name has IPv6, and nothing is known of the default name.
  package var isAtLeast: Bool
  /// How far it is proven.
  package var evidence: Evidence
  /// The end of the run that first saw this support; `nil` when it was never measured.
  package var since: Timestamp?
  /// The names.
  package var hosts: Hosts
  /// The support with the FIPS switch; `nil` where the rules have no FIPS name.
  package var fips: Support?
  /// The public evidence that the row rests on; `nil` where a scan or the rules alone say it.
  package var builtIn: BuiltInDetail?

  /// Makes a record.
  package init(
    place: ServiceRegion, group: String = "", isMain: Bool = true, support: Support, isAtLeast: Bool = false,
    evidence: Evidence, since: Timestamp?, hosts: Hosts, fips: Support? = nil, builtIn: BuiltInDetail? = nil
  ) {
    self.place = place
    self.group = group
    self.isMain = isMain
    self.support = support
    self.isAtLeast = isAtLeast
    self.evidence = evidence
    self.since = since
    self.hosts = hosts
    self.fips = fips
    self.builtIn = builtIn
  }
}
