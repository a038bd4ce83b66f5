// SPDX-License-Identifier: Apache-2.0

import EgressBase
package import EndpointMap
import ServiceCatalog

/// The map as rows: one for each service and region, or for each endpoint group of them.
package enum SupportView {
  /// Makes the view.
  package static func view(_ rows: [SupportRecord], metadata: [Value.Field] = []) -> View<SupportRecord> {
    View(
      schema: "egress6/support/v1", metadata: metadata, columns: columns,
      tableColumns: tableColumns(for: rows),
      rows: rows)
  }

  /// What a person reads first: dates only where rows have them, the group only where there are several.
  private static func tableColumns(for rows: [SupportRecord]) -> [String] {
    ["partition", "service"] + (rows.allSatisfy(\.isMain) ? [] : ["group"]) + [
      "region", "support", "evidence",
    ]
      + (rows.contains { $0.builtIn != nil } ? ["evidence_date"] : [])
      + (rows.contains { $0.builtIn?.isStale == true } ? ["stale"] : [])
      + (rows.contains { $0.since != nil } ? ["since"] : [])
      + ["hosts.default", "hosts.dualstack"]
  }

  /// The columns that only rows of public evidence fill.
  package static let evidenceColumns: Set<String> = ["evidence_date", "stale", "marks", "note"]

  private static let columns: [Column<SupportRecord>] = [
    Column("partition", .text) { .text($0.place.partition.name) },
    Column("service", .text) { .text($0.place.service.name) },
    Column("region", .text) { .text($0.place.region.name) },
    Column(
      "support", .support, value: { .support($0.support, isAtLeast: $0.isAtLeast) },
      emphasis: { SupportCell($0).emphasis }),
    Column("evidence", .text) { .text($0.evidence.rawValue) },
    Column("evidence_date", .text) { .text($0.builtIn?.cell.date.description) },
    Column("since", .time) { .time($0.since) },
    Column("hosts", .record(members: Variant.allCases.map(\.rawValue))) { record in
      .record(Variant.allCases.map { .init($0.rawValue, .text(record.hosts[$0])) })
    },
    Column("group", .text) { .text($0.group) },
    Column("main", .text) { .boolean($0.isMain) },
    Column("at_least", .text) { .boolean($0.isAtLeast) },
    Column("stale", .text) { .boolean($0.builtIn?.isStale ?? false) },
    Column("marks", .list) { .texts($0.builtIn?.cell.marks.map(\.rawValue) ?? []) },
    Column("note", .text) { .text($0.builtIn?.note) },
  ]
}
