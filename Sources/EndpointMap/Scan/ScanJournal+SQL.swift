// SPDX-License-Identifier: Apache-2.0

internal import DNS
internal import GRDB
internal import ServiceCatalog

extension ScanJournal {
  /// The statements of a run that is being made.
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
    static let hasDeniedAll = """
      SELECT count(*) > 0 AND sum(answer NOT IN (:absent, :unknown)) = 0 AND sum(answer = :absent) > 0
      FROM journal WHERE run = :run
      """
    static let selectDigest = """
      SELECT catalog.digest FROM run JOIN catalog ON catalog.id = run.catalog WHERE run.id = ?
      """
    static let selectAnswered = """
      SELECT name FROM host WHERE id IN (SELECT host FROM journal WHERE run = ?)
      """
    static let selectKnown = """
      SELECT host.name, history.family, history.answer FROM history JOIN host ON host.id = history.host
      WHERE history.until_run IS NULL
      """

    static func catalog(_ database: Database, _ catalog: CatalogRelease, digest: String) throws -> Int64 {
      let arguments: StatementArguments = [catalog.release, catalog.hash, digest]
      try database.execute(sql: insertCatalog, arguments: arguments)
      guard let id = try Int64.fetchOne(database, sql: selectCatalog, arguments: arguments) else {
        throw DatabaseError(resultCode: .SQLITE_INTERNAL, message: "the catalog was not stored")
      }
      return id
    }

    static func knownAnswers(_ database: Database) throws -> [String: HostQuestion.LastKnown] {
      var known: [String: HostQuestion.LastKnown] = [:]
      let rows = try Row.fetchCursor(database, sql: selectKnown)
      while let row = try rows.next() {
        let answer = Answer(code: row[2])
        if row[1] == Family.ipv4.rawValue {
          known[row[0], default: HostQuestion.LastKnown()].a = answer
        } else {
          known[row[0], default: HostQuestion.LastKnown()].aaaa = answer
        }
      }
      return known
    }
  }
}
