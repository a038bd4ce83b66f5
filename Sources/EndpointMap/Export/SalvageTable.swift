// SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// How one table is read from a damaged store; the first column leads the key.
///
/// The tables and their columns are those of the new store's schema, so that no list has to follow it.
struct SalvageTable {
  let name: String
  /// Reads in ascending order, from a key on.
  let forward: String
  /// Reads in descending order, from a key down to another one, which is left out.
  let backward: String
  let insert: String
  /// Count the rows without reading the table, which an index can do whose pages are whole.
  let counts: [String]

  /// Describes a table of the new store.
  ///
  /// - Parameters:
  ///   - name: The table.
  ///   - new: The new store.
  ///   - old: The damaged one. A column that it lacks, because an older release wrote it, gets its default.
  /// - Throws: What SQLite says of the new store.
  init(_ name: String, new: Database, old: Database) throws {
    let columns = try new.columns(in: name)
    let key = columns.first { $0.primaryKeyIndex == 1 }?.name ?? "rowid"
    let known = Set((try? old.columns(in: name).map(\.name)) ?? [])
    let substitutes = known.isEmpty || known.contains("endpoint_group") ? [:] : Self.substitutes[name] ?? [:]
    let found = columns.map(\.name).filter {
      known.isEmpty || known.contains($0) || substitutes[$0] != nil
    }
    let names = [key] + found.filter { $0 != key }
    let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
    let read = names.map { substitutes[$0] ?? "\"\($0)\"" }.joined(separator: ", ")
    let marks = names.map { _ in "?" }.joined(separator: ", ")
    self.name = name
    // Without indexes: an index may be damaged where the table is not.
    forward = "SELECT \(read) FROM \(name) NOT INDEXED WHERE \(key) >= ? ORDER BY \(key)"
    backward = "SELECT \(read) FROM \(name) NOT INDEXED WHERE \(key) <= ? AND \(key) > ? ORDER BY \(key) DESC"
    insert = "INSERT OR IGNORE INTO \(name) (\(list)) VALUES (\(marks))"
    counts = try Self.indexes(of: name, new).map { index in
      let condition = index.isPartial ? " WHERE until_run IS NULL" : ""
      return "SELECT count(*) FROM \(name) INDEXED BY \(index.name)\(condition)"
    }
  }

  /// What stands for the columns of a store that is older than endpoint groups, by table.
  private static let substitutes = [
    "endpoint": ["endpoint_group": "\(StoreMigration.namelessGroup)", "is_main": "1"],
    "support": [
      "endpoint_group": "\(StoreMigration.namelessGroup)", "is_main": "1", "at_least": "0", "cause": "NULL",
      "decided_by": "cause",
    ],
  ]

  /// All tables in the order of the schema, which is owners before what they own.
  static func all(new: Database, old: Database) throws -> [SalvageTable] {
    let names = try String.fetchAll(
      new,
      sql: """
        SELECT name FROM sqlite_schema
        WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'grdb%' ORDER BY rowid
        """)
    return try names.map { try SalvageTable($0, new: new, old: old) }
  }

  /// The indexes that are not the table itself; the partial ones of this schema hold the open intervals.
  private static func indexes(
    of table: String, _ database: Database
  ) throws -> [(name: String, isPartial: Bool)] {
    try Row.fetchAll(
      database, sql: "SELECT name, partial FROM pragma_index_list(?) WHERE origin <> 'pk'", arguments: [table]
    )
    .map { (name: $0[0], isPartial: $0[1]) }
  }
}
