// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import Foundation
internal import GRDB

/// The map's store: one SQLite file with runs, the history of answers, and support.
///
/// Many tasks may read at once, also while a scan writes; each `read` sees the store at one moment.
///
/// ```swift
/// let store = try MapStore(path: "map.sqlite", access: .reading)
/// let rows = try store.read { map in try map.support(MapFilter()) }
/// ```
package final class MapStore: Sendable {
  /// What a store is opened for.
  package enum Access: Sendable, Hashable {
    /// Queries; the file must exist, and it stays as it is.
    case reading
    /// A scan; a missing file and its folder are made, and the pages of an existing one are checked.
    case writing
  }

  /// The file.
  package let path: String
  /// The file as a connection that only reads opens it: its path, or a URI.
  private let source: String
  private let pool: DatabasePool
  /// Where the pool only reads, a connection that may write but never does: SQLite removes the log and the shared memory
  /// beside the file only when such a connection is the last to close.
  private let keeper: DatabaseQueue?

  /// How long a statement waits for another process's transaction; merges of full lists take about a second.
  private static let busyTimeout: TimeInterval = 10
  /// The most reading connections; more readers wait.
  private static let readerLimit = 8

  /// Opens a store and brings its schema up to date.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - access: What it is opened for.
  /// - Throws: `StoreError` with what is wrong with the file.
  package init(path: String, access: Access) throws(StoreError) {
    self.path = path
    do {
      let location = try StoreFile.locate(path, isWritten: access == .writing)
      let (file, exists) = (location.path, location.exists)
      if access == .reading, !exists { throw StoreError.missing(path) }
      if access == .writing { try AtomicFile.makeFolder(of: file) }
      if exists { try StoreHeader.check(path) } else { try Self.make(file) }
      switch access {
      case .reading where FileManager.default.isWritableFile(atPath: AtomicFile.folder(of: file)):
        // The file remembers its journal mode. A pool that may write would set it again and write to the file.
        let keeper = try DatabaseQueue(path: file, configuration: Self.configuration())
        _ = try keeper.read { try Self.schema($0, path: path) }
        self.keeper = keeper
        source = file
        pool = try Self.readOnlyPool(file)
      case .reading:
        keeper = nil
        source = try Self.immutable(file)
        pool = try Self.readOnlyPool(source)
      case .writing:
        keeper = nil
        source = file
        pool = try Self.writablePool(file)
      }
      var schema = try pool.read { try Self.schema($0, path: path) }
      if access == .writing {
        if exists { try Self.checkPages(pool, path: path) }
        if schema < Schema.version {
          try Schema.migrator.migrate(pool)
          schema = Schema.version
        }
      }
      if schema == 0 { throw StoreError.missing(path) }
      if schema < Schema.version { throw StoreError.older(path, schema) }
    } catch {
      throw StoreError.from(error, path: path)
    }
  }

  deinit {
    // A pool that writes closes its connections in the right order by itself.
    if keeper != nil { try? pool.close() }
  }

  /// Runs queries in one transaction: they see the store at one moment.
  ///
  /// - Parameter body: The queries; it must not call `read` or `write` of the same store.
  /// - Returns: What the body returns.
  /// - Throws: `StoreError`.
  func query<Value>(_ body: (StoreConnection) throws -> Value) throws(StoreError) -> Value {
    do {
      return try pool.read { try body(StoreConnection(database: $0, path: path)) }
    } catch {
      throw StoreError.from(error, path: path)
    }
  }

  /// Runs statements in one transaction.
  ///
  /// - Parameter body: The statements; it must not call `read` or `write` of the same store.
  /// - Returns: What the body returns.
  /// - Throws: `StoreError`; the store is then as it was.
  func write<Value>(_ body: (StoreConnection) throws -> Value) throws(StoreError) -> Value {
    do {
      return try pool.write { try body(StoreConnection(database: $0, path: path)) }
    } catch {
      throw StoreError.from(error, path: path)
    }
  }

  /// Runs queries in one transaction on a connection to which another database is attached as `export`.
  ///
  /// - Parameters:
  ///   - path: The other database. It is written without a journal: after an error its file is worthless.
  ///   - body: The queries.
  /// - Throws: What SQLite or the body throws.
  func query(beside path: String, _ body: (StoreConnection) throws -> Void) throws {
    let queue = try DatabaseQueue(configuration: Self.configuration())
    try queue.writeWithoutTransaction { database in
      // SQLite looks for a table in the order of attachment: names without a schema mean the store's tables.
      try database.execute(sql: "ATTACH ? AS store", arguments: [source])
      try database.execute(sql: "ATTACH ? AS export", arguments: [path])
      try database.execute(sql: "PRAGMA export.journal_mode = OFF; PRAGMA export.synchronous = OFF")
      try database.inTransaction(.deferred) {
        try body(StoreConnection(database: database, path: self.path))
        return .commit
      }
    }
    try queue.close()
  }

  /// Makes a store with its whole schema before it gets its name, so that a kill leaves a whole store or none.
  private static func make(_ path: String) throws {
    // SQLite would take a log that lies there without its database for the new one's.
    for suffix in ["-wal", "-shm"] { AtomicFile.remove(path + suffix) }
    try StoreFile.replace(path) { temporary in
      let database = try DatabaseQueue(path: temporary, configuration: configuration())
      try Schema.migrator.migrate(database)
      // Only now: closing merges a log into the file and says nothing when the disk is too full for it, and the log does
      // not come along when the file gets its name.
      try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
      try database.close()
    }
  }

  private static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.label = "egress6.map"
    configuration.busyMode = .timeout(busyTimeout)
    configuration.maximumReaderCount = readerLimit
    return configuration
  }

  private static func readOnlyPool(_ path: String) throws -> DatabasePool {
    var configuration = configuration()
    configuration.readonly = true
    return try DatabasePool(path: path, configuration: configuration)
  }

  /// The URI of a file in a folder that cannot be written, where SQLite cannot make the shared memory of its log.
  ///
  /// A file that nobody can write is safe to read as immutable, unless a log with unmerged pages lies beside it.
  private static func immutable(_ path: String) throws -> String {
    if (try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int) ?? 0 > 0 {
      throw StoreError.readOnly(path, "its log still has to be merged into the file")
    }
    let name = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
    return "file:\(name)?immutable=1"
  }

  private static func writablePool(_ path: String) throws -> DatabasePool {
    let pool = try DatabasePool(path: path, configuration: configuration())
    // A committed batch must survive power loss. GRDB sets NORMAL when it sets WAL, so FULL must come after it.
    try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    return pool
  }

  /// The number of the schema, of a file that is a store.
  private static func schema(_ database: Database, path: String) throws -> Int {
    let application = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let schema = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    guard application == Schema.applicationID else {
      throw StoreError.notAStore(path, "it is a database of another program")
    }
    guard schema <= Schema.version else { throw StoreError.newer(path, schema) }
    return schema
  }

  /// Throws when pages do not fit together; a scan takes minutes, so half a second more is well spent.
  private static func checkPages(_ pool: DatabasePool, path: String) throws {
    let findings = try pool.read { try String.fetchAll($0, sql: "PRAGMA quick_check(3)") }
    guard findings == ["ok"] else {
      throw StoreError.damaged(path, findings.joined(separator: "; "))
    }
  }
}
