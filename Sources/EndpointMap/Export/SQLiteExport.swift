// SPDX-License-Identifier: Apache-2.0

internal import DNS
package import EgressBase
internal import GRDB

/// The map as a flat SQLite file for other programs: the fields of the other exports as columns.
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
      evidence TEXT NOT NULL
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
      PRIMARY KEY (partition, service, region)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE changes (
      date TEXT NOT NULL,
      partition TEXT NOT NULL,
      service TEXT NOT NULL,
      region TEXT NOT NULL,
      "from" TEXT NOT NULL,
      "to" TEXT NOT NULL,
      host TEXT NOT NULL,
      evidence TEXT NOT NULL
    ) STRICT;
    """
  private static let insertMetadata = "INSERT INTO metadata VALUES (?, ?)"
  private static let insertHost = "INSERT INTO hosts VALUES (?, ?, ?, ?, ?, ?)"
  private static let insertSupport = "INSERT INTO support VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
  private static let insertChange = "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, ?)"

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
    let (snapshot, hosts, support, changes) = try store.read(at: date) { map throws(StoreError) in
      (
        map.snapshot, try map.hosts(filter.selection), try map.support(filter),
        try map.changes(since: nil, until: date, filter: filter)
      )
    }
    try StoreFile.replace(path) { temporary in
      var configuration = Configuration()
      configuration.prepareDatabase { database in
        // The file gets its name when it is complete and on the disk: until then nothing needs a rollback.
        try database.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
      }
      let queue = try DatabaseQueue(path: temporary, configuration: configuration)
      try queue.write { database in
        try database.execute(sql: schema)
        for (name, value) in [
          ("generated_at", generatedAt.description), ("finished", snapshot.finished.description),
          ("catalog_release", snapshot.catalog.release), ("catalog_hash", snapshot.catalog.hash),
        ] {
          try database.execute(sql: insertMetadata, arguments: [name, value])
        }
        try insert(hosts, support, changes, into: database)
      }
      try queue.close()
    }
  }

  private static func insert(
    _ hosts: [HostRecord], _ support: [SupportRecord], _ changes: [ChangeRecord], into database: Database
  ) throws {
    var times: [Timestamp: String] = [:]
    func text(_ time: Timestamp?) -> String? {
      guard let time else { return nil }
      if let known = times[time] { return known }
      times[time] = time.description
      return time.description
    }
    let host = try database.makeStatement(sql: insertHost)
    for row in hosts {
      try host.execute(arguments: [
        row.host, row.a.rawValue, row.aaaa.rawValue,
        row.cname.count == 1 ? row.cname[0] : row.cname.joined(separator: " "),
        text(row.observedAt), row.evidence.rawValue,
      ])
    }
    let cell = try database.makeStatement(sql: insertSupport)
    for row in support {
      try cell.execute(arguments: [
        row.place.partition, row.place.service, row.place.region, row.support.rawValue, row.evidence.rawValue,
        text(row.since), row.hosts.standard, row.hosts.dualstack, row.hosts.fips,
        row.hosts.fipsDualstack,
      ])
    }
    let change = try database.makeStatement(sql: insertChange)
    for row in changes {
      try change.execute(arguments: [
        text(row.date), row.place.partition, row.place.service, row.place.region, row.from.rawValue,
        row.to.rawValue,
        row.host, row.evidence.rawValue,
      ])
    }
  }
}
