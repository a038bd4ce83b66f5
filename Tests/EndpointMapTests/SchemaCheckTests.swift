// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import EndpointMap
import Foundation
import GRDB
import Testing

/// What the schema lets in must be what the program can read.
@Suite("The schema's constraints")
struct SchemaCheckTests {
  /// Values of every type; some are right for some columns.
  private static let values = [
    "NULL", "'x'", "''", "x'00ff'", "9223372036854775807", "-1", "0", "1", "2", "3", "7", "77", "1.5",
  ]
  /// Columns whose value can be wrong only beside another row, which no constraint of a table can see: intervals that
  /// overlap, and references to a run that is not complete.
  private static let relative: Set<String> = ["since_run", "until_run", "support_since", "state", "run"]

  private static let good = Result<Data, any Error> {
    let folder = try TemporaryFolder()
    try DamagedStore.make(folder.file())
    return try Data(contentsOf: URL(fileURLWithPath: folder.file()))
  }

  @Test("a value that SQLite lets in gives an answer", arguments: (try? DamagedStore.tables()) ?? [])
  func values(_ table: String) throws {
    let folder = try TemporaryFolder()
    let good = try Self.good.get()
    var refused: [String: Int] = [:]
    var accepted: [String: [String]] = [:]
    func write(_ sql: String) throws -> Bool {
      for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: folder.file() + suffix) }
      try good.write(to: URL(fileURLWithPath: folder.file()))
      let queue = try DatabaseQueue(path: folder.file())
      do {
        try queue.write { try $0.execute(sql: sql) }
      } catch let error as DatabaseError
        where [.SQLITE_CONSTRAINT, .SQLITE_MISMATCH].contains(error.resultCode)
      {
        return false
      }
      try queue.close()
      return true
    }
    try good.write(to: URL(fileURLWithPath: folder.file()))
    let (columns, key) = try DatabaseQueue(path: folder.file()).read {
      (try $0.columns(in: table), try $0.primaryKey(table).columns.joined(separator: ", "))
    }
    for column in columns where !Self.relative.contains(column.name) {
      for value in Self.values {
        let one =
          "UPDATE \(table) SET \(column.name) = \(value) WHERE (\(key)) = (SELECT \(key) FROM \(table) LIMIT 1)"
        guard try write(one) else {
          refused[column.name, default: 0] += 1
          continue
        }
        accepted[column.name, default: []].append(value)
        for (question, outcome) in try DamagedStore.outcomes(folder.file(), folder, isScanned: false) {
          guard case .refusal(let error) = outcome, error.kind == .damaged else { continue }
          Issue.record("\(table).\(column.name) = \(value) is let in, but \(question): \(error)")
        }
      }
      // STRICT refuses at least one of these types everywhere; a column that takes all of them has no type.
      #expect(refused[column.name, default: 0] > 0 || column.type == "TEXT", "\(table).\(column.name)")
    }
    print("\(table): let in \(accepted.sorted { $0.key < $1.key })")
  }

  @Test("a complete run has an end, and codes without a meaning are refused, whoever writes them")
  func examples() throws {
    let folder = try TemporaryFolder()
    try Self.good.get().write(to: URL(fileURLWithPath: folder.file()))
    let queue = try DatabaseQueue(path: folder.file())
    for sql in [
      "UPDATE run SET finished = NULL WHERE id = 1", "UPDATE history SET answer = 77",
      "UPDATE history SET family = 5",
      "UPDATE history SET until_run = since_run", "UPDATE run SET started = 999999999999999",
      "UPDATE support SET evidence = -1", "UPDATE support SET previous = 9",
      "UPDATE endpoint SET variant = 4",
      "UPDATE endpoint SET is_primary = 2", "UPDATE host SET id = 0 WHERE id = 1",
      "UPDATE run_count SET hosts = -1", "INSERT INTO gap (host, family, since_run) VALUES (1, 9, 1)",
    ] {
      #expect(throws: DatabaseError.self, "\(sql)") { try queue.write { try $0.execute(sql: sql) } }
    }
  }

  @Test(
    "a store of the first schema gets the constraints, and a damaged one is refused as it is",
    arguments: [false, true])
  func upgrade(_ isDamaged: Bool) throws {
    let folder = try TemporaryFolder()
    try DamagedStore.make(folder.file())
    let path = folder.file()
    let before = try DamagedStore.outcomes(path, folder, isScanned: false)
    try Self.withoutChecks(path, damage: isDamaged ? "UPDATE history SET answer = 77 WHERE host = 1" : nil)
    let opened = Result { try MapStore(path: path, access: .writing) }
    if isDamaged {
      #expect(throws: StoreError.self) { try opened.get() }
      #expect(try kind { try opened.get() } == .damaged)
    } else {
      _ = try opened.get()
      #expect(try DamagedStore.outcomes(path, folder, isScanned: false) == before)
      let queue = try DatabaseQueue(path: path)
      #expect(throws: DatabaseError.self) {
        try queue.write { try $0.execute(sql: "UPDATE history SET answer = 77 WHERE host = 1") }
      }
      let indexes = try queue.read {
        try String.fetchAll(
          $0, sql: "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")
      }
      #expect(indexes == ["coverage_digest", "history_open", "support_since_run"])
    }
  }

  private func kind<Value>(_ body: () throws -> Value) throws -> StoreError.Kind? {
    try storeError(body)?.kind
  }

  /// Takes the constraints of the last migration out of a store and its number back by one.
  private static func withoutChecks(_ path: String, damage: String?) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { database in
      let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
      try database.execute(sql: "PRAGMA writable_schema = ON")
      for row in try Row.fetchAll(
        database, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%,%CHECK (%'")
      {
        let (name, sql): (String, String) = (row[0], row[1])
        // The added ones follow the columns, one a line.
        let lines = sql.split(separator: "\n", omittingEmptySubsequences: false)
        var kept = lines.filter { !$0.hasPrefix("  CHECK (") }.joined(separator: "\n")
        if lines.count > kept.split(separator: "\n", omittingEmptySubsequences: false).count {
          kept = kept.replacing(#/,\s*\n\)/#, with: "\n)")
        }
        try database.execute(sql: "UPDATE sqlite_schema SET sql = ? WHERE name = ?", arguments: [kept, name])
      }
      try database.execute(sql: "PRAGMA writable_schema = RESET; PRAGMA user_version = \(version - 1)")
      try database.execute(
        sql: "DELETE FROM grdb_migrations WHERE rowid = (SELECT max(rowid) FROM grdb_migrations)")
      if let damage { try database.execute(sql: "PRAGMA foreign_keys = OFF; \(damage)") }
    }
    try queue.close()
  }
}
