// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import EgressDNS
internal import GRDB

/// Makes a new store from everything that can be read from a damaged one.
///
/// The damaged file is copied and never written; the copy lies beside the new file until that is complete. Tables are read in the order of their keys; where a page cannot be read,
/// reading continues behind it, and backward up to it.
package enum Salvage {
  /// Reads what can be read.
  ///
  /// - Parameters:
  ///   - damaged: The damaged store.
  ///   - path: The new store; an existing file is replaced.
  /// - Returns: What was saved and lost.
  /// - Throws: `StoreError` when nothing can be read or the new file cannot be written.
  package static func recover(from damaged: String, to path: String) throws(StoreError) -> SalvageReport {
    let location = try StoreFile.locate(damaged, isWritten: false)
    if !location.exists, FileAccess.realPath(damaged) == nil { throw .missing(damaged) }
    do throws(StoreError) {
      try StoreHeader.check(damaged, isDamaged: true)
    } catch {
      throw nothingToRead(damaged, "it is not a database, or its first page is damaged")
    }
    let schema = StoreHeader.schema(damaged) ?? Schema.version
    if schema > Schema.version { throw .newer(damaged, schema) }
    let isOlder = schema < Schema.version
    var report = SalvageReport()
    try StoreFile.replace(path) { temporary in
      let copy = temporary + "-copy"
      for suffix in ["", "-wal"] where suffix.isEmpty || FileAccess.realPath(location.path + suffix) != nil {
        try FileAccess.copy(location.path + suffix, to: copy + suffix)
      }
      var configuration = Configuration()
      configuration.foreignKeysEnabled = false
      configuration.prepareDatabase { database in
        // Without it SQLite refuses a file that is shorter than its header says.
        try database.execute(sql: "PRAGMA writable_schema = ON")
      }
      let source: DatabaseQueue
      do {
        source = try DatabaseQueue(path: copy, configuration: configuration)
        let hasTable = try source.writeWithoutTransaction {
          try Bool.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master WHERE name = 'history'") ?? false
        }
        guard hasTable else {
          throw nothingToRead(damaged, "it has none of a store's tables")
        }
      } catch let error as StoreError {
        throw error
      } catch {
        let reason = (error as? DatabaseError)?.message ?? "\(error)"
        throw nothingToRead(damaged, "the pages that describe its tables are damaged: \(reason)")
      }
      var target = Configuration()
      target.foreignKeysEnabled = false
      // Nothing has to lie beside a file that is worthless until it is complete.
      target.prepareDatabase { try $0.execute(sql: "PRAGMA journal_mode = MEMORY") }
      let queue = try DatabaseQueue(path: temporary, configuration: target)
      try Schema.migrator.migrate(queue)
      // The repair mends what a constraint would refuse.
      try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA ignore_check_constraints = ON") }
      try queue.write { new in
        // Outside a transaction: in a damaged file even the end of a transaction that only reads fails.
        try source.writeWithoutTransaction { old in
          let hasGroups = (try? Bool.fetchOne(old, sql: hasGroups)) ?? true
          if hasGroups { try new.execute(sql: SalvageRepair.dropGroups) }
          for table in try SalvageTable.all(new: new, old: old) {
            // A table that came with a newer schema has nothing to save.
            if isOlder, (try? old.tableExists(table.name)) == false {
              report.tables.append(SalvageReport.Table(name: table.name))
              continue
            }
            report.tables.append(try SalvageReader(old: old, new: new, table: table).copy())
          }
        }
        try SalvageRepair(database: new).repair(&report)
      }
      try queue.close()
      try source.close()
    }
    return report
  }

  private static let hasGroups =
    "SELECT count(*) FROM pragma_table_info('support') WHERE name = 'endpoint_group'"

  private static func nothingToRead(_ path: String, _ reason: String) -> StoreError {
    StoreError(.nothingToSave, path, "nothing can be read: \(reason); nothing was written")
  }
}
