// SPDX-License-Identifier: Apache-2.0

internal import DNS
package import EgressBase
internal import Foundation
internal import GRDB

extension MapStore {
  /// Every host has rows of both families; one result row a host keeps the work in SQLite.
  private static let selectOpen = """
    SELECT a.host, host.name, a.answer, aaaa.answer, text.value
    FROM history AS a
    JOIN history AS aaaa ON aaaa.host = a.host AND aaaa.family = 6 AND aaaa.until_run IS NULL
    JOIN host ON host.id = a.host
    LEFT JOIN text ON text.id = ifnull(a.chain, aaaa.chain)
    WHERE a.family = 4 AND a.until_run IS NULL
    ORDER BY a.host
    """
  private static let selectAt = """
    SELECT a.host, host.name, a.answer, aaaa.answer, text.value
    FROM history AS a
    JOIN history AS aaaa ON aaaa.host = a.host AND aaaa.family = 6
      AND aaaa.since_run <= :run AND (aaaa.until_run IS NULL OR aaaa.until_run > :run)
    JOIN host ON host.id = a.host
    LEFT JOIN text ON text.id = ifnull(a.chain, aaaa.chain)
    WHERE a.family = 4 AND a.since_run <= :run AND (a.until_run IS NULL OR a.until_run > :run)
    ORDER BY a.host
    """
  private static let selectAdmitted = """
    SELECT endpoint.host, cell.partition, cell.service, cell.region
    FROM endpoint JOIN cell ON cell.id = endpoint.cell
    WHERE endpoint.since_run <= :run AND (endpoint.until_run IS NULL OR endpoint.until_run > :run)
    """

  /// What is known of every host at a date, sorted by name.
  ///
  /// - Parameters:
  ///   - date: The moment; `nil` for now.
  ///   - selection: The endpoints whose hosts to show.
  /// - Returns: The rows.
  /// - Throws: `StoreError`.
  package func hosts(
    at date: Timestamp?, selection: EndpointSelection
  ) throws(StoreError) -> [HostRecord] {
    try read { database in
      let snapshot = try snapshot(database, at: date)
      let admitted = try admitted(database, by: selection, run: snapshot.run)
      let times = try ObservationTimes(database, snapshots: snapshots(database), run: snapshot.run)
      var records: [HostRecord] = []
      let rows =
        try snapshot.isLatest
        ? Row.fetchCursor(database, sql: Self.selectOpen)
        : Row.fetchCursor(database, sql: Self.selectAt, arguments: ["run": snapshot.run])
      while let row = try rows.next() {
        let number: Int64 = row[0]
        if let admitted, !admitted.contains(number) { continue }
        guard let a = Answer(code: row[2]), let aaaa = Answer(code: row[3]) else {
          throw damaged("history.answer")
        }
        let isKnown = a != .unknown || aaaa != .unknown
        records.append(
          HostRecord(
            host: row[1], a: a, aaaa: aaaa, cname: Self.names(chain: row[4]),
            observedAt: times.time(of: number, isKnownA: a != .unknown, isKnownAAAA: aaaa != .unknown),
            evidence: isKnown ? .resolved : .declared))
      }
      records.sort { $0.host < $1.host }
      return records
    }
  }

  /// Most chains have one name, and forty thousand of them are to be read at once.
  private static func names(chain: String?) -> [String] {
    guard let chain else { return [] }
    return chain.utf8.contains(UInt8(ascii: " ")) ? chain.split(separator: " ").map(String.init) : [chain]
  }

  private func admitted(
    _ database: Database, by selection: EndpointSelection, run: Int64
  ) throws -> HostSet? {
    if selection.isEverything { return nil }
    var set = HostSet()
    let rows = try Row.fetchCursor(database, sql: Self.selectAdmitted, arguments: ["run": run])
    while let row = try rows.next() {
      if selection.admits(ServiceRegion(partition: row[1], service: row[2], region: row[3])) {
        set.insert(row[0])
      }
    }
    return set
  }
}
