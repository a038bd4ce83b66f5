// SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// Makes the saved rows consistent again.
///
/// Rows that no query can use are dropped, references that lead nowhere are emptied, and intervals are made to follow each
/// other without overlaps and holes. Where an answer is lost, it becomes `unknown`.
struct SalvageRepair {
  let database: Database

  /// Rows without a meaning or an owner, owners first.
  private static let invalid: [RowCheck] = [
    .host, .cell, .endpointGroup, .catalog, .text, .coverage, .run, .history, .journal,
    // A host with one family is looked up again.
    RowCheck(
      table: "journal",
      isMeaningless: """
        (run, host) IN (SELECT run, host FROM journal GROUP BY run, host HAVING count(*) < 2)
        """),
    .gap, .held, .endpoint, .support, .runCount, .verdict,
  ]
  /// Empties the table of groups of a new store, so that the damaged store's can be copied.
  static let dropGroups = "DELETE FROM endpoint_group"
  /// A group whose name is lost keeps its support; the group of older rows is always there.
  private static let nameLostGroups = """
    INSERT OR IGNORE INTO endpoint_group (id, name) VALUES (\(StoreMigration.namelessGroup), '');
    INSERT OR IGNORE INTO endpoint_group (id, name)
    SELECT DISTINCT endpoint_group, 'lost ' || endpoint_group
    FROM (SELECT endpoint_group FROM support UNION SELECT endpoint_group FROM endpoint)
    WHERE endpoint_group BETWEEN 1 AND \(StoredRow.keyLimit)
    """
  private static let emptyReferences = """
    UPDATE history SET chain = NULL WHERE chain NOT IN (SELECT id FROM text);
    UPDATE history SET resolver = NULL WHERE resolver NOT IN (SELECT id FROM text);
    UPDATE history SET note = NULL WHERE note NOT IN (SELECT id FROM text);
    UPDATE journal SET chain = NULL WHERE chain NOT IN (SELECT id FROM text);
    UPDATE journal SET resolver = NULL WHERE resolver NOT IN (SELECT id FROM text);
    UPDATE journal SET note = NULL WHERE note NOT IN (SELECT id FROM text);
    UPDATE held SET resolver = NULL WHERE resolver NOT IN (SELECT id FROM text);
    UPDATE held SET note = NULL WHERE note NOT IN (SELECT id FROM text);
    UPDATE gap SET note = NULL WHERE note NOT IN (SELECT id FROM text);
    UPDATE run SET coverage = NULL WHERE coverage NOT IN (SELECT id FROM coverage);
    UPDATE support SET decided_by = NULL WHERE decided_by NOT IN (SELECT id FROM host);
    UPDATE support SET standard = NULL WHERE standard NOT IN (SELECT id FROM host);
    UPDATE support SET dualstack = NULL WHERE dualstack NOT IN (SELECT id FROM host);
    """
  /// A cell has one main group: of two histories of it one stays at each time, and most of the endpoints' marks tell which
  /// group it is.
  private static let chooseMainGroups = """
    DELETE FROM support WHERE is_main = 1 AND EXISTS (
      SELECT 1 FROM support AS other
      WHERE other.cell = support.cell AND other.fips = support.fips AND other.since_run = support.since_run
        AND other.is_main = 1 AND other.endpoint_group < support.endpoint_group);
    UPDATE endpoint SET is_main = (endpoint_group = (
      SELECT other.endpoint_group FROM endpoint AS other
      WHERE other.cell = endpoint.cell AND other.until_run IS NULL
      GROUP BY other.endpoint_group ORDER BY sum(other.is_main) DESC, other.endpoint_group LIMIT 1))
    WHERE until_run IS NULL;
    """
  /// An interval ends where the next one begins, at the latest.
  private static let endIntervals = """
    UPDATE history SET until_run = later.since_run
    FROM (
      SELECT host, family, since_run,
        lag(since_run) OVER (PARTITION BY host, family ORDER BY since_run) AS earlier
      FROM history) AS later
    WHERE later.host = history.host AND later.family = history.family AND later.earlier = history.since_run
      AND ifnull(history.until_run > later.since_run, TRUE);
    UPDATE held SET until_run = later.since_run
    FROM (
      SELECT host, family, since_run,
        lag(since_run) OVER (PARTITION BY host, family ORDER BY since_run) AS earlier
      FROM held) AS later
    WHERE later.host = held.host AND later.family = held.family AND later.earlier = held.since_run
      AND ifnull(held.until_run > later.since_run, TRUE);
    UPDATE support SET until_run = later.since_run
    FROM (
      SELECT cell, fips, since_run, lag(since_run) OVER one AS earlier, lag(endpoint_group) OVER one AS earlier_group
      FROM support
      WINDOW one AS (PARTITION BY cell, fips, iif(is_main = 1, 0, endpoint_group) ORDER BY since_run)) AS later
    WHERE later.cell = support.cell AND later.fips = support.fips AND later.earlier = support.since_run
      AND later.earlier_group = support.endpoint_group
      AND ifnull(support.until_run > later.since_run, TRUE);
    UPDATE endpoint SET until_run = later.since_run
    FROM (
      SELECT cell, endpoint_group, variant, host, since_run,
        lag(since_run) OVER (PARTITION BY cell, endpoint_group, variant, host ORDER BY since_run) AS earlier
      FROM endpoint) AS later
    WHERE later.cell = endpoint.cell AND later.endpoint_group = endpoint.endpoint_group
      AND later.variant = endpoint.variant AND later.host = endpoint.host
      AND later.earlier = endpoint.since_run AND ifnull(endpoint.until_run > later.since_run, TRUE);
    """
  /// Every host has rows of both families from its first one on; where one is lost, nothing is known of that family.
  private static let fillHistory = """
    INSERT INTO history (host, family, since_run, until_run, answer)
    SELECT one.host, one.family, one.until_run,
      (SELECT min(later.since_run) FROM history AS later
        WHERE later.host = one.host AND later.family = one.family AND later.since_run > one.until_run),
      0
    FROM history AS one
    WHERE one.until_run IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM history AS next
      WHERE next.host = one.host AND next.family = one.family AND next.since_run = one.until_run);
    INSERT INTO history (host, family, since_run, until_run, answer)
    SELECT host, 10 - family, first, other, 0
    FROM (
      SELECT one.host AS host, one.family AS family, min(one.since_run) AS first,
        (SELECT min(two.since_run) FROM history AS two
          WHERE two.host = one.host AND two.family = 10 - one.family) AS other
      FROM history AS one GROUP BY one.host, one.family)
    WHERE other IS NULL OR other > first;
    """
  private static let insertLostCatalog = """
    INSERT OR IGNORE INTO catalog (release, hash, digest) VALUES ('lost', '', 'lost')
    """
  private static let replaceCatalogs = """
    UPDATE run SET catalog = (SELECT id FROM catalog WHERE digest = 'lost')
    WHERE catalog NOT IN (SELECT id FROM catalog)
    """
  /// The time of a lost run lies between those of its neighbours; the earlier one is taken.
  private static let insertRuns = """
    WITH used (id) AS (
      SELECT since_run FROM history UNION SELECT until_run FROM history
      UNION SELECT since_run FROM support UNION SELECT until_run FROM support
      UNION SELECT support_since FROM support
      UNION SELECT since_run FROM endpoint UNION SELECT until_run FROM endpoint
      UNION SELECT since_run FROM gap UNION SELECT until_run FROM gap
      UNION SELECT since_run FROM held UNION SELECT until_run FROM held)
    INSERT INTO run (id, state, started, finished, catalog, selection, resolvers, version, hosts)
    SELECT id, 'complete', time, time, (SELECT id FROM catalog WHERE digest = 'lost'), ';;', '', 'lost', 0
    FROM (
      SELECT used.id AS id,
        coalesce(
          (SELECT max(finished) FROM run WHERE run.id < used.id),
          (SELECT min(finished) FROM run WHERE run.id > used.id), 0) AS time
      FROM used WHERE used.id IS NOT NULL AND used.id NOT IN (SELECT id FROM run))
    """
  /// A run is complete if its answers are in the history, whatever its damaged record says.
  private static let correctRuns = """
    UPDATE run SET state = 'complete', finished = coalesce(finished, \(endOfEarlier))
    WHERE state <> 'complete' AND (
      id IN (SELECT since_run FROM history) OR id IN (SELECT since_run FROM support)
      OR id IN (SELECT support_since FROM support) OR id IN (SELECT since_run FROM gap)
      OR id IN (SELECT since_run FROM held));
    UPDATE run SET state = 'interrupted' WHERE state = 'running';
    """
  private static let endOfEarlier = """
    coalesce((SELECT max(earlier.finished) FROM run AS earlier WHERE earlier.id < run.id), started)
    """
  private static let fillEnds = """
    UPDATE run SET finished = \(endOfEarlier) WHERE state = 'complete' AND finished IS NULL
    """

