// SPDX-License-Identifier: Apache-2.0

internal import DNS
internal import Foundation
internal import GRDB

extension MapStore {
  private static let selectOpen = """
    SELECT host, family, answer, chain FROM history WHERE until_run IS NULL ORDER BY host, family
    """
  private static let selectAt = """
    SELECT host, family, answer, chain FROM history
    WHERE since_run <= :run AND (until_run IS NULL OR until_run > :run) ORDER BY host, family
    """
  private static let selectTexts = "SELECT id, value FROM text"
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
      let names = try names(database)
      let chains = try texts(database)
      let admitted = try admitted(database, by: selection, run: snapshot.run)
      let times = try ObservationTimes(database, snapshots: snapshots(database), run: snapshot.run)
      var records: [HostRecord] = []
      var last: Int64?
      let rows =
        try snapshot.isLatest
        ? Row.fetchCursor(database, sql: Self.selectOpen)
        : Row.fetchCursor(database, sql: Self.selectAt, arguments: ["run": snapshot.run])
      while let row = try rows.next() {
        let number: Int64 = row[0]
        if let admitted, !admitted.contains(number) { continue }
        guard let answer = Answer(code: row[2]) else { throw damaged("history.answer") }
        if last != number {
          guard let name = names[number] else { continue }
          records.append(
            HostRecord(
              host: name, a: .unknown, aaaa: .unknown, cname: [], observedAt: nil, evidence: .declared))
          last = number
        }
        let chain: Int64? = row[3]
        let isIPv4 = row[1] == Family.ipv4.rawValue
        let time = answer == .unknown ? nil : times.time(of: number, isIPv4: isIPv4)
        records[records.count - 1].add(
          answer, isIPv4: isIPv4, chain: chain.flatMap { chains[$0] }, observedAt: time)
      }
      records.sort { $0.host < $1.host }
      return records
    }
  }

  private func texts(_ database: Database) throws -> Names {
    var texts = Names()
    let rows = try Row.fetchCursor(database, sql: Self.selectTexts)
    while let row = try rows.next() { texts.add(row[1], number: row[0]) }
    return texts
  }

  private func admitted(
    _ database: Database, by selection: EndpointSelection, run: Int64
  ) throws -> HostSet? {
    if selection.isEverything { return nil }
    var set = HostSet()
    let rows = try Row.fetchCursor(database, sql: Self.selectAdmitted, arguments: ["run": run])
    while let row = try rows.next() {
      if selection.admits(partition: row[1], service: row[2], region: row[3]) { set.insert(row[0]) }
    }
    return set
  }
}

extension HostRecord {
  fileprivate mutating func add(
    _ answer: Answer, isIPv4: Bool, chain: String?, observedAt time: Timestamp?
  ) {
    if isIPv4 { a = answer } else { aaaa = answer }
    if answer != .unknown { evidence = .resolved }
    if let chain, cname.isEmpty {
      // Most chains have one name, and forty thousand of them are to be read at once.
      cname =
        chain.utf8.contains(UInt8(ascii: " ")) ? chain.split(separator: " ").map(String.init) : [chain]
    }
    if let time { observedAt = observedAt.map { min($0, time) } ?? time }
  }
}
