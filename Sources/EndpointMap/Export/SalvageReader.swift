// SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// Copies the readable rows of one table.
struct SalvageReader {
  let old: Database
  let new: Database
  let table: SalvageTable

  /// The unreadable stretches after which the rest of a table is left out; a file with that many has little to save.
  private static let holeLimit = 2000

  /// Reads forward; behind each hole, seeks the next readable key and reads backward to the hole.
  func copy() throws -> SalvageReport.Table {
    var result = SalvageReport.Table(name: table.name)
    var start: Int64 = 1
    while result.holes < Self.holeLimit {
      let pass = try read(table.forward, [start], &result)
      guard let failure = pass.failure else { break }
      result.holes += 1
      result.reason = result.reason ?? failure
      let last = pass.last ?? start
      guard let next = try seek(after: last, &result) else { break }
      _ = try read(table.backward, [next - 1, last], &result)
      start = next
    }
    result.rows = try Int.fetchOne(new, sql: "SELECT count(*) FROM \(table.name)") ?? 0
    try count(&result)
    return result
  }

  /// Finds out how many rows the file had, as far as the table's indexes are whole: an index lies on pages of its own.
  private func count(_ result: inout SalvageReport.Table) throws {
    for sql in table.counts {
      guard let had = try? Int.fetchOne(old, sql: sql) else { continue }
      let saved = try Int.fetchOne(new, sql: sql) ?? 0
      result.lost = max(result.lost, had - saved - result.dropped)
    }
    guard result.holes > 0, result.lost == 0 else { return }
    if try new.columns(in: table.name).contains(where: { $0.name == "id" }) {
      // Rows are numbered from 1 and never deleted.
      let last = try Int.fetchOne(new, sql: "SELECT max(id) FROM \(table.name)") ?? 0
      result.lost = max(0, min(last, Int(StoredRow.countLimit)) - result.rows - result.dropped)
    }
  }

  private struct Pass {
    var last: Int64?
    var failure: String?
  }

  private func read(_ sql: String, _ keys: [Int64], _ result: inout SalvageReport.Table) throws -> Pass {
    var pass = Pass()
    let insert = try new.cachedStatement(sql: table.insert)
    do {
      let rows = try Row.fetchCursor(old, sql: sql, arguments: StatementArguments(keys))
      while let row = try rows.next() {
        pass.last = Int64.fromDatabaseValue(row.databaseValue(at: 0)) ?? pass.last
        do {
          try insert.execute(arguments: StatementArguments(row.databaseValues))
          if new.changesCount == 0 { result.dropped += 1 }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
          result.dropped += 1
        }
      }
    } catch let error as DatabaseError where Self.isDamage(error) {
      pass.failure = error.message ?? "damaged"
    }
    return pass
  }

  /// The first key behind a hole from which a row can be read; the step doubles with each try.
  private func seek(after key: Int64, _ result: inout SalvageReport.Table) throws -> Int64? {
    var step: Int64 = 1
    while key < StoredRow.keyLimit, step < StoredRow.keyLimit {
      do {
        guard try Row.fetchOne(old, sql: table.forward, arguments: [key + step]) != nil else { return nil }
        return key + step
      } catch let error as DatabaseError where Self.isDamage(error) {
        step *= 2
      }
    }
    return nil
  }

  private static func isDamage(_ error: DatabaseError) -> Bool {
    switch error.resultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_IOERR, .SQLITE_ERROR: true
    default: false
    }
  }
}

extension Row {
  /// The value of a column as SQLite stores it.
  fileprivate func databaseValue(at index: Int) -> DatabaseValue { self[index] }
}
