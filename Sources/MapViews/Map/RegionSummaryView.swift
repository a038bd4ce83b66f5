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

    /// The share of services with IPv6, by default or by choice, among those that have a name, in percent; `nil` when
    /// none has a name.
    package var reachablePercent: Int? {
      let named = counts.reduce(0) { $0 + ($1.key == .none ? 0 : $1.value) }
      guard named > 0 else { return nil }
      let reachable = counts[.ipv6, default: 0] + counts[.optIn, default: 0]
      return Int((Double(reachable) / Double(named) * 100).rounded())
    }
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
    for record in records {
      let name = record.place.region.name
      let region = listed.contains(name) ? name : otherRegions
      rows[
        [record.place.partition.name, region], default: Row(partition: record.place.partition, region: region)
      ].counts[record.support, default: 0] += 1
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
    } + [Column("reachable_percent", .number) { .integer($0.reachablePercent) }]
}
