// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import StrictJSON

/// How a service in a region is reached at a date, with the names that say so.
package struct SupportRecord: MapRecord {
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
  }

  /// The service in its region.
  package var place: ServiceRegion
  /// The support without FIPS.
  package var support: Support
  /// How far it is proven.
  package var evidence: Evidence
  /// The end of the run that first saw this support; `nil` when it is only declared.
  package var since: Timestamp?
  /// The names.
  package var hosts: Hosts
  /// The support with the FIPS switch, which is kept apart; `nil` where no FIPS name exists in the rules.
  package var fips: Support?

  /// Makes a record.
  package init(
    place: ServiceRegion, support: Support, evidence: Evidence, since: Timestamp?, hosts: Hosts,
    fips: Support? = nil
  ) {
    self.place = place
    self.support = support
    self.evidence = evidence
    self.since = since
    self.hosts = hosts
    self.fips = fips
  }

  /// The schema of the row.
  package static let schema = "egress6/support/v1"
  /// The fields of the row, in order.
  package static let fields = ["partition", "service", "region", "support", "evidence", "since", "hosts"]

  /// The members of the field `hosts`.
  package static let members = ["hosts": ["default", "dualstack", "fips", "fips-dualstack"]]
  /// The values of the fields.
  package var values: [JSON] {
    func name(_ host: String?) -> JSON { host.map(JSON.string) ?? .null }
    return [
      .string(place.partition.name), .string(place.service.name), .string(place.region.name),
      .string(support.rawValue),
      .string(evidence.rawValue), since.map { .string($0.description) } ?? .null,
      .object([
        JSON.Member("default", name(hosts.standard)), JSON.Member("dualstack", name(hosts.dualstack)),
        JSON.Member("fips", name(hosts.fips)), JSON.Member("fips-dualstack", name(hosts.fipsDualstack)),
      ]),
    ]
  }
}
