// SPDX-License-Identifier: Apache-2.0

import EgressBase
package import EndpointMap
import ServiceCatalog

/// What changed, one row a change.
package enum ChangesView {
  /// The columns that tell rows of public sources from measured ones; an SQLite export has only the latter.
  package static let publishedColumns: Set<String> = ["basis", "source"]

  /// The basis of a change that two scans measured.
  private static let measured = "scan"

  /// Makes the view.
  package static func view(_ rows: [ChangeRecord], metadata: [Value.Field] = []) -> View<ChangeRecord> {
    View(
      schema: "egress6/changes/v1", metadata: metadata, columns: columns,
      tableColumns: ["date", "partition", "service"] + (rows.allSatisfy(\.isMain) ? [] : ["group"])
        + ["region", "from", "to", "host", "evidence", "cause"], rows: rows)
  }

  private static let columns: [Column<ChangeRecord>] = [
    Column("date", .time) { change in
      change.published.map { .text($0.date.description) } ?? .time(change.date)
    },
    Column("partition", .text) { .text($0.place.partition.name) },
    Column("service", .text) { .text($0.place.service.name) },
    Column("region", .text) { .text($0.place.region.name) },
    Column("from", .support, value: { .support($0.from) }, emphasis: { $0.from.emphasis }),
    Column(
      "to", .support, value: { .support($0.to, isAtLeast: $0.isAtLeast) }, emphasis: { $0.to.emphasis }),
    Column("host", .text) { .text($0.host) },
    Column("evidence", .text) { .text($0.evidence.rawValue) },
    Column("cause", .text) { .text($0.cause?.rawValue) },
    Column("group", .text) { .text($0.group) },
    Column("main", .text) { .boolean($0.isMain) },
    Column("at_least", .text) { .boolean($0.isAtLeast) },
    Column("basis", .text) { .text($0.published?.basis.rawValue ?? measured) },
    Column("source", .text) { .text($0.published?.source) },
  ]
}
