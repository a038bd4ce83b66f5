// SPDX-License-Identifier: Apache-2.0

package import EgressBase
internal import GRDB

/// The map as a flat SQLite file for other programs: the fields of the other exports as columns.
///
/// SQLite copies the rows itself. The constraints of the export's tables refuse what the readers of rows would refuse.
///
/// docs/schemas/export.sql is the schema; `PRAGMA user_version` is its number.
package enum SQLiteExport {
  /// The schema of the file.
  package static let schema = """
    PRAGMA user_version = 1;
    CREATE TABLE metadata (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE hosts (
      host TEXT PRIMARY KEY,
      a TEXT NOT NULL,
      aaaa TEXT NOT NULL,
      cname TEXT NOT NULL,
      observed_at TEXT,
      evidence TEXT NOT NULL,
      outside_aws_ranges TEXT NOT NULL,
      held TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE support (
      partition TEXT NOT NULL,
      service TEXT NOT NULL,
      region TEXT NOT NULL,
      support TEXT NOT NULL,
      evidence TEXT NOT NULL,
      since TEXT,
      host_default TEXT,
      host_dualstack TEXT,
      host_fips TEXT,
      host_fips_dualstack TEXT,
      "group" TEXT NOT NULL,
      main INTEGER NOT NULL,
      at_least INTEGER NOT NULL,
      PRIMARY KEY (partition, service, region, main, "group")
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE changes (
      date TEXT NOT NULL,
      partition TEXT NOT NULL,
      service TEXT NOT NULL,
      region TEXT NOT NULL,
      "from" TEXT NOT NULL,
      "to" TEXT NOT NULL,
      host TEXT NOT NULL,
      evidence TEXT NOT NULL,
      cause TEXT,
      "group" TEXT NOT NULL,
      main INTEGER NOT NULL,
      at_least INTEGER NOT NULL
    ) STRICT;
    """
  private static let insertMetadata = "INSERT INTO export.metadata VALUES (?, ?)"

  /// Writes a temporary file beside the path and renames it, so that the file is never incomplete.
  ///
  /// - Parameters:
  ///   - store: The store.
  ///   - path: The file to write; an existing one is replaced.
  ///   - date: The moment to show; `nil` for now.
  ///   - filter: What to write.
  ///   - generatedAt: The present moment.
  /// - Throws: `StoreError`.
  package static func write(
    _ store: MapStore, to path: String, at date: Timestamp?, filter: MapFilter, generatedAt: Timestamp
  ) throws(StoreError) {
    try StoreFile.replace(path) { temporary in
      var configuration = Configuration()
      // The file is worthless until it is complete: nothing has to lie beside it.
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA journal_mode = MEMORY") }
      let queue = try DatabaseQueue(path: temporary, configuration: configuration)
      try queue.writeWithoutTransaction { try $0.execute(sql: schema) }
      try queue.close()
      do {
        try store.query(beside: temporary) { connection in
          let map = try MapReader(connection, at: date)
          for (name, value) in [
            ("generated_at", generatedAt.description), ("finished", map.snapshot.finished.description),
            ("catalog_release", map.snapshot.catalog.release), ("catalog_hash", map.snapshot.catalog.hash),
          ] {
            try connection.execute(insertMetadata, [name, value])
          }
          try map.export(until: date, filter: filter)
        }
      } catch let error as DatabaseError where isDamage(error) {
        // The export's constraints found a damaged value; the readers say which one.
        try store.read(at: date) { map throws(StoreError) in
          _ = try map.hosts(filter.selection)
          _ = try map.support(filter)
          _ = try map.changes(since: nil, until: date, filter: filter)
        }
        throw StoreError.from(error, path: store.path)
      }
    }
  }

  private static func isDamage(_ error: DatabaseError) -> Bool {
    switch error.resultCode {
    case .SQLITE_CONSTRAINT, .SQLITE_CORRUPT, .SQLITE_ERROR, .SQLITE_MISMATCH, .SQLITE_NOTADB: true
    default: false
    }
  }
}

/// Expressions of an export's statements.
enum ExportedText {
  /// The text that a column refers to; bytes, which no text column accepts, where the reference leads nowhere.
  static func referredToBy(_ reference: String, _ text: String) -> String {
    "iif(\(reference) IS NOT NULL AND \(text) IS NULL, x'00', \(text))"
  }
}
