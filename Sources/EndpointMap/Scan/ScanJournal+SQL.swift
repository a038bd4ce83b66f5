// SPDX-License-Identifier: Apache-2.0

internal import EgressDNS
internal import GRDB
internal import ServiceCatalog

extension ScanJournal {
  /// The statements of a run in progress.
  enum SQL {
    static let abandonRuns = "UPDATE run SET state = 'interrupted' WHERE state = 'running'"
    static let emptyJournal = "DELETE FROM journal"
    static let insertCatalog = "INSERT OR IGNORE INTO catalog (release, hash, digest) VALUES (?, ?, ?)"
    static let selectCatalog = "SELECT id FROM catalog WHERE release = ? AND hash = ? AND digest = ?"
    static let insertRun = """
      INSERT INTO run (state, started, catalog, selection, resolvers, rate, vantage, version, hosts)
      VALUES ('running', :started, :catalog, :selection, :resolvers, :rate, :vantage, :version, :hosts)
      """
    static let insertHost = "INSERT OR IGNORE INTO host (name) VALUES (?)"
    static let continueRun = "UPDATE run SET state = 'running' WHERE id = ?"
    static let interruptRun = "UPDATE run SET state = 'interrupted' WHERE id = ? AND state = 'running'"
    static let rejectRun = "UPDATE run SET state = 'rejected' WHERE id = ? AND state <> 'complete'"
    static let insertVerdict = """
      INSERT INTO verdict (run, resolver, verdict, seen, time) VALUES (:run, :resolver, :verdict, :seen, :time)
      ON CONFLICT DO UPDATE SET verdict = excluded.verdict, seen = excluded.seen, time = excluded.time
      WHERE verdict.verdict <> :notJudged OR NOT :isAcceptable
      """
    static let knowledge = """
      SELECT count(DISTINCT iif(answer NOT IN (:absent, :unknown), host, NULL)),
        count(DISTINCT iif(answer = :unknown, host, NULL))
      FROM journal WHERE run = :run
      """
    static let dropFailed = """
      DELETE FROM journal WHERE run = :run
        AND host IN (SELECT host FROM journal WHERE run = :run AND answer = :unknown)
      """
    static let selectDigest = """
      SELECT catalog.digest FROM run LEFT JOIN catalog ON catalog.id = run.catalog WHERE run.id = ?
      """
    static let selectAnswered = """
      SELECT host.name FROM journal LEFT JOIN host ON host.id = journal.host WHERE journal.run = ?
      GROUP BY journal.host HAVING count(*) = 2
      """
    static let selectKnown = """
      SELECT host.name, history.family, history.answer FROM history LEFT JOIN host ON host.id = history.host
      WHERE history.until_run IS NULL
      """

    /// Stores a catalog, unless it is stored already.
    static func catalog(
      _ connection: StoreConnection, _ catalog: CatalogRelease, digest: String
    ) throws -> Int64 {
      let arguments: StatementArguments = [catalog.release, catalog.hash, digest]
      try connection.execute(insertCatalog, arguments)
      let id = try connection.firstRow(of: selectCatalog, arguments) { try $0.key(0, "catalog.id") }
      guard let id else { throw connection.damaged("catalog does not keep its rows") }
      return id
    }

    /// The last known answers of all hosts.
    static func knownAnswers(_ connection: StoreConnection) throws -> [String: HostQuestion.LastKnown] {
      var known: [String: HostQuestion.LastKnown] = [:]
      try connection.forEachRow(of: selectKnown) { row in
        let name = try row.text(0, "host.name")
        let answer: Answer = try row.code(2, "history.answer")
        switch try row.family(1, "history.family") {
        case .ipv4: known[name, default: HostQuestion.LastKnown()].a = answer
        case .ipv6: known[name, default: HostQuestion.LastKnown()].aaaa = answer
        }
      }
      return known
    }

    /// The names of the hosts that have an answer for both families in a run.
    static func answeredHosts(_ connection: StoreConnection, run: Int64) throws -> Set<String> {
      var answered: Set<String> = []
      try connection.forEachRow(of: selectAnswered, [run]) { row in
        answered.insert(try row.text(0, "host.name"))
      }
      return answered
    }
  }
}
