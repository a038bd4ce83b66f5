// SPDX-License-Identifier: Apache-2.0

package import EgressBase
internal import GRDB

/// A complete run, as the moment that a query shows.
package struct Snapshot: Sendable, Hashable {
  /// The run's number.
  package var run: Int64
  /// When it was complete.
  package var finished: Timestamp
  /// Whether it is the newest complete run.
  package var isLatest: Bool
  /// The catalog that it was made with.
  package var catalog: CatalogRelease
}

extension MapStore {
  private static let selectSnapshots = """
    SELECT run.id, run.finished, catalog.release, catalog.hash
    FROM run JOIN catalog ON catalog.id = run.catalog
    WHERE run.state = 'complete' ORDER BY run.id
    """

  /// The newest complete run at a date.
  ///
  /// - Parameter date: The moment; `nil` for now.
  /// - Returns: The run.
  /// - Throws: `StoreError` with the code `noRun` when no run was complete by then.
  package func snapshot(at date: Timestamp?) throws(StoreError) -> Snapshot {
    try read { try snapshot($0, at: date) }
  }

  func snapshot(_ database: Database, at date: Timestamp?) throws -> Snapshot {
    let all = try snapshots(database)
    guard let first = all.first else {
      throw StoreError(
        .noRun, "\(path): no scan was completed yet", help: "run `egress6 scan`, or `egress6 scan --resume`")
    }
    let found = all.last { snapshot in date.map { snapshot.finished <= $0 } ?? true }
    guard let found else {
      throw StoreError(
        .noRun, "\(path): no scan was completed by \(date?.description ?? "now")",
        help: "the first one was completed at \(first.finished); ask for a later date")
    }
    return found
  }

  func snapshots(_ database: Database) throws -> [Snapshot] {
    var snapshots: [Snapshot] = []
    let rows = try Row.fetchCursor(database, sql: Self.selectSnapshots)
    while let row = try rows.next() {
      snapshots.append(
        Snapshot(
          run: row[0], finished: Timestamp(seconds: row[1]), isLatest: false,
          catalog: CatalogRelease(release: row[2], hash: row[3])))
    }
    if !snapshots.isEmpty { snapshots[snapshots.count - 1].isLatest = true }
    return snapshots
  }
}
