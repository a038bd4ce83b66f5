// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import EndpointMap

/// The map as a grid: services or their endpoint groups down, regions across.
package struct GridView: Sendable {
  /// A service with what is known of it in each region that is shown.
  package struct Row: Sendable, Hashable {
    /// The service.
    package var service: ServiceID
    /// The endpoint group; `nil` where the grid shows the main groups only.
    package var group: String?
    /// The map's row by region, with evidence, date and names; regions of which nothing is shown are left out.
    package var cells: [RegionID: SupportRecord]
  }

  /// The grid.
  package let view: View<Row>
  /// Whether nothing is shown of some service in some region: it was not looked at, or a filter left it out.
  package let hasGaps: Bool

  /// Makes the grid.
  ///
  /// - Parameters:
  ///   - records: The map.
  ///   - byGroup: Whether a row is an endpoint group, named `service/group`, or the main group of a service.
  ///   - metadata: What a document says beside its rows.
  package init(_ records: [SupportRecord], byGroup: Bool = false, metadata: [Value.Field] = []) {
    var cells: [[String]: Row] = [:]
    for record in records where byGroup || record.isMain {
      let (service, group) = (record.place.service, byGroup ? record.group : nil)
      cells[
        [service.name] + (group.map { [$0] } ?? []), default: Row(service: service, group: group, cells: [:])
      ]
      .cells[record.place.region] = record
    }
    let regions = Set(records.map(\.place.region)).sorted()
    let rows = cells.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    hasGaps = rows.contains { $0.cells.count < regions.count }
    let service = Column<Row>("service", .text) { row in
      .text(row.group.map { "\(row.service)/\($0)" } ?? row.service.name)
    }
    view = View(
      schema: "egress6/map-grid/v1", metadata: metadata,
      columns: [service]
        + regions.map { region in
          Column(
            region.name, .supportMark, value: { $0.cells[region].map { .cell(SupportCell($0)) } ?? .missing },
            emphasis: { $0.cells[region].map { SupportCell($0).emphasis } })
        }, rows: rows)
  }
}
