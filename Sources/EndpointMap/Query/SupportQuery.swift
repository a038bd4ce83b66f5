// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import GRDB

/// Reads the map at a moment.
struct SupportQuery {
  let connection: StoreConnection
  let snapshots: Snapshots

  private static let found = """
    SELECT cell.partition AS partition, cell.service AS service, cell.region AS region,
      support.support AS support, support.evidence AS evidence, support.support_since AS since,
      support.standard AS standard, standard.name AS standard_name,
      support.dualstack AS dualstack, dualstack.name AS dualstack_name,
      fips.cell AS fips_cell, fips.support AS fips_support,
      fips.standard AS fips_standard, fips_standard.name AS fips_standard_name,
      fips.dualstack AS fips_dualstack, fips_dualstack.name AS fips_dualstack_name,
      endpoint_group.name AS "group", support.is_main AS is_main, support.at_least AS at_least
    FROM support
    LEFT JOIN cell ON cell.id = support.cell
    LEFT JOIN endpoint_group ON endpoint_group.id = support.endpoint_group
    LEFT JOIN host AS standard ON standard.id = support.standard
    LEFT JOIN host AS dualstack ON dualstack.id = support.dualstack
    LEFT JOIN support AS fips ON fips.cell = support.cell AND fips.fips = 1 AND fips.is_main = support.is_main
      AND (support.is_main = 1 OR fips.endpoint_group = support.endpoint_group)
      AND fips.since_run <= :run AND (fips.until_run IS NULL OR fips.until_run > :run)
    LEFT JOIN host AS fips_standard ON fips_standard.id = fips.standard
    LEFT JOIN host AS fips_dualstack ON fips_dualstack.id = fips.dualstack
    WHERE support.fips = 0 AND support.since_run <= :run
      AND (support.until_run IS NULL OR support.until_run > :run)
      AND \(CellFilter.groupCondition)
      AND \(CellFilter.supportCondition)
      AND \(CellFilter.condition)
    """
  private static let select = "\(found) ORDER BY partition, service, region, is_main DESC, \"group\""
  /// Writes what `records` returns into the table `support` of an export.
  private static let export = """
    INSERT INTO export.support
    SELECT partition, service, region, \(Support.words("support")), \(Evidence.words("evidence")),
      CASE WHEN moment.text IS NULL THEN x'00' WHEN support = :unknown THEN NULL ELSE moment.text END,
      \(ExportedText.referredToBy("standard", "standard_name")),
      \(ExportedText.referredToBy("dualstack", "dualstack_name")),
      \(ExportedText.referredToBy("fips_standard", "fips_standard_name")),
      \(ExportedText.referredToBy("fips_dualstack", "fips_dualstack_name")), "group", is_main, at_least
    FROM (\(found)) LEFT JOIN moment ON moment.run = since
    ORDER BY partition, service, region, is_main DESC, "group"
    """

  private static func arguments(_ snapshot: Snapshot, _ filter: MapFilter) -> StatementArguments {
    ["run": snapshot.run] &+ CellFilter.groupArgument(filter.includesGroups)
      &+ CellFilter.arguments(filter.selection) &+ CellFilter.argument(filter.support)
  }

  /// Writes the rows into an export that is attached to the connection.
  func export(_ snapshot: Snapshot, _ filter: MapFilter) throws {
    try connection.execute(
      Self.export, Self.arguments(snapshot, filter) &+ ["unknown": Support.unknown.code])
  }

  /// The rows at a moment, sorted by partition, service and region.
  func records(_ snapshot: Snapshot, _ filter: MapFilter) throws -> [SupportRecord] {
    let arguments = Self.arguments(snapshot, filter)
    var records: [SupportRecord] = []
    try connection.forEachRow(of: Self.select, arguments) { row in
      let record = try record(row)
      let isNew =
        records.last.map { $0.place != record.place || (!record.isMain && $0.group != record.group) } ?? true
      guard isNew else {
        throw connection.damaged("support has two rows of one time for \(record.place.service)")
      }
      records.append(record)
    }
    return records
  }

  private func record(_ row: StoredRow) throws -> SupportRecord {
    let support: Support = try row.code(3, "support.support")
    let since = try snapshots.finished(row.key(5, "support.support_since"), "support.support_since")
    var record = SupportRecord(
      place: try row.serviceRegion(0), group: try row.text(16, "endpoint_group.name"),
      isMain: try row.flag(17, "support.is_main"), support: support,
      isAtLeast: try row.flag(18, "support.at_least"), evidence: try row.code(4, "support.evidence"),
      since: support == .unknown ? nil : since,
      hosts: SupportRecord.Hosts(
        standard: try row.text(7, referredToBy: 6, "support.standard"),
        dualstack: try row.text(9, referredToBy: 8, "support.dualstack")))
    if !row.isNull(10) {
      record.fips = try row.code(11, "support.support")
      record.hosts.fips = try row.text(13, referredToBy: 12, "support.standard")
      record.hosts.fipsDualstack = try row.text(15, referredToBy: 14, "support.dualstack")
    }
    return record
  }
}
