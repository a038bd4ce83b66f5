// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import EgressDNS
internal import GRDB
internal import IPAddressing

/// Reads the runs of a store.
struct RunQuery {
  let connection: StoreConnection

  private static let selectRuns = """
    SELECT run.id, run.state, run.started, run.finished, catalog.release, catalog.hash, run.selection,
      run.resolvers, run.rate, run.vantage, run.version, run.hosts
    FROM run LEFT JOIN catalog ON catalog.id = run.catalog
    ORDER BY run.id
    """
  private static let selectCounts = "SELECT run, family, answer, hosts FROM run_count"
  private static let selectVerdicts =
    "SELECT run, resolver, verdict, seen, time FROM verdict ORDER BY run, resolver"

  private static let selectHeld = """
    SELECT family, since_run, until_run, count(*) FROM held GROUP BY family, since_run, until_run
    """

  /// All runs, oldest first.
  func runs() throws -> [RunInformation] {
    let counts = try counts()
    let verdicts = try verdicts()
    let held = try held()
    var runs: [RunInformation] = []
    try connection.forEachRow(of: Self.selectRuns) { row in
      let id = try row.key(0, "run.id")
      let state = try row.state(1, "run.state")
      runs.append(
        RunInformation(
          id: id, state: state, description: try Self.description(row),
          finished: state == .complete || !row.isNull(3) ? try row.time(3, "run.finished") : nil,
          hosts: try row.count(11, "run.hosts"), counts: counts[id] ?? AnswerCounts(),
          verdicts: verdicts[id] ?? [], held: state == .complete ? held(id) : [:]))
    }
    return runs
  }

  private static let selectBoth = """
    SELECT host.name FROM history AS a
    JOIN history AS aaaa ON aaaa.host = a.host AND aaaa.family = 6 AND aaaa.until_run IS NULL
    JOIN host ON host.id = a.host
    WHERE a.family = 4 AND a.until_run IS NULL AND a.answer = :yes AND aaaa.answer = :yes
    ORDER BY random() LIMIT :limit
    """

  /// Names whose last known answers are addresses of both families.
  func namesWithBothFamilies(limit: Int) throws -> [String] {
    var names: [String] = []
    try connection.forEachRow(of: Self.selectBoth, ["yes": Answer.yes.code, "limit": limit]) { row in
      names.append(try row.text(0, "host.name"))
    }
    return names
  }

  private static func description(_ row: StoredRow) throws -> RunDescription {
    RunDescription(
      started: try row.time(2, "run.started"),
      catalog: CatalogRelease(
        release: try row.text(4, "catalog.release"), hash: try row.text(5, "catalog.hash")),
      selection: EndpointSelection(stored: try row.text(6, "run.selection")),
      resolvers: try row.text(7, "run.resolvers").split(separator: " ").map(String.init),
      rate: row.isNull(8) ? nil : try row.count(8, "run.rate"),
      vantage: try row.optionalText(9, "run.vantage"), version: try row.text(10, "run.version"))
  }

  /// Gives how many answers were held back at the end of a run.
  private func held() throws -> (Int64) -> [AddressFamily: Int] {
    var intervals: [(family: AddressFamily, runs: Range<Int64>, count: Int)] = []
    try connection.forEachRow(of: Self.selectHeld) { row in
      let since = try row.key(1, "held.since_run")
      let until = try row.optionalKey(2, "held.until_run") ?? .max
      guard since < until else { throw connection.damaged("held.until_run is not behind held.since_run") }
      intervals.append(
        (try row.family(0, "held.family").addressFamily, since..<until, try row.count(3, "held.host")))
    }
    return { run in
      intervals.reduce(into: [:]) { held, interval in
        if interval.runs.contains(run) { held[interval.family, default: 0] += interval.count }
      }
    }
  }

  private func verdicts() throws -> [Int64: [RunVerdict]] {
    var verdicts: [Int64: [RunVerdict]] = [:]
    try connection.forEachRow(of: Self.selectVerdicts) { row in
      verdicts[try row.key(0, "verdict.run"), default: []].append(
        RunVerdict(
          resolver: try row.text(1, "verdict.resolver"), verdict: try row.code(2, "verdict.verdict"),
          seen: try row.text(3, "verdict.seen"), time: try row.time(4, "verdict.time")))
    }
    return verdicts
  }

  /// How many hosts of each run had which answer.
  func counts() throws -> [Int64: AnswerCounts] {
    var counts: [Int64: AnswerCounts] = [:]
    try connection.forEachRow(of: Self.selectCounts) { row in
      let run = try row.key(0, "run_count.run")
      let family = try row.family(1, "run_count.family")
      let answer: Answer = try row.code(2, "run_count.answer")
      counts[run, default: AnswerCounts()][family.addressFamily, answer] = try row.count(3, "run_count.hosts")
    }
    return counts
  }
}

extension MapStore {
  /// All runs, oldest first.
  package func runs() throws(StoreError) -> [RunInformation] {
    try query { try RunQuery(connection: $0).runs() }
  }

  /// The scan that can be continued: the newest run, unless it is complete or was rejected.
  package func resumable() throws(StoreError) -> RunInformation? {
    guard let last = try runs().last, last.state == .running || last.state == .interrupted else { return nil }
    return last
  }

  /// Names that have A and AAAA records by the last complete scan, drawn at random.
  package func namesWithBothFamilies(limit: Int) throws(StoreError) -> [String] {
    try query { try RunQuery(connection: $0).namesWithBothFamilies(limit: limit) }
  }
}
