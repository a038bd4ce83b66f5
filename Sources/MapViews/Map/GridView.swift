// SPDX-License-Identifier: Apache-2.0

package import EgressBase
package import EndpointMap

/// The map as a grid: services down, regions across.
package struct GridView: Sendable {
  /// A service with what is known of it in each region that is shown.
  package struct Row: Sendable, Hashable {
    /// The service.
    package var service: ServiceID
    /// The map's row by region, with evidence, date and names; regions of which nothing is shown are left out.
    package var cells: [RegionID: SupportRecord]
  }

  /// The grid.
  package let view: View<Row>
  /// Whether nothing is shown of some service in some region: it was not looked at, or a filter left it out.
  package let hasGaps: Bool

  /// Makes the grid.
  package init(_ records: [SupportRecord], metadata: [Value.Field] = []) {
    var cells: [ServiceID: [RegionID: SupportRecord]] = [:]
    for record in records {
      cells[record.place.service, default: [:]][record.place.region] = record
    }
    let regions = Set(records.map(\.place.region)).sorted()
    let rows = cells.sorted { $0.key < $1.key }.map { Row(service: $0.key, cells: $0.value) }
    hasGaps = rows.contains { $0.cells.count < regions.count }
    let service = Column<Row>("service", .text) { .text($0.service.name) }
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
