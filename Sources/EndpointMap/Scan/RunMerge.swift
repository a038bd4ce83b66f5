// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import EgressDNS
internal import Foundation
internal import GRDB
internal import ServiceCatalog

/// The last step of a run, inside one transaction: its answers become part of the history.
struct RunMerge {
  let connection: StoreConnection
  let run: Int64
  let losses: LossPolicy

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
    INSERT INTO history (host, family, since_run, answer, addresses, outside_ranges, chain, resolver, note)
    SELECT host, family, :run, answer, addresses, outside_ranges, chain, resolver, note FROM journal
    WHERE journal.run = :run AND NOT EXISTS (
      SELECT 1 FROM history
      WHERE history.host = journal.host AND history.family = journal.family AND history.until_run IS NULL)
    """
  private static let refreshChains = """
    UPDATE history SET chain = journal.chain FROM journal
    WHERE journal.run = :run AND journal.host = history.host AND journal.family = history.family
      AND history.until_run IS NULL AND journal.answer <> :unknown AND journal.chain IS NOT history.chain
    """
  /// The mark is the one seen last; that of an unknown answer counts while nothing else is known.
  private static let refreshMarks = """
    UPDATE history SET outside_ranges = journal.outside_ranges FROM journal
    WHERE journal.run = :run AND journal.host = history.host AND journal.family = history.family
      AND history.until_run IS NULL AND journal.answer = history.answer
      AND journal.outside_ranges <> history.outside_ranges
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
  private static let selectCounts = """
    SELECT family, answer, count(*) FROM journal WHERE run = :run GROUP BY family, answer
    """
  private static let insertCount = """
    INSERT INTO run_count (run, family, answer, hosts) VALUES (:run, :family, :answer, :hosts)
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
  ///   - finished: The moment; a clock that was set back does not change the order of runs.
  /// - Throws: What SQLite throws, or `StoreError`.
  func merge(_ hosts: SortedHosts, at finished: Timestamp) throws {
    let run: StatementArguments = ["run": self.run]
    let runAndUnknown = run &+ ["unknown": Answer.unknown.code]
    try storeCounts()
    let last = try connection.firstRow(of: Self.selectLastFinish) { row in
      row.isNull(0) ? finished : try row.time(0, "run.finished")
    }
    let time = max(finished, last ?? finished)
    try HeldChanges(connection: connection, run: self.run, policy: losses, finished: time).settle()
    try connection.execute(Self.closeChanged, runAndUnknown)
    try connection.execute(Self.openChanged, run)
    try connection.execute(Self.refreshChains, runAndUnknown)
    try connection.execute(Self.refreshMarks, run)
    try connection.execute(Self.closeGaps, runAndUnknown)
    try connection.execute(Self.openGaps, runAndUnknown)
    let coverage = try storeCoverage()
    try EndpointUpdate(connection: connection, run: self.run).update(hosts)
    try SupportUpdate(connection: connection, run: self.run).update()
    try connection.execute(Self.completeRun, run &+ ["finished": time.seconds, "coverage": coverage])
    guard connection.database.changesCount == 1 else {
      throw StoreError(.givenUp, connection.path, "run \(self.run) was given up by another scan")
    }
    try connection.execute(ScanJournal.SQL.emptyJournal)
  }

  /// Counts the answers, and so checks each of them before it enters the history.
  private func storeCounts() throws {
    try connection.forEachRow(of: Self.selectCounts, ["run": run]) { row in
      let family = try row.family(0, "journal.family")
      let answer: Answer = try row.code(1, "journal.answer")
      let hosts = try row.count(2, "journal.host")
      try connection.executeCached(
        Self.insertCount,
        ["run": run, "family": family.rawValue, "answer": answer.code, "hosts": hosts])
    }
  }

  private func storeCoverage() throws -> Int64 {
    var set = HostSet()
    try connection.forEachRow(of: Self.selectHosts, [run]) { set.insert(try $0.host(0, "journal.host")) }
    var known: Int64?
    try connection.forEachRow(of: Self.selectCoverage, [set.digest]) { row in
      if try row.hostSet(1, "coverage.bits") == set { known = try row.key(0, "coverage.id") }
    }
    if let known { return known }
    try connection.execute(Self.insertCoverage, [set.digest, Data(set.bits)])
    return connection.database.lastInsertedRowID
  }
}
