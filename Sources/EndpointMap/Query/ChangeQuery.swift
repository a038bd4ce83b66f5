// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import GRDB

/// Reads the changes of support between two moments.
struct ChangeQuery {
  let connection: StoreConnection
  let snapshots: Snapshots

  private static let found = """
    SELECT cell.partition AS partition, cell.service AS service, cell.region AS region,
      support.since_run AS since, support.previous AS previous, support.support AS support,
      support.decided_by AS decided_by, host.name AS name, support.evidence AS evidence, run.finished AS finished,
      endpoint_group.name AS "group", support.is_main AS is_main, support.at_least AS at_least,
      support.cause AS cause
    FROM support
    LEFT JOIN run ON run.id = support.since_run
    LEFT JOIN cell ON cell.id = support.cell
    LEFT JOIN host ON host.id = support.decided_by
    LEFT JOIN endpoint_group ON endpoint_group.id = support.endpoint_group
    WHERE support.since_run BETWEEN :first AND :last AND support.fips = 0
      AND support.previous IS NOT NULL AND support.previous <> :unknown
      AND (:cause IS NULL OR support.cause = :cause)
      AND \(CellFilter.groupCondition)
      AND \(CellFilter.supportCondition)
      AND \(CellFilter.condition)
    """
  private static let select =
    "\(found) ORDER BY finished, partition, service, region, since, is_main DESC, \"group\""
  /// Writes what `records` returns into the table `changes` of an export.
  private static let export = """
    INSERT INTO export.changes
    SELECT moment.text, partition, service, region, \(Support.words("previous")), \(Support.words("support")),
      iif(decided_by IS NULL, '', name), \(Evidence.words("evidence")), \(ChangeCause.words("cause")), "group",
      is_main, at_least
    FROM (\(found)) LEFT JOIN moment ON moment.run = since
    ORDER BY finished, partition, service, region, since, is_main DESC, "group"
    """

  /// The arguments of the queries; `nil` when no run was complete in the span.
  private func arguments(
    _ since: Timestamp?, _ until: Timestamp?, _ filter: MapFilter
  ) -> StatementArguments? {
    let span = snapshots.all.filter { snapshot in
      (since.map { $0 <= snapshot.finished } ?? true) && (until.map { snapshot.finished <= $0 } ?? true)
    }
    guard let first = span.first, let last = span.last else { return nil }
    let range: StatementArguments = ["first": first.run, "last": last.run, "unknown": Support.unknown.code]
    return range &+ ["cause": filter.cause?.code] &+ CellFilter.groupArgument(filter.includesGroups)
      &+ CellFilter.arguments(filter.selection) &+ CellFilter.argument(filter.support)
  }

  /// Writes the changes until a moment into an export that is attached to the connection.
  func export(_ until: Timestamp?, _ filter: MapFilter) throws {
    guard let arguments = arguments(nil, until, filter) else { return }
    try connection.execute(Self.export, arguments)
  }

  /// The changes, in the order of time and then of names.
  func records(_ since: Timestamp?, _ until: Timestamp?, _ filter: MapFilter) throws -> [ChangeRecord] {
    guard let arguments = arguments(since, until, filter) else { return [] }
    var records: [ChangeRecord] = []
    try connection.forEachRow(of: Self.select, arguments) { row in
      records.append(
        ChangeRecord(
          date: try snapshots.finished(row.key(3, "support.since_run"), "support.since_run"),
          place: try row.serviceRegion(0), group: try row.text(10, "endpoint_group.name"),
          isMain: try row.flag(11, "support.is_main"), from: try row.code(4, "support.previous"),
          to: try row.code(5, "support.support"), isAtLeast: try row.flag(12, "support.at_least"),
          cause: try row.optionalCode(13, "support.cause"),
          host: try row.text(7, referredToBy: 6, "support.decided_by") ?? "",
          evidence: try row.code(8, "support.evidence")))
    }
    return records
  }
}
