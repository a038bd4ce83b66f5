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
    var names: [String: [String]]

    func columns(_ table: String) throws -> [String] { try #require(names[table]) }
  }

  private static let good = Result<Good, any Error> {
    let folder = try TemporaryFolder()
    try DamagedStore.make(folder.file())
    return Good(
      bytes: try Data(contentsOf: URL(fileURLWithPath: folder.file())),
      outcomes: try DamagedStore.outcomes(folder.file(), folder),
      names: try DatabaseQueue(path: folder.file()).read { database in
        try Dictionary(uniqueKeysWithValues: tables.map { ($0, try database.columns(in: $0).map(\.name)) })
      })
  }

  /// All tables of the schema.
  static let tables = (try? DamagedStore.tables()) ?? []
  let folder: TemporaryFolder
  private let good: Good

  init() throws {
    folder = try TemporaryFolder()
    good = try Self.good.get()
    #expect(Self.tables.count >= 12)
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
    if ["history", "support", "endpoint", "gap", "held"].contains(table) {
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
    defer {
      for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }
    let report = try Salvage.recover(from: folder.file(), to: path)
    #expect(Set(report.tables.map(\.name)) == Set(Self.tables))
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

  /// A way in which a file goes bad.
  private enum Damage: CaseIterable {
    case bytes, zeroedPages, swappedPages, truncation, values, rows
  }

  @Test("random damage gives an answer or an error", arguments: [UInt64](1...20))
  func randomDamage(_ number: UInt64) throws {
    let seed = TestSeed.named("EGRESS6_DAMAGE_SEED", fixed: 0) &+ number
    let rounds = TestDepth.repetitions("EGRESS6_DAMAGES", quick: 15, full: 100)
    var random = SplitMix64(seed: seed)
    for round in 0..<rounds {
      let damage = Damage.allCases[round % Damage.allCases.count]
      let place = "seed \(seed), round \(round), \(damage)"
      try apply(damage, &random)
      // Scans take most of the time.
      let isScanned = round.isMultiple(of: 5)
      for (question, outcome) in try DamagedStore.outcomes(folder.file(), folder, isScanned: isScanned) {
        if case .refusal(let error) = outcome {
          #expect(Self.kinds.contains(error.kind), "\(place): \(question): \(error)")
        }
      }
      do {
        try checkSalvage(place, isScanned: isScanned)
      } catch let error as StoreError {
        #expect(Self.kinds.contains(error.kind), "\(place): \(error)")
      }
      for name in ["map.sqlite-wal", "map.sqlite-shm"] {
        try? FileManager.default.removeItem(atPath: folder.file(name))
      }
    }
  }

  private func apply(_ damage: Damage, _ random: inout SplitMix64) throws {
    let page = 4096
    var bytes = good.bytes
    let pages = bytes.count / page
    func somePage() -> Range<Int> {
      let first = Int.random(in: 1..<pages, using: &random) * page
      return first..<first + page
    }
    switch damage {
    case .bytes:
      for _ in 0..<Int.random(in: 1...60, using: &random) {
        bytes[Int.random(in: 100..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
    case .zeroedPages:
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes.replaceSubrange(somePage(), with: Data(count: page))
      }
    case .swappedPages:
      let (one, other) = (somePage(), somePage())
      let kept = Data(bytes[one])
      bytes.replaceSubrange(one, with: Data(bytes[other]))
      bytes.replaceSubrange(other, with: kept)
    case .truncation: bytes = bytes.prefix(Int.random(in: 50..<bytes.count, using: &random))
    case .values: return try damageValues(&random)
    case .rows: return try damageRows(&random)
    }
    try bytes.write(to: URL(fileURLWithPath: folder.file()))
  }

  /// Writes wrong values into columns of some rows, without any constraint.
  private func damageValues(_ random: inout SplitMix64) throws {
    let values = [
      "NULL", "'x'", "x'00ff'", "9223372036854775807", "-1", "0", "7", "1.5", "''", "1099511627777",
    ]
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let table = Self.tables[Int.random(in: 0..<Self.tables.count, using: &random)]
      let columns = try good.columns(table)
      let column = columns[Int.random(in: 0..<columns.count, using: &random)]
      let value = values[Int.random(in: 0..<values.count, using: &random)]
      let (share, rest) = (Int.random(in: 1...9, using: &random), Int.random(in: 0...8, using: &random))
      try rewriteIfPossible {
        try $0.execute(
          sql:
            "UPDATE OR IGNORE \(table) SET \(column) = \(value) WHERE \(try Self.everyFew($0, table, share, rest))"
        )
      }
    }
  }

  /// Changes a fresh store, unless even an unconstrained table cannot hold the value: the number of a row is an integer.
  private func rewriteIfPossible(_ body: (Database) throws -> Void) throws {
    do {
      try rewrite(body)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_MISMATCH {
      try good.bytes.write(to: URL(fileURLWithPath: folder.file()))
    }
  }

  /// Deletes and doubles rows.
  private func damageRows(_ random: inout SplitMix64) throws {
    let table = Self.tables[Int.random(in: 0..<Self.tables.count, using: &random)]
    let (share, rest) = (Int.random(in: 1...9, using: &random), Int.random(in: 0...8, using: &random))
    let isDeleted = Bool.random(using: &random)
    let columns = try good.columns(table)
    let key = columns[Int.random(in: 0..<columns.count, using: &random)]
    try rewriteIfPossible { database in
      let some = try Self.everyFew(database, table, share, rest)
      let changed = columns.map { $0 == key ? "\($0) + 1" : $0 }.joined(separator: ", ")
      try database.execute(
        sql: isDeleted
          ? "DELETE FROM \(table) WHERE \(some)"
          : "INSERT OR IGNORE INTO \(table) SELECT \(changed) FROM \(table) WHERE \(some)")
    }
  }

  /// The condition for every few rows of a table.
  private static func everyFew(_ database: Database, _ table: String, _ share: Int, _ rest: Int) throws
    -> String
  {
    let key = try database.primaryKey(table).columns.joined(separator: ", ")
    return """
      (\(key)) IN (SELECT \(key) FROM (
        SELECT \(key), row_number() OVER (ORDER BY \(key)) AS number FROM \(table)) WHERE number % \(share) = \(rest % share))
      """
  }
}
