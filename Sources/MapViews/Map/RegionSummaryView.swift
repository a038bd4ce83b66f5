// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import EndpointMap

/// The map in short: for each region, how many services have which support.
package enum RegionSummaryView {
  /// The name for all regions that no partition lists, such as the places of a single service.
  package static let otherRegions = "(other)"

  /// A region's counts.
  package struct Row: Sendable, Hashable {
    /// The partition.
    package var partition: PartitionID
    /// The region, or ``RegionSummaryView/otherRegions``.
    package var region: String
    /// The number of services with each support.
    package var counts: [Support: Int] = [:]

    /// How many of the IPv4 cells are too old to be a "no".
    package var stale = 0

    /// The number of services with a name of which more is known than that it exists on paper.
    package var known: Int { reachable + counts[.ipv4, default: 0] }

    /// The share of services with IPv6, by default or by choice, among those that are known, in percent; `nil` when none
    /// is.
    package var reachablePercent: Int? {
      known > 0 ? Int((Double(reachable) / Double(known) * 100).rounded()) : nil
    }

    private var reachable: Int { counts[.ipv6, default: 0] + counts[.optIn, default: 0] }
  }

  /// Makes the view.
  ///
  /// - Parameters:
  ///   - records: The map.
  ///   - metadata: What a document says beside its rows.
  ///   - listed: The regions that a partition lists.
  /// - Returns: A row for each region with services, by partition and name.
  package static func view(
    _ records: [SupportRecord], metadata: [Value.Field] = [], listed: Set<String>
  ) -> View<Row> {
    var rows: [[String]: Row] = [:]
    for record in records where record.isMain {
      let name = record.place.region.name
      let region = listed.contains(name) ? name : otherRegions
      let key = [record.place.partition.name, region]
      var row = rows[key] ?? Row(partition: record.place.partition, region: region)
      row.counts[record.support, default: 0] += 1
      if record.builtIn?.isStale == true { row.stale += 1 }
      rows[key] = row
    }
    return View(
      schema: "egress6/map-summary/v1", metadata: metadata, columns: columns,
      rows: rows.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value))
  }

  private static let columns: [Column<Row>] =
    [
      Column("partition", .text) { .text($0.partition.name) },
      Column("region", .text) { .text($0.region) },
    ]
    + [Support.ipv6, .optIn, .ipv4, .none, .unknown].map { support in
      let name = support == .optIn ? "opt_in" : support.rawValue
      return Column(name, .number) { .integer($0.counts[support, default: 0]) }
    } + [
      Column("stale_ipv4", .number) { .integer($0.stale) },
      Column("known", .number) { .integer($0.known) },
      Column("reachable_percent", .number) { .integer($0.reachablePercent) },
    ]
}
