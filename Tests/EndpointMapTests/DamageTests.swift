// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import EndpointMap
import Foundation
import GRDB
import Testing

/// Asks every question of stores that hold what no release of the program writes.
@Suite("Damaged values")
struct DamageTests {
  /// A value that takes the place of a good one.
  enum Value: String, CaseIterable, Sendable {
    case null = "NULL"
    case text = "'x'"
    case blob = "x'00ff'"
    case huge = "9223372036854775807"
    case negative = "-1"

    /// Whether a column may hold it; in a text column a number is a text, too.
    func fits(_ column: ColumnInfo) -> Bool {
      switch self {
      case .null: !column.isNotNull && column.primaryKeyIndex == 0
      case .text: column.type == "TEXT"
      case .blob: column.type == "BLOB"
      case .huge: column.type == "TEXT"
      case .negative: column.type == "TEXT" || ["started", "finished", "time"].contains(column.name)
      }
    }
  }

  private struct Good {
    var bytes: Data
    var outcomes: [String: DamagedStore.Outcome]
  }

  private static let good = Result<Good, any Error> {
    let folder = try TemporaryFolder()
    try DamagedStore.make(folder.file())
    return Good(
      bytes: try Data(contentsOf: URL(fileURLWithPath: folder.file())),
      outcomes: try DamagedStore.outcomes(folder.file(), folder))
  }

  static let tables = [
    "text", "catalog", "coverage", "run", "run_count", "verdict", "host", "journal", "history", "gap", "cell",
    "endpoint_group", "endpoint", "support",
  ]
  let folder: TemporaryFolder
  private let good: Good

  init() throws {
    folder = try TemporaryFolder()
    good = try Self.good.get()
  }

  @Test("the good store answers every question")
  func whole() {
    for (question, outcome) in good.outcomes {
      guard case .answer(let text) = outcome else {
        Issue.record("\(question): \(outcome)")
        continue
      }
      #expect(text.utf8.count > (question == "resumable" ? 0 : 80))
    }
  }

  @Test("every column with every wrong value gives the right answer or an error", arguments: tables)
  func columns(_ table: String) throws {
    var tried = 0
    var unseen: Set<String> = []
    let columns = try columns(in: table)
    var triedColumns: Set<String> = []
    for column in columns {
      for value in Value.allCases {
        for isAll in [true, false] {
          guard try damage(table, column.name, value, isAll: isAll) else { continue }
          tried += 1
          triedColumns.insert(column.name)
          let place = "\(table).\(column.name) = \(value.rawValue)\(isAll ? "" : " in one")"
          if try !check(
            place, mustSee: !value.fits(column), isScanned: !isAll)
          {
            unseen.insert("\(table).\(column.name)")
          }
        }
      }
    }
    print("\(table): \(tried) damaged stores; not seen: \(unseen.sorted())")
    #expect(triedColumns == Set(columns.map(\.name)), "a column that was never damaged proves nothing")
    #expect(unseen.isEmpty)
  }

  @Test("missing rows and doubled intervals give the right answer or an error", arguments: tables)
  func rows(_ table: String) throws {
    var statements = ["DELETE FROM \(table)"]
    try rewrite { statements.append("DELETE FROM \(table) WHERE \(try Self.firstRow($0, of: table))") }
    if ["history", "support", "endpoint", "gap"].contains(table) {
      let columns = try columns(in: table).map(\.name).joined(separator: ", ")
      let doubled = columns.replacingOccurrences(of: "since_run", with: "since_run + 1")
        .replacingOccurrences(of: "until_run", with: "NULL")
      statements.append(
        "INSERT OR IGNORE INTO \(table) (\(columns)) SELECT \(doubled) FROM \(table) WHERE until_run IS NULL")
    }
    for statement in statements {
      try rewrite { try $0.execute(sql: statement) }
      _ = try check(statement, mustSee: false)
    }
  }

