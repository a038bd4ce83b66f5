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
  /// The share of its looks that failed.
  package var failedShare: FailedShare
}

/// The complete runs of a store, oldest first.
struct Snapshots {
  private static let select = """
    SELECT run.id, run.state, run.finished, catalog.release, catalog.hash
    FROM run LEFT JOIN catalog ON catalog.id = run.catalog
    ORDER BY run.id
    """

  /// The runs.
  let all: [Snapshot]
  private let times: [Int64: Timestamp]
  private let path: String

  /// Reads all of them.
  init(_ connection: StoreConnection) throws {
    let counts = try RunQuery(connection: connection).counts()
    var all: [Snapshot] = []
    var times: [Int64: Timestamp] = [:]
    try connection.forEachRow(of: Self.select) { row in
      guard try row.state(1, "run.state") == .complete else { return }
      let run = try row.key(0, "run.id")
      let snapshot = Snapshot(
        run: run, finished: try row.time(2, "run.finished"), isLatest: false,
        catalog: CatalogRelease(
          release: try row.text(3, "catalog.release"), hash: try row.text(4, "catalog.hash")),
        failedShare: FailedShare(failed: counts[run]?.failed ?? 0, looks: counts[run]?.looks ?? 0))
      all.append(snapshot)
      times[snapshot.run] = snapshot.finished
    }
    if !all.isEmpty { all[all.count - 1].isLatest = true }
    self.all = all
    self.times = times
    path = connection.path
  }

  private static let createMoments = """
    CREATE TEMPORARY TABLE moment (run INTEGER PRIMARY KEY, text TEXT NOT NULL)
    """
  private static let insertMoment = "INSERT INTO moment VALUES (?, ?)"

  /// Makes a temporary table of the ends of the runs, for the statements of an export.
  func storeMoments(_ connection: StoreConnection) throws {
    try connection.execute(Self.createMoments)
    for snapshot in all {
      try connection.executeCached(Self.insertMoment, [snapshot.run, snapshot.finished.description])
    }
  }

  /// The newest run at a date.
  ///
  /// - Parameter date: The moment; `nil` for now.
  /// - Returns: The run.
  /// - Throws: `StoreError` when no run was complete by then.
  func snapshot(at date: Timestamp?) throws(StoreError) -> Snapshot {
    guard let first = all.first else {
      throw StoreError(.noRun, path, "no scan was completed yet")
    }
    guard let date else { return all[all.count - 1] }
    guard let found = all.last(where: { $0.finished <= date }) else {
      throw StoreError(
        .noRunByDate, path, "no scan was completed by \(date)", facts: [.time: "\(first.finished)"])
    }
    return found
  }

  /// When a run was complete.
  ///
  /// - Parameters:
  ///   - run: The run's number.
  ///   - column: The column that refers to it.
  /// - Returns: The end of the run.
  /// - Throws: `StoreError` when there is no such complete run.
  func finished(_ run: Int64, _ column: String) throws(StoreError) -> Timestamp {
    guard let time = times[run] else {
      throw .damaged(path, "\(column) refers to run \(run), which is missing or not complete")
    }
    return time
  }

  /// When a run was complete; `nil` when it was not.
  func finished(_ run: Int64) -> Timestamp? { times[run] }
}
