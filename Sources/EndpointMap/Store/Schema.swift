// SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// The store's schema: its number and the migrations that lead to it.
enum Schema {
  /// `PRAGMA application_id`: the letters `egr6`, so that `file` and SQLite distinguish a store from other databases.
  static let applicationID: Int32 = 0x6567_7236

  /// The number of the newest schema, kept in `PRAGMA user_version`.
  static let version = migrations.count

  /// All migrations, oldest first; a published migration never changes.
  static let migrations: [StoreMigration] = [
    .runsAndHistory, .endpointGroups, .runVerdict, .addressMarks, .checks,
  ]

  /// The migrations as GRDB runs them: each in one transaction with its schema number.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    for (index, migration) in migrations.enumerated() {
      migrator.registerMigration(migration.name) { database in
        try database.execute(sql: migration.sql)
        for checks in migration.checks { try checks.add(to: database) }
        try database.execute(sql: "PRAGMA application_id = \(applicationID)")
        try database.execute(sql: "PRAGMA user_version = \(index + 1)")
      }
    }
    return migrator
  }
}

/// One step of the schema.
struct StoreMigration: Sendable {
  /// The step's name, number first.
  let name: String
  /// The statements.
  let sql: String
  /// Conditions for rows, which are added after the statements.
  var checks: [TableChecks] = []
}
