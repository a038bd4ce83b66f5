// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import Foundation
internal import GRDB

/// When each host's answers were last confirmed, derived from what the runs covered and where looks failed.
struct ObservationTimes {
  private struct Run {
    var id: Int64
    var finished: Timestamp
    var hosts: HostSet
  }

  private struct Key: Hashable {
    var host: Int64
    var isIPv4: Bool
  }

  private struct Gap {
    var since: Int64
    var until: Int64
  }

  private static let selectCoverage = """
    SELECT run.id, coverage.id, coverage.bits FROM run JOIN coverage ON coverage.id = run.coverage
    WHERE run.state = 'complete' AND run.id <= ? ORDER BY run.id DESC
    """
  private static let selectGaps = """
    SELECT host, family, since_run, ifnull(until_run, :run + 1) FROM gap WHERE since_run <= :run
    """

  /// Newest first.
  private var runs: [Run] = []
  private var gaps: [Key: [Gap]] = [:]

  /// Reads what is needed for a moment.
  init(_ database: Database, snapshots: [Snapshot], run: Int64) throws {
    let finished = Dictionary(uniqueKeysWithValues: snapshots.map { ($0.run, $0.finished) })
    var sets: [Int64: HostSet] = [:]
    let rows = try Row.fetchCursor(database, sql: Self.selectCoverage, arguments: [run])
    while let row = try rows.next() {
      guard let time = finished[row[0]] else { continue }
      let number: Int64 = row[1]
      let set = sets[number] ?? HostSet(bits: Array(row[2] as Data))
      sets[number] = set
      runs.append(Run(id: row[0], finished: time, hosts: set))
    }
    let gapRows = try Row.fetchCursor(database, sql: Self.selectGaps, arguments: ["run": run])
    while let row = try gapRows.next() {
      let key = Key(host: row[0], isIPv4: row[1] == Family.ipv4.rawValue)
      gaps[key, default: []].append(Gap(since: row[2], until: row[3]))
    }
  }

  /// The end of the newest run that looked at the host and learnt what is known of it, the older one when it learnt
  /// the families at different times; `nil` when nothing is known.
  func time(of host: Int64, isKnownA: Bool, isKnownAAAA: Bool) -> Timestamp? {
    if gaps.isEmpty { return isKnownA || isKnownAAAA ? time(of: host, failed: nil) : nil }
    let a = isKnownA ? time(of: host, failed: gaps[Key(host: host, isIPv4: true)]) : nil
    let aaaa = isKnownAAAA ? time(of: host, failed: gaps[Key(host: host, isIPv4: false)]) : nil
    guard let a, let aaaa else { return a ?? aaaa }
    return min(a, aaaa)
  }

  private func time(of host: Int64, failed: [Gap]?) -> Timestamp? {
    for index in runs.indices where runs[index].hosts.contains(host) {
      let run = runs[index].id
      let isFailed = failed?.contains { $0.since <= run && run < $0.until } ?? false
      if !isFailed { return runs[index].finished }
    }
    return nil
  }
}
