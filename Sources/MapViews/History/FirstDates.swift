// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import EndpointMap
package import ServiceCatalog

/// Since when public sources know names, as rows of the history.
package enum FirstDates {
  /// The region of a row that is about a service in all regions.
  package static let allRegions: RegionID = "*"

  /// The rows between two moments, in the order of time and then of names.
  ///
  /// A date that is a month counts when any of its days lies between the two. A name that no service of the release
  /// has is left out.
  ///
  /// - Parameters:
  ///   - map: The built-in map.
  ///   - catalog: The release that says which service has a name.
  ///   - selection: The services and regions to show.
  ///   - since: The first moment; `nil` for the beginning.
  ///   - until: The last moment; `nil` for now.
  /// - Returns: One row for each name and service.
  /// - Throws: `ImageError`.
  package static func rows(
    _ map: BuiltInMap, _ catalog: Catalog, _ selection: EndpointSelection, since: Timestamp?,
    until: Timestamp?
  ) throws(ImageError) -> [ChangeRecord] {
    let dates = map.firstSeen.filter { row in
      (since.map { $0.day <= row.date.last } ?? true) && (until.map { row.date.first <= $0.day } ?? true)
    }
    guard !dates.isEmpty else { return [] }
    let names = Dictionary(grouping: try uses(catalog, selection), by: \.host)
    var rows: [ChangeRecord] = []
    for date in dates {
      switch date.subject {
      case .host(let host):
        let uses = Dictionary(grouping: names[host] ?? [], by: \.place.service)
        for use in uses.values.compactMap(nearest) where use.place.partition == date.partition {
          rows.append(row(date, use.place, use.support, host))
        }
      case .service(let service):
        let place = ServiceRegion(partition: date.partition, service: service, region: allRegions)
        if selection.partitions.admit(date.partition.name), selection.services.admit(service.name) {
          rows.append(row(date, place, .unknown, ""))
        }
      }
    }
    return rows.sorted { ($0.date, $0.place, $0.host) < ($1.date, $1.place, $1.host) }
  }

  /// A name that a service has in a region, and the support that it gives when it has IPv6.
  private struct Use {
    var host: String
    var place: ServiceRegion
    var support: Support
  }

  private static func uses(_ catalog: Catalog, _ selection: EndpointSelection) throws(ImageError) -> [Use] {
    try catalog.declared(where: selection.admits).flatMap { row in
      let names = [(row.hosts[.default], Support.ipv6), (row.hosts[.dualstack], .optIn)]
      let uses = names.compactMap { host, support in
        host.map { Use(host: $0, place: row.place, support: support) }
      }
      // With one name for both switches there is nothing to choose.
      return uses.count == 2 && uses[0].host == uses[1].host ? [uses[0]] : uses
    }
  }

  /// The region of one name that several regions share: the one that the name has in it, else the first.
  private static func nearest(_ uses: [Use]) -> Use? {
    uses.first { $0.host.utf8.firstRange(of: ".\($0.place.region.name).") != nil } ?? uses.first
  }

  private static func row(
    _ date: FirstSeen, _ place: ServiceRegion, _ support: Support, _ host: String
  ) -> ChangeRecord {
    ChangeRecord(
      date: Timestamp(seconds: date.date.first.number * 86_400), place: place, from: .unknown, to: support,
      host: host, evidence: date.basis.evidence, published: date)
  }
}
