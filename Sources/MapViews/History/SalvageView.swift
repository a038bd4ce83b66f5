// SPDX-License-Identifier: Apache-2.0

package import EndpointMap

/// What was saved from a damaged store and what was lost, one row a table.
package enum SalvageView {
  /// Makes the view.
  package static func view(_ report: SalvageReport, store: String, saved: String) -> View<SalvageReport.Table>
  {
    View(
      schema: "egress6/salvage/v1",
      metadata: [
        Value.Field("store", .text(store)), Value.Field("saved_to", .text(saved)),
        Value.Field("complete", .boolean(report.isComplete)),
      ], columns: columns, rows: report.tables)
  }

  private static let columns: [Column<SalvageReport.Table>] = [
    Column("table", .text) { .text($0.name) },
    Column("saved", .number) { .integer($0.rows) },
    Column("dropped", .number) { .integer($0.dropped) },
    Column("lost", .number) { .integer($0.lostRows) },
    Column("unreadable", .number) { .integer($0.holes) },
    Column("restored", .number) { .integer($0.restored) },
    Column("reason", .text) { .text($0.reason) },
  ]
}
