// SPDX-License-Identifier: Apache-2.0

package import ServiceCatalog

/// The map before any scan: what the SDK's data say, with the evidence `declared`.
package enum DeclaredMap {
  /// A service in a region.
  package struct Cell: Sendable, Hashable, Comparable {
    /// The partition.
    package var partition: String
    /// The service's botocore folder.
    package var service: String
    /// The region or pseudo region.
    package var region: String

    /// Makes a cell.
    package init(partition: String, service: String, region: String) {
      self.partition = partition
      self.service = service
      self.region = region
    }

    package static func < (left: Cell, right: Cell) -> Bool {
      if left.partition != right.partition { return left.partition < right.partition }
      return left.service != right.service ? left.service < right.service : left.region < right.region
    }
  }

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
    support: (Cell) -> Support
  ) -> [SupportRecord] {
    var names: [Cell: [Variant: [SupportRule.Candidate]]] = [:]
    for host in hosts {
      var candidate = SupportRule.Candidate(
        host: host.host, source: host.source, isRepresentative: host.isRepresentative, reach: .unknown)
      for key in host.endpoints where filter.selection.admits(key) {
        let cell = Cell(partition: key.partition, service: key.service, region: key.region)
        candidate.isPrimary = primaryName(key) == host.host
        names[cell, default: [:]][key.variant, default: []].append(candidate)
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
          partition: cell.partition, service: cell.service, region: cell.region, support: declared,
          evidence: .declared, since: nil,
          hosts: SupportRecord.Hosts(
            standard: name(.default), dualstack: name(.dualstack), fips: name(.fips),
            fipsDualstack: name(.fipsDualstack))))
    }
    return records
  }

  /// Measured rows, and declared ones for the cells that were never looked at; sorted.
  ///
  /// - Parameters:
  ///   - measured: Rows of the store.
  ///   - declared: Rows of the catalog.
  /// - Returns: The rows of both.
  package static func filling(
    _ measured: [SupportRecord], with declared: [SupportRecord]
  ) -> [SupportRecord] {
    func cell(_ record: SupportRecord) -> Cell {
      Cell(partition: record.partition, service: record.service, region: record.region)
    }
    let known = Set(measured.map(cell))
    let rows = measured + declared.filter { !known.contains(cell($0)) }
    return rows.sorted { cell($0) < cell($1) }
  }
}