  /// Asks everything, then salvages the store and asks again.
  ///
  /// - Returns: Whether each answer was right or refused.
  private func check(_ place: String, mustSee: Bool, isScanned: Bool = true) throws -> Bool {
    var isSeen = true
    for (question, outcome) in try DamagedStore.outcomes(folder.file(), folder, isScanned: isScanned) {
      if mustSee {
        if case .answer = outcome, outcome != good.outcomes[question] {
          isSeen = false
          print("\(place): \(question) differs")
        }
        if case .refusal(let error) = outcome { #expect(error.kind == .damaged, "\(place): \(question)") }
      }
    }
    try checkSalvage(place, isScanned: isScanned)
    return isSeen
  }

  private func checkSalvage(_ place: String, isScanned: Bool) throws {
    let path = folder.file("saved")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let report = try Salvage.recover(from: folder.file(), to: path)
    for (question, outcome) in try DamagedStore.outcomes(path, folder, isScanned: isScanned) {
      guard case .refusal(let error) = outcome, error.kind == .damaged else { continue }
      Issue.record("\(place): \(question) of the salvaged store: \(error)\n\(report)")
    }
  }

  private func columns(in table: String) throws -> [ColumnInfo] {
    try good.bytes.write(to: URL(fileURLWithPath: folder.file()))
    return try DatabaseQueue(path: folder.file()).read { try $0.columns(in: table) }
  }

  /// The condition for the first row of a table by its primary key: one row, so that no wrong value makes two rows equal.
  private static func firstRow(_ database: Database, of table: String) throws -> String {
    let key = try database.primaryKey(table).columns.joined(separator: ", ")
    return "(\(key)) = (SELECT \(key) FROM \(table) ORDER BY \(key) LIMIT 1)"
  }

  /// Writes a value into a column of a fresh store; `false` when SQLite cannot hold it there.
  private func damage(_ table: String, _ column: String, _ value: Value, isAll: Bool) throws -> Bool {
    do {
      try rewrite { database in
        let condition = try isAll ? "" : " WHERE \(Self.firstRow(database, of: table))"
        try database.execute(sql: "UPDATE \(table) SET \(column) = \(value.rawValue)\(condition)")
      }
      return true
    } catch let error as DatabaseError
      where [.SQLITE_CONSTRAINT, .SQLITE_MISMATCH].contains(error.resultCode)
    {
      return false
    }
  }

  /// Changes a fresh store without its constraints, whose statements are as before afterwards.
  private func rewrite(_ body: (Database) throws -> Void) throws {
    try good.bytes.write(to: URL(fileURLWithPath: folder.file()))
    var schema: [(name: String, sql: String)] = []
    try open { database in
      for row in try Row.fetchAll(database, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'table'") {
        schema.append((row[0], row[1]))
      }
      try database.execute(
        sql: """
          UPDATE sqlite_master SET sql = replace(replace(replace(sql, ' NOT NULL', ''), ') STRICT,', ')'), ') STRICT', ')')
          WHERE type = 'table'
          """)
    }
    defer {
      for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: folder.file() + suffix) }
    }
    try open(body)
    try open { database in
      for (name, sql) in schema {
        try database.execute(sql: "UPDATE sqlite_master SET sql = ? WHERE name = ?", arguments: [sql, name])
      }
    }
  }

  private func open(_ body: (Database) throws -> Void) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: folder.file(), configuration: configuration)
    try queue.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA ignore_check_constraints = ON; PRAGMA writable_schema = ON")
      try body(database)
    }
    try queue.close()
  }

  /// What may be said of a file with random damage.
  private static let kinds: Set<StoreError.Kind> = [
    .damaged, .noRun, .noRunByDate, .missing, .newerSchema, .notAStore, .nothingToResume, .otherHosts,
    .failed,
    .nothingToSave,
  ]

  @Test("random damage gives an answer or an error", arguments: [UInt64](1...12))
  func randomBytes(_ seed: UInt64) throws {
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    for round in 0..<25 {
      // Scans take most of the time.
      let isScanned = round.isMultiple(of: 5)
      var bytes = good.bytes
      for _ in 0..<Int.random(in: 1...60, using: &random) {
        bytes[Int.random(in: 100..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      try bytes.write(to: URL(fileURLWithPath: folder.file()))
      for (question, outcome) in try DamagedStore.outcomes(folder.file(), folder, isScanned: isScanned) {
        if case .refusal(let error) = outcome {
          #expect(Self.kinds.contains(error.kind), "\(question): \(error)")
        }
      }
      do {
        try checkSalvage("seed \(seed)", isScanned: isScanned)
      } catch let error as StoreError {
        #expect(Self.kinds.contains(error.kind), "\(error)")
      }
      for name in ["map.sqlite-wal", "map.sqlite-shm"] {
        try? FileManager.default.removeItem(atPath: folder.file(name))
      }
    }
  }
}
