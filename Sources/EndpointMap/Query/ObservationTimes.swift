// SPDX-License-Identifier: Apache-2.0

import EgressBase
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
    SELECT run.id, run.coverage, coverage.bits FROM run LEFT JOIN coverage ON coverage.id = run.coverage
    WHERE run.id <= :run ORDER BY run.id DESC
    """
  private static let selectGaps = "SELECT host, family, since_run, until_run FROM gap"

  /// Newest first.
  private var runs: [Run] = []
  private var gaps: [Key: [Gap]] = [:]

  /// Reads what a query at a moment needs.
  init(_ connection: StoreConnection, snapshots: Snapshots, run: Int64) throws {
    var sets: [Int64: HostSet] = [:]
    try connection.forEachRow(of: Self.selectCoverage, ["run": run]) { row in
      let id = try row.key(0, "run.id")
      // A salvaged run may have lost its set of hosts.
      guard let time = snapshots.finished(id), let number = try row.optionalKey(1, "run.coverage") else {
        return
      }
      let set = try sets[number] ?? row.hostSet(2, "coverage.bits")
      sets[number] = set
      runs.append(Run(id: id, finished: time, hosts: set))
    }
    try connection.forEachRow(of: Self.selectGaps) { row in
      let family = try row.family(1, "gap.family")
      let gap = Gap(
        since: try row.key(2, "gap.since_run"), until: try row.optionalKey(3, "gap.until_run") ?? .max)
      guard gap.since <= run else { return }
      gaps[Key(host: try row.host(0, "gap.host"), isIPv4: family == .ipv4), default: []].append(gap)
    }
  }

  /// The end of the newest run whose set of hosts is known.
  var newest: Timestamp? { runs.first?.finished }

  /// Whether the newest run confirmed both answers of a host.
  func isOfNewestRun(_ host: Int64) -> Bool {
    guard let run = runs.first, run.hosts.contains(host) else { return false }
    return gaps.isEmpty
      || gaps[Key(host: host, isIPv4: true)] == nil && gaps[Key(host: host, isIPv4: false)] == nil
  }

  /// The end of the newest run that got the last known answers of a host; `nil` when nothing is known.
  ///
  /// When different runs got the answers for the two families, it is the end of the older one.
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
