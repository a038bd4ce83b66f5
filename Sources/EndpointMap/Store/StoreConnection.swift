// SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// A connection to the store inside a transaction, with the path that its errors name.
///
/// Reads go through `StoredRow`, which checks every value: a damaged file must give an error, never a trap.
struct StoreConnection {
  let database: Database
  let path: String

  /// Runs a query and passes on its rows one by one.
  func forEachRow(
    of sql: String, _ arguments: StatementArguments = StatementArguments(),
    _ body: (StoredRow) throws -> Void
  ) throws {
    let statement = try database.makeStatement(sql: sql)
    let rows = try Row.fetchCursor(statement, arguments: arguments)
    let row = StoredRow(statement, path: path)
    while try rows.next() != nil { try body(row) }
  }

  /// Runs a query and reads its first row; `nil` when it has no rows.
  func firstRow<Value>(
    of sql: String, _ arguments: StatementArguments = StatementArguments(),
    _ body: (StoredRow) throws -> Value
  ) throws -> Value? {
    let statement = try database.cachedStatement(sql: sql)
    let rows = try Row.fetchCursor(statement, arguments: arguments)
    return try rows.next() == nil ? nil : body(StoredRow(statement, path: path))
  }

  /// Runs a statement.
  func execute(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
    try database.execute(sql: sql, arguments: arguments)
  }

  /// Runs a statement that is compiled once for many calls.
  func executeCached(_ sql: String, _ arguments: StatementArguments) throws {
    try database.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  /// Refuses a store with a meaningless row in a table.
  func require(_ check: RowCheck) throws {
    if try firstRow(of: check.search, [:], { _ in true }) != nil {
      throw damaged("\(check.table) has a row without a meaning")
    }
  }

  /// The error for a value or a reference that no release of the program writes.
  func damaged(_ reason: String) -> StoreError { .damaged(path, reason) }
}
