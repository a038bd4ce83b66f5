// SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// Conditions that every row of a table must meet, added to a table that exists.
///
/// SQLite cannot add a constraint: the table is made again with its columns as they are, whatever earlier migrations added,
/// and its rows are copied (SQLite's documentation of ALTER TABLE, section 7). A row that does not meet a condition makes
/// the migration fail: the file is damaged.
struct TableChecks: Sendable {
  let table: String
  let conditions: [String]

  init(_ table: String, _ conditions: [String]) {
    self.table = table
    self.conditions = conditions
  }

  private static let selectStatement = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?"
  private static let selectIndexes = """
    SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL
    """

  /// Makes the table again; foreign keys are not enforced meanwhile.
  func add(to database: Database) throws {
    let statement = try String.fetchOne(database, sql: Self.selectStatement, arguments: [table]) ?? ""
    let indexes = try String.fetchAll(database, sql: Self.selectIndexes, arguments: [table])
    // The columns are between the first and the last parenthesis; behind it are the table's options.
    guard let first = statement.firstIndex(of: "("), let last = statement.lastIndex(of: ")") else { return }
    let checks = conditions.map { ",\n  CHECK (\($0))" }.joined()
    let columns = statement[first..<last].reversed().drop(while: \.isWhitespace).reversed()
    try database.execute(
      sql: """
        CREATE TABLE checked_\(table) \(String(columns))\(checks)
        \(statement[last...]);
        INSERT INTO checked_\(table) SELECT * FROM \(table);
        DROP TABLE \(table);
        ALTER TABLE checked_\(table) RENAME TO \(table);
        """)
    for index in indexes { try database.execute(sql: index) }
  }
}
