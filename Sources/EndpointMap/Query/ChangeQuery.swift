// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import GRDB

/// Reads the changes of support between two moments.
struct ChangeQuery {
  let connection: StoreConnection
  let snapshots: Snapshots

  private static let select = """
    SELECT cell.partition, cell.service, cell.region, support.since_run, support.previous, support.support,
      support.cause, host.name, support.evidence
    FROM support
    LEFT JOIN run ON run.id = support.since_run
    LEFT JOIN cell ON cell.id = support.cell
    LEFT JOIN host ON host.id = support.cause
    WHERE support.since_run BETWEEN :first AND :last AND support.fips = 0
      AND support.previous IS NOT NULL AND support.previous <> :unknown
      AND \(CellFilter.supportCondition)
      AND \(CellFilter.condition)
    ORDER BY run.finished, cell.partition, cell.service, cell.region, support.since_run
    """

  /// The changes, in the order of time and then of names.
  func records(_ since: Timestamp?, _ until: Timestamp?, _ filter: MapFilter) throws -> [ChangeRecord] {
    let span = snapshots.all.filter { snapshot in
      (since.map { $0 <= snapshot.finished } ?? true) && (until.map { snapshot.finished <= $0 } ?? true)
    }
    guard let first = span.first, let last = span.last else { return [] }
    let range: StatementArguments = ["first": first.run, "last": last.run, "unknown": Support.unknown.code]
    let arguments =
      range &+ CellFilter.arguments(filter.selection) &+ CellFilter.argument(filter.support)
    var records: [ChangeRecord] = []
    try connection.forEachRow(of: Self.select, arguments) { row in
      records.append(
        ChangeRecord(
          date: try snapshots.finished(row.key(3, "support.since_run"), "support.since_run"),
          place: try row.serviceRegion(0), from: try row.code(4, "support.previous"),
          to: try row.code(5, "support.support"),
          host: try row.text(7, referredToBy: 6, "support.cause") ?? "",
          evidence: try row.code(8, "support.evidence")))
    }
    return records
  }
}
