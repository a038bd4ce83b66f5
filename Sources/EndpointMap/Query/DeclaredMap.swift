// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import ServiceCatalog

/// The map before any scan: what the SDK's data say, with the evidence `declared`.
package enum DeclaredMap {
  /// A row per service and region of the catalog, sorted.
  ///
  /// - Parameters:
  ///   - hosts: All hosts of the catalog.
  ///   - filter: What to show.
  ///   - primaryName: The name of an endpoint that most operations go to, if known.
  ///   - support: The support that the catalog declares for a cell.
  /// - Returns: The rows.
  package static func records(
    hosts: [EndpointHost], filter: MapFilter, primaryName: (EndpointKey) -> String? = { _ in nil },
    support: (ServiceRegion) -> Support
  ) -> [SupportRecord] {
    var names: [ServiceRegion: [Variant: [SupportRule.Candidate]]] = [:]
    for host in hosts {
      var candidate = SupportRule.Candidate(
        host: host.host, source: host.source, isRepresentative: host.isRepresentative, reach: .unknown)
      for key in host.endpoints where filter.selection.admits(key) {
        candidate.isPrimary = primaryName(key) == host.host
        names[key.serviceRegion, default: [:]][key.variant, default: []].append(candidate)
      }
    }
    var records: [SupportRecord] = []
    for cell in names.keys.sorted() {
      let declared = support(cell)
      if !filter.support.isEmpty, !filter.support.contains(declared) { continue }
      func name(_ variant: Variant) -> String? {
        SupportRule.deciding(names[cell]?[variant] ?? [])?.host
      }
      records.append(
        SupportRecord(
          place: cell, support: declared,
          evidence: .declared, since: nil,
          hosts: SupportRecord.Hosts(
            standard: name(.default), dualstack: name(.dualstack), fips: name(.fips),
            fipsDualstack: name(.fipsDualstack))))
    }
    return records
  }
}
