// SPDX-License-Identifier: Apache-2.0

package import EgressBase
internal import GRDB

extension MapStore {
  private static let selectOpen = """
    SELECT cell.partition, cell.service, cell.region, support.cell, fips, support, evidence, support_since,
      standard.name, dualstack.name
    FROM support
    JOIN cell ON cell.id = support.cell
    LEFT JOIN host AS standard ON standard.id = support.standard
    LEFT JOIN host AS dualstack ON dualstack.id = support.dualstack
    WHERE until_run IS NULL ORDER BY support.cell, fips
    """
  private static let selectAt = """
    SELECT cell.partition, cell.service, cell.region, support.cell, fips, support, evidence, support_since,
      standard.name, dualstack.name
    FROM support
    JOIN cell ON cell.id = support.cell
    LEFT JOIN host AS standard ON standard.id = support.standard
    LEFT JOIN host AS dualstack ON dualstack.id = support.dualstack
    WHERE since_run <= :run AND (until_run IS NULL OR until_run > :run) ORDER BY support.cell, fips
    """
  private static let selectChanges = """
    SELECT cell.partition, cell.service, cell.region, since_run, previous, support, host.name, evidence
    FROM support
    JOIN cell ON cell.id = support.cell
    LEFT JOIN host ON host.id = support.cause
    WHERE since_run BETWEEN :first AND :last AND fips = 0 AND previous IS NOT NULL
    """

  /// The map at a date: a row per service and region that was looked at, sorted.
  ///
  /// - Parameters:
  ///   - date: The moment; `nil` for now.
  ///   - filter: What to show.
  /// - Returns: The rows.
  /// - Throws: `StoreError`.
  package func support(at date: Timestamp?, filter: MapFilter) throws(StoreError) -> [SupportRecord] {
    try read { database in
      let snapshots = try snapshots(database)
      let snapshot = try snapshot(database, at: date)
      let finished = Dictionary(uniqueKeysWithValues: snapshots.map { ($0.run, $0.finished) })
      var records: [SupportRecord] = []
      var last: Int64?
      let rows =
        try snapshot.isLatest
        ? Row.fetchCursor(database, sql: Self.selectOpen)
        : Row.fetchCursor(database, sql: Self.selectAt, arguments: ["run": snapshot.run])
      while let row = try rows.next() {
        let place = ServiceRegion(partition: row[0], service: row[1], region: row[2])
        guard filter.selection.admits(place) else { continue }
        guard let support = Support(code: row[5]), let evidence = Evidence(code: row[6]) else {
          throw damaged("support")
        }
        let number: Int64 = row[3]
        if row[4] == 0 {
          records.append(
            SupportRecord(
              place: place, support: support,
              evidence: evidence, since: support == .unknown ? nil : finished[row[7]],
              hosts: SupportRecord.Hosts(standard: row[8], dualstack: row[9])))
          last = number
        } else if last == number {
          records[records.count - 1].fips = support
          records[records.count - 1].hosts.fips = row[8]
          records[records.count - 1].hosts.fipsDualstack = row[9]
        }
      }
      if !filter.support.isEmpty { records.removeAll { !filter.support.contains($0.support) } }
      records.sort { $0.place < $1.place }
      return records
    }
  }

  /// The changes of support between two moments, both included, in the order of time and then of names.
  ///
  /// Learning what was unknown is no change.
  ///
  /// - Parameters:
  ///   - since: The first moment; `nil` for the beginning.
  ///   - until: The last moment; `nil` for now.
  ///   - filter: What to show; `support` is that after the change.
  /// - Returns: The changes.
  /// - Throws: `StoreError`.
  package func changes(
    since: Timestamp?, until: Timestamp?, filter: MapFilter
  ) throws(StoreError) -> [ChangeRecord] {
    try read { database in
      _ = try snapshot(database, at: nil)
      let span = try snapshots(database).filter { snapshot in
        (since.map { $0 <= snapshot.finished } ?? true) && (until.map { snapshot.finished <= $0 } ?? true)
      }
      guard let first = span.first, let end = span.last else { return [] }
      let finished = Dictionary(uniqueKeysWithValues: span.map { ($0.run, $0.finished) })
      var records: [ChangeRecord] = []
      let arguments: StatementArguments = ["first": first.run, "last": end.run]
      let rows = try Row.fetchCursor(database, sql: Self.selectChanges, arguments: arguments)
      while let row = try rows.next() {
        let place = ServiceRegion(partition: row[0], service: row[1], region: row[2])
        guard filter.selection.admits(place), let date = finished[row[3]] else { continue }
        guard let from = Support(code: row[4]), let to = Support(code: row[5]),
          let evidence = Evidence(code: row[7])
        else { throw damaged("support") }
        if from == .unknown || !filter.support.isEmpty && !filter.support.contains(to) { continue }
        let host: String? = row[6]
        records.append(
          ChangeRecord(
            date: date, place: place, from: from,
            to: to, host: host ?? "", evidence: evidence))
      }
      records.sort { left, right in
        left.date != right.date ? left.date < right.date : left.place < right.place
      }
      return records
    }
  }
}
