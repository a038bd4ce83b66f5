// SPDX-License-Identifier: Apache-2.0

internal import DNS
internal import GRDB

/// Makes the rows that were saved fit together again.
struct SalvageRepair {
  let database: Database

  /// Rows without sense or owner, per table; text references that lead nowhere are only emptied.
  private static let orphans: [(table: String, sql: String)] = [
    (
      "history",
      """
      DELETE FROM history WHERE host NOT IN (SELECT id FROM host) OR answer NOT BETWEEN 0 AND 5
        OR family NOT IN (4, 6)
      """
    ),
    (
      "journal",
      """
      DELETE FROM journal WHERE host NOT IN (SELECT id FROM host) OR answer NOT BETWEEN 0 AND 5
        OR family NOT IN (4, 6) OR run NOT IN (SELECT id FROM run)
      """
    ),
    ("gap", "DELETE FROM gap WHERE host NOT IN (SELECT id FROM host) OR family NOT IN (4, 6)"),
    (
      "endpoint",
      """
      DELETE FROM endpoint WHERE host NOT IN (SELECT id FROM host) OR cell NOT IN (SELECT id FROM cell)
        OR variant NOT BETWEEN 0 AND 3 OR source NOT BETWEEN 0 AND 2
      """
    ),
    (
      "support",
      """
      DELETE FROM support WHERE cell NOT IN (SELECT id FROM cell) OR support NOT BETWEEN 0 AND 4
        OR evidence NOT BETWEEN 0 AND 4 OR ifnull(previous, 0) NOT BETWEEN 0 AND 4
      """
    ),
    (
      "run_count",
      "DELETE FROM run_count WHERE run NOT IN (SELECT id FROM run) OR answer NOT BETWEEN 0 AND 5"
    ),
  ]
  private static let emptyReferences = """
    UPDATE history SET chain = NULL WHERE chain NOT IN (SELECT id FROM text);
    UPDATE history SET resolver = NULL WHERE resolver NOT IN (SELECT id FROM text);
    UPDATE history SET note = NULL WHERE note NOT IN (SELECT id FROM text);
    UPDATE journal SET chain = NULL WHERE chain NOT IN (SELECT id FROM text);
    UPDATE journal SET resolver = NULL WHERE resolver NOT IN (SELECT id FROM text);
    UPDATE journal SET note = NULL WHERE note NOT IN (SELECT id FROM text);
    UPDATE gap SET note = NULL WHERE note NOT IN (SELECT id FROM text);
    UPDATE run SET coverage = NULL WHERE coverage NOT IN (SELECT id FROM coverage);
    UPDATE support SET cause = NULL WHERE cause NOT IN (SELECT id FROM host);
    UPDATE support SET standard = NULL WHERE standard NOT IN (SELECT id FROM host);
    UPDATE support SET dualstack = NULL WHERE dualstack NOT IN (SELECT id FROM host);
    """
  /// Every host has a row of both families; where one is lost, nothing is known of that family any more.
  private static let fillFamilies = """
    INSERT OR IGNORE INTO history (host, family, since_run, answer)
    SELECT one.host, 10 - one.family,
      coalesce(
        (SELECT max(until_run) FROM history AS ended
          WHERE ended.host = one.host AND ended.family = 10 - one.family),
        min(one.since_run)),
      0
    FROM history AS one
    WHERE NOT EXISTS (
      SELECT 1 FROM history AS other
      WHERE other.host = one.host AND other.family = 10 - one.family AND other.until_run IS NULL)
    GROUP BY one.host, one.family
    """
  private static let insertCatalogs = """
    INSERT INTO catalog (id, release, hash, digest)
    SELECT DISTINCT catalog, 'lost', '', 'lost-' || catalog FROM run
    WHERE catalog NOT IN (SELECT id FROM catalog)
    """
  private static let insertLostCatalog = """
    INSERT OR IGNORE INTO catalog (release, hash, digest) VALUES ('lost', '', 'lost')
    """
  /// The time of a lost run lies between those of its neighbours; the earlier one is taken.
  private static let insertRuns = """
    WITH used (id) AS (
      SELECT since_run FROM history UNION SELECT until_run FROM history
      UNION SELECT since_run FROM support UNION SELECT until_run FROM support
      UNION SELECT support_since FROM support
      UNION SELECT since_run FROM endpoint UNION SELECT until_run FROM endpoint
      UNION SELECT since_run FROM gap UNION SELECT until_run FROM gap)
    INSERT INTO run (id, state, started, finished, catalog, selection, resolvers, version, hosts)
    SELECT id, 'complete', time, time, (SELECT id FROM catalog WHERE digest = 'lost'), ';;', '', 'lost', 0
    FROM (
      SELECT used.id AS id,
        coalesce(
          (SELECT max(finished) FROM run WHERE run.id < used.id),
          (SELECT min(finished) FROM run WHERE run.id > used.id), 0) AS time
      FROM used WHERE used.id IS NOT NULL AND used.id NOT IN (SELECT id FROM run))
    """
  /// A run is complete if its answers are in the history, whatever a torn record says.
  private static let stopRuns = "UPDATE run SET state = 'interrupted' WHERE state = 'running'"

  /// Does all of it.
  ///
  /// - Parameter report: Takes the number of rows that were dropped.
  /// - Returns: How many runs were made anew.
  /// - Throws: What SQLite throws.
  func repair(_ report: inout SalvageReport) throws -> Int {
    for (table, sql) in Self.orphans {
      try database.execute(sql: sql)
      guard let index = report.tables.firstIndex(where: { $0.name == table }) else { continue }
      report.tables[index].dropped += database.changesCount
      report.tables[index].rows -= database.changesCount
    }
    try database.execute(sql: Self.fillFamilies)
    try database.execute(sql: Self.emptyReferences)
    try database.execute(sql: Self.insertCatalogs)
    try database.execute(sql: Self.insertLostCatalog)
    try database.execute(sql: Self.insertRuns)
    let rebuilt = database.changesCount
    try database.execute(sql: Self.stopRuns)
    return rebuilt
  }
}
