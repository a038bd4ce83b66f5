// SPDX-License-Identifier: Apache-2.0

import EgressBase
package import EndpointMap

/// The map as rows: one for each service and region.
package enum SupportView {
  /// Makes the view.
  package static func view(_ rows: [SupportRecord], metadata: [Value.Field] = []) -> View<SupportRecord> {
    View(schema: "egress6/support/v1", metadata: metadata, columns: columns, rows: rows)
  }

  private static let columns: [Column<SupportRecord>] = [
    Column("partition", .text) { .text($0.place.partition.name) },
    Column("service", .text) { .text($0.place.service.name) },
    Column("region", .text) { .text($0.place.region.name) },
    Column("support", .support, value: { .support($0.support) }, emphasis: { $0.support.emphasis }),
    Column("evidence", .text) { .text($0.evidence.rawValue) },
    Column("since", .time) { .time($0.since) },
    Column("hosts", .record(members: Variant.allCases.map(\.rawValue))) { record in
      .record(Variant.allCases.map { .init($0.rawValue, .text(record.hosts[$0])) })
    },
  ]
}
