// SPDX-License-Identifier: Apache-2.0

internal import DNS
import EgressBase
internal import GRDB

/// Reads what is known of hosts at a moment.
struct HostQuery {
  let connection: StoreConnection
  let snapshots: Snapshots

  /// Only the newest state has an index of its own, so it has a statement of its own.
  private static let selectOpen = """
    SELECT host.id, host.name, a.answer, aaaa.answer, ifnull(a.chain, aaaa.chain), text.value
    FROM host
    LEFT JOIN history AS a ON a.host = host.id AND a.family = 4 AND a.until_run IS NULL
    LEFT JOIN history AS aaaa ON aaaa.host = host.id AND aaaa.family = 6 AND aaaa.until_run IS NULL
    LEFT JOIN text ON text.id = ifnull(a.chain, aaaa.chain)
    WHERE (a.host IS NOT NULL OR aaaa.host IS NOT NULL) AND \(isSelected)
    ORDER BY host.name
    """
  private static let selectAt = """
    SELECT host.id, host.name, a.answer, aaaa.answer, ifnull(a.chain, aaaa.chain), text.value
    FROM host
    LEFT JOIN history AS a ON a.host = host.id AND a.family = 4
      AND a.since_run <= :run AND (a.until_run IS NULL OR a.until_run > :run)
    LEFT JOIN history AS aaaa ON aaaa.host = host.id AND aaaa.family = 6
      AND aaaa.since_run <= :run AND (aaaa.until_run IS NULL OR aaaa.until_run > :run)
    LEFT JOIN text ON text.id = ifnull(a.chain, aaaa.chain)
    WHERE (a.host IS NOT NULL OR aaaa.host IS NOT NULL) AND \(isSelected)
    ORDER BY host.name
    """
  private static let isSelected = """
    (:everything OR host.id IN (
      SELECT endpoint.host FROM endpoint JOIN cell ON cell.id = endpoint.cell
      WHERE endpoint.since_run <= :run AND (endpoint.until_run IS NULL OR endpoint.until_run > :run)
        AND \(CellFilter.condition)))
    """

  /// The rows at a moment, sorted by name.
  func records(_ snapshot: Snapshot, _ selection: EndpointSelection) throws -> [HostRecord] {
    let moment: StatementArguments = ["run": snapshot.run, "everything": selection.isEverything]
    let arguments = moment &+ CellFilter.arguments(selection)
    let times = try ObservationTimes(connection, snapshots: snapshots, run: snapshot.run)
    var records: [HostRecord] = []
    var last: Int64?
    try connection.forEachRow(of: snapshot.isLatest ? Self.selectOpen : Self.selectAt, arguments) { row in
      let number = try row.host(0, "host.id")
      let host = try row.text(1, "host.name")
      guard number != last else { throw connection.damaged("history has two rows of one time for \(host)") }
      last = number
      let a: Answer = try row.code(2, "history.answer")
      let aaaa: Answer = try row.code(3, "history.answer")
      let isKnown = a != .unknown || aaaa != .unknown
      records.append(
        HostRecord(
          host: host, a: a, aaaa: aaaa,
          cname: Self.names(chain: try row.text(5, referredToBy: 4, "history.chain")),
          observedAt: times.time(of: number, isKnownA: a != .unknown, isKnownAAAA: aaaa != .unknown),
          evidence: isKnown ? .resolved : .declared))
    }
    return records
  }

  /// The names of a chain; most have one, and forty thousand of them are read at once.
  private static func names(chain: String?) -> [String] {
    guard let chain else { return [] }
    return chain.utf8.contains(UInt8(ascii: " ")) ? chain.split(separator: " ").map(String.init) : [chain]
  }
}
