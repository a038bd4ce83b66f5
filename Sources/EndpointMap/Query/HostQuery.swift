// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import EgressDNS
internal import GRDB
internal import IPAddressing

/// Reads what is known of hosts at a moment.
struct HostQuery {
  let connection: StoreConnection
  let snapshots: Snapshots

  /// Only the newest state has an index of its own, so it has a statement of its own.
  private static let open = """
    SELECT host.id AS id, host.name AS name, a.answer AS a, aaaa.answer AS aaaa,
      ifnull(a.chain, aaaa.chain) AS chain, text.value AS names,
      a.outside_ranges AS outside_a, aaaa.outside_ranges AS outside_aaaa
    FROM host
    LEFT JOIN history AS a ON a.host = host.id AND a.family = 4 AND a.until_run IS NULL
    LEFT JOIN history AS aaaa ON aaaa.host = host.id AND aaaa.family = 6 AND aaaa.until_run IS NULL
    LEFT JOIN text ON text.id = ifnull(a.chain, aaaa.chain)
    WHERE (a.host IS NOT NULL OR aaaa.host IS NOT NULL) AND \(isSelected)
    """
  private static let past = """
    SELECT host.id AS id, host.name AS name, a.answer AS a, aaaa.answer AS aaaa,
      ifnull(a.chain, aaaa.chain) AS chain, text.value AS names,
      a.outside_ranges AS outside_a, aaaa.outside_ranges AS outside_aaaa
    FROM host
    LEFT JOIN history AS a ON a.host = host.id AND a.family = 4
      AND a.since_run <= :run AND (a.until_run IS NULL OR a.until_run > :run)
    LEFT JOIN history AS aaaa ON aaaa.host = host.id AND aaaa.family = 6
      AND aaaa.since_run <= :run AND (aaaa.until_run IS NULL OR aaaa.until_run > :run)
    LEFT JOIN text ON text.id = ifnull(a.chain, aaaa.chain)
    WHERE (a.host IS NOT NULL OR aaaa.host IS NOT NULL) AND \(isSelected)
    """
  private static let isSelected = """
    (:everything OR host.id IN (
      SELECT endpoint.host FROM endpoint JOIN cell ON cell.id = endpoint.cell
      WHERE endpoint.since_run <= :run AND (endpoint.until_run IS NULL OR endpoint.until_run > :run)
        AND \(CellFilter.condition)))
    """

  private static let selectOpen = "\(open) ORDER BY name"
  private static let selectPast = "\(past) ORDER BY name"
  private static let exportOpen = export(open)
  private static let exportPast = export(past)

  /// Writes what `records` returns into the table `hosts` of an export.
  private static func export(_ select: String) -> String {
    """
    INSERT INTO export.hosts
    SELECT found.name, \(Answer.words("found.a")), \(Answer.words("found.aaaa")),
      iif(found.chain IS NULL, '', found.names),
      CASE
        WHEN found.a = :unknown AND found.aaaa = :unknown THEN NULL
        WHEN exception.host IS NULL THEN :newest
        WHEN found.a = :unknown THEN exception.aaaa
        WHEN found.aaaa = :unknown THEN exception.a
        ELSE ifnull(min(exception.a, exception.aaaa), ifnull(exception.a, exception.aaaa))
      END,
      iif(found.a = :unknown AND found.aaaa = :unknown, :declared, :resolved),
      trim(iif(found.outside_a, :ipv4 || ' ', '') || iif(found.outside_aaaa, :ipv6, '')),
      trim(iif(EXISTS (\(isHeld("4"))), :ipv4 || ' ', '') || iif(EXISTS (\(isHeld("6"))), :ipv6, ''))
    FROM (\(select)) AS found LEFT JOIN exception ON exception.host = found.id
    ORDER BY found.name
    """
  }
  private static func isHeld(_ family: String) -> String {
    """
    SELECT 1 FROM held WHERE held.host = found.id AND held.family = \(family) AND held.since_run <= :run
      AND (held.until_run IS NULL OR held.until_run > :run)
    """
  }
  private static let selectHeld = """
    SELECT host, family FROM held WHERE since_run <= :run AND (until_run IS NULL OR until_run > :run)
    ORDER BY host, family
    """
  /// The times of hosts that were not confirmed by the newest run.
  private static let createExceptions = """
    CREATE TEMPORARY TABLE exception (host INTEGER PRIMARY KEY, a TEXT, aaaa TEXT)
    """
  private static let insertException = "INSERT INTO exception VALUES (?, ?, ?)"
  private static let selectNumbers = "SELECT id FROM host"

  private static func arguments(_ snapshot: Snapshot, _ selection: EndpointSelection) -> StatementArguments {
    let moment: StatementArguments = ["run": snapshot.run, "everything": selection.isEverything]
    return moment &+ CellFilter.arguments(selection)
  }

  /// Writes the rows into an export that is attached to the connection.
  func export(_ snapshot: Snapshot, _ selection: EndpointSelection) throws {
    let times = try ObservationTimes(connection, snapshots: snapshots, run: snapshot.run)
    try connection.execute(Self.createExceptions)
    try connection.forEachRow(of: Self.selectNumbers) { row in
      let host = try row.host(0, "host.id")
      if times.isOfNewestRun(host) { return }
      try connection.executeCached(
        Self.insertException,
        [
          host, times.time(of: host, isKnownA: true, isKnownAAAA: false)?.description,
          times.time(of: host, isKnownA: false, isKnownAAAA: true)?.description,
        ])
    }
    let words: StatementArguments = [
      "newest": times.newest?.description, "unknown": Answer.unknown.code,
      "declared": Evidence.declared.rawValue, "resolved": Evidence.resolved.rawValue,
      "ipv4": AddressFamily.ipv4.rawValue, "ipv6": AddressFamily.ipv6.rawValue,
    ]
    try connection.execute(
      snapshot.isLatest ? Self.exportOpen : Self.exportPast, Self.arguments(snapshot, selection) &+ words)
  }

  /// The rows at a moment, sorted by name.
  func records(_ snapshot: Snapshot, _ selection: EndpointSelection) throws -> [HostRecord] {
    let arguments = Self.arguments(snapshot, selection)
    let times = try ObservationTimes(connection, snapshots: snapshots, run: snapshot.run)
    var held: [Int64: [AddressFamily]] = [:]
    try connection.forEachRow(of: Self.selectHeld, ["run": snapshot.run]) { row in
      held[try row.host(0, "held.host"), default: []].append(try row.family(1, "held.family").addressFamily)
    }
    var records: [HostRecord] = []
    var last: Int64?
    try connection.forEachRow(of: snapshot.isLatest ? Self.selectOpen : Self.selectPast, arguments) { row in
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
          evidence: isKnown ? .resolved : .declared, outsideRanges: try Self.outsideRanges(row),
          held: held[number] ?? []))
    }
    return records
  }

  private static func outsideRanges(_ row: StoredRow) throws -> [AddressFamily] {
    let isOutside = (
      try row.flag(6, "history.outside_ranges"), try row.flag(7, "history.outside_ranges")
    )
    return (isOutside.0 ? [.ipv4] : []) + (isOutside.1 ? [.ipv6] : [])
  }

  /// The names of a chain; most have one, and forty thousand of them are read at once.
  private static func names(chain: String?) -> [String] {
    guard let chain else { return [] }
    return chain.utf8.contains(UInt8(ascii: " ")) ? chain.split(separator: " ").map(String.init) : [chain]
  }
}
