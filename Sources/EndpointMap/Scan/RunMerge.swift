// SPDX-License-Identifier: Apache-2.0

internal import DNS
import EgressBase
internal import Foundation
internal import GRDB
internal import ServiceCatalog

/// The last step of a run, inside one transaction: its answers become part of the history.
struct RunMerge {
  let database: Database
  let run: Int64
  let path: String

  /// Ends the intervals whose answer was seen to be another one; `unknown` ends nothing.
  private static let closeChanged = """
    UPDATE history SET until_run = :run
    WHERE until_run IS NULL AND EXISTS (
      SELECT 1 FROM journal
      WHERE journal.run = :run AND journal.host = history.host AND journal.family = history.family
        AND journal.answer <> :unknown AND journal.answer <> history.answer)
    """
  /// Opens an interval where none is open: at a first look (also a failed one) and after a change.
  private static let openChanged = """
    INSERT INTO history (host, family, since_run, answer, addresses, chain, resolver, note)
    SELECT host, family, :run, answer, addresses, chain, resolver, note FROM journal
    WHERE journal.run = :run AND NOT EXISTS (
      SELECT 1 FROM history
      WHERE history.host = journal.host AND history.family = journal.family AND history.until_run IS NULL)
    """
  private static let refreshChains = """
    UPDATE history SET chain = journal.chain FROM journal
    WHERE journal.run = :run AND journal.host = history.host AND journal.family = history.family
      AND history.until_run IS NULL AND journal.answer <> :unknown AND journal.chain IS NOT history.chain
    """
  private static let closeGaps = """
    UPDATE gap SET until_run = :run
    WHERE until_run IS NULL AND EXISTS (
      SELECT 1 FROM journal
      WHERE journal.run = :run AND journal.host = gap.host AND journal.family = gap.family
        AND journal.answer <> :unknown)
    """
  private static let openGaps = """
    INSERT INTO gap (host, family, since_run, note)
    SELECT host, family, :run, note FROM journal
    WHERE journal.run = :run AND journal.answer = :unknown
      AND EXISTS (
        SELECT 1 FROM history
        WHERE history.host = journal.host AND history.family = journal.family
          AND history.until_run IS NULL AND history.answer <> :unknown)
      AND NOT EXISTS (
        SELECT 1 FROM gap
        WHERE gap.host = journal.host AND gap.family = journal.family AND gap.until_run IS NULL)
    """
  private static let insertCounts = """
    INSERT INTO run_count (run, family, answer, hosts)
    SELECT run, family, answer, count(*) FROM journal WHERE run = :run GROUP BY family, answer
    """
  private static let selectHosts = "SELECT DISTINCT host FROM journal WHERE run = ?"
  private static let selectCoverage = "SELECT id, bits FROM coverage WHERE digest = ?"
  private static let insertCoverage = "INSERT INTO coverage (digest, bits) VALUES (?, ?)"
  private static let selectLastFinish = "SELECT max(finished) FROM run"
  private static let completeRun = """
    UPDATE run SET state = 'complete', finished = :finished, coverage = :coverage
    WHERE id = :run AND state = 'running'
    """

  /// Does all of it.
  ///
  /// - Parameters:
  ///   - hosts: All hosts of the run's catalog, sorted.
  ///   - finished: The moment; a clock that was set back does not make runs change their order.
  /// - Throws: What SQLite throws, or `StoreError`.
  func merge(_ hosts: SortedHosts, at finished: Timestamp) throws {
    let run: StatementArguments = ["run": run]
    let runAndUnknown: StatementArguments = ["run": self.run, "unknown": Answer.unknown.code]
    try database.execute(sql: Self.closeChanged, arguments: runAndUnknown)
    try database.execute(sql: Self.openChanged, arguments: run)
    try database.execute(sql: Self.refreshChains, arguments: runAndUnknown)
    try database.execute(sql: Self.closeGaps, arguments: runAndUnknown)
    try database.execute(sql: Self.openGaps, arguments: runAndUnknown)
    try database.execute(sql: Self.insertCounts, arguments: run)
    let coverage = try storeCoverage()
    try EndpointUpdate(database: database, run: self.run).update(hosts)
    try SupportUpdate(database: database, run: self.run, path: path).update()
    let last = try Int64.fetchOne(database, sql: Self.selectLastFinish) ?? finished.seconds
    try database.execute(
      sql: Self.completeRun,
      arguments: ["run": self.run, "finished": max(finished.seconds, last), "coverage": coverage])
    guard database.changesCount == 1 else {
      throw StoreError(
        .cannotResume, "\(path): run \(self.run) was given up by another scan", help: "run `egress6 scan`")
    }
    try database.execute(sql: ScanJournal.SQL.emptyJournal)
  }

  private func storeCoverage() throws -> Int64 {
    var set = HostSet()
    let hosts = try Int64.fetchCursor(database, sql: Self.selectHosts, arguments: [run])
    while let host = try hosts.next() { set.insert(host) }
    let rows = try Row.fetchCursor(database, sql: Self.selectCoverage, arguments: [set.digest])
    while let row = try rows.next() {
      let bits: Data = row[1]
      if HostSet(bits: Array(bits)) == set { return row[0] }
    }
    try database.execute(sql: Self.insertCoverage, arguments: [set.digest, Data(set.bits)])
    return database.lastInsertedRowID
  }
}