  /// Does all of it.
  ///
  /// - Parameter report: Takes the number of rows that were dropped, and of records of runs that were restored.
  /// - Throws: What SQLite throws.
  func repair(_ report: inout SalvageReport) throws {
    try database.execute(sql: Self.nameLostGroups)
    try database.execute(sql: Self.fillEnds)
    let ends = database.changesCount
    try keepConstraints(&report)
    for check in Self.invalid {
      try database.execute(sql: check.drop)
      drop(database.changesCount, from: check.table, &report)
    }
    try database.execute(sql: Self.chooseMainGroups)
    try database.execute(sql: Self.endIntervals)
    try database.execute(sql: Self.fillHistory)
    try database.execute(sql: Self.emptyReferences)
    try database.execute(sql: Self.insertLostCatalog)
    try database.execute(sql: Self.replaceCatalogs)
    try database.execute(sql: Self.insertRuns)
    if let index = report.tables.firstIndex(where: { $0.name == "run" }) {
      report.tables[index].restored = database.changesCount + ends
    }
    try database.execute(sql: Self.correctRuns)
  }

  /// Drops the rows that the schema's constraints refuse, which the copying ignored.
  private func keepConstraints(_ report: inout SalvageReport) throws {
    try database.execute(sql: "PRAGMA ignore_check_constraints = OFF")
    for index in report.tables.indices {
      let table = report.tables[index].name
      let before = try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
      try database.execute(
        sql: """
          CREATE TEMPORARY TABLE kept AS SELECT * FROM \(table);
          DELETE FROM \(table);
          INSERT OR IGNORE INTO \(table) SELECT * FROM kept;
          DROP TABLE kept;
          """)
      let rows = try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
      drop(before - rows, from: table, &report)
    }
  }

  private func drop(_ count: Int, from table: String, _ report: inout SalvageReport) {
    guard let index = report.tables.firstIndex(where: { $0.name == table }) else { return }
    report.tables[index].dropped += count
    report.tables[index].rows -= count
  }
}
