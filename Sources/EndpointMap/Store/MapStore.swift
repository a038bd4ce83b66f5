// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import Foundation
internal import GRDB

/// The map's store: one SQLite file with runs, the history of answers, and support.
///
/// ```swift
/// let store = try MapStore(path: "map.sqlite", access: .reading)
/// let rows = try store.support(at: nil, filter: MapFilter())
/// ```
package final class MapStore: Sendable {
  /// What a store is opened for.
  package enum Access: Sendable, Hashable {
    /// Queries; the file must exist.
    case reading
    /// A scan; the file and its folder are made when they are missing, and its pages are checked.
    case writing
  }

  /// The file.
  package let path: String
  let database: DatabaseQueue

  /// How long a statement waits for another process's transaction; merges of full lists take about a second.
  private static let busyTimeout: TimeInterval = 10

  /// Opens a store and brings its schema up to date.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - access: What it is opened for.
  /// - Throws: `StoreError` with what is wrong with the file.
  package init(path: String, access: Access) throws(StoreError) {
    self.path = path
    if access == .writing { try Self.makeFolder(of: path) }
    do {
      // An empty file is as good as none: another program may have made it to have a name.
      let exists = FileManager.default.fileExists(atPath: path) && !Self.isEmpty(path)
      if access == .reading, !exists { throw StoreError.missing(path) }
      if exists { try StoreHeader.check(path) } else { try Self.make(path) }
      let isWritable =
        access == .writing || FileManager.default.isWritableFile(atPath: AtomicFile.folder(of: path))
      database = try Self.open(path, isWritable: isWritable, access: access)
      try database.read { try Self.check($0, path: path) }
      if access == .writing {
        if exists { try Self.checkPages(database, path: path) }
        try Schema.migrator.migrate(database)
      }
      try database.read { try Self.checkSchema($0, path: path) }
    } catch {
      throw StoreError.from(error, path: path)
    }
  }

  /// Runs a query.
  func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do {
      return try database.read(body)
    } catch {
      throw StoreError.from(error, path: path)
    }
  }

  /// Runs statements in one transaction.
  func write<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do {
      return try database.write(body)
    } catch {
      throw StoreError.from(error, path: path)
    }
  }

  private static func makeFolder(of path: String) throws(StoreError) {
    do {
      try FileManager.default.createDirectory(
        atPath: AtomicFile.folder(of: path), withIntermediateDirectories: true)
    } catch {
      throw .readOnly(path, "its folder cannot be made")
    }
  }

  /// Makes a store with its whole schema before it gets its name, so that a kill leaves a store or none.
  private static func make(_ path: String) throws {
    // A log that lies there without its database would be taken for the new one's.
    for suffix in ["-wal", "-shm"] { AtomicFile.remove(path + suffix) }
    try StoreFile.replace(path) { temporary in
      let database = try open(temporary, isWritable: true, access: .writing)
      try Schema.migrator.migrate(database)
      try database.close()
    }
  }

  private static func isEmpty(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.type] as? FileAttributeType == .typeRegular && attributes?[.size] as? Int == 0
  }

  private static func open(_ path: String, isWritable: Bool, access: Access) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = "egress6 map"
    configuration.busyMode = .timeout(busyTimeout)
    guard isWritable else {
      // Without a writable folder SQLite cannot make the shared memory of its log; a file that nobody can write is
      // safe to read as immutable, unless a log with unmerged pages lies beside it.
      configuration.readonly = true
      if (try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int) ?? 0 > 0 {
        throw StoreError.readOnly(path, "its log still has to be merged into the file")
      }
      let name = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
      return try DatabaseQueue(path: "file:\(name)?immutable=1", configuration: configuration)
    }
    // The file remembers its journal mode; setting it anew would write to the file.
    if access == .writing { configuration.journalMode = .wal }
    configuration.prepareDatabase { database in
      // A committed batch must survive power loss, which WAL's usual NORMAL does not promise.
      try database.execute(sql: "PRAGMA synchronous = FULL")
    }
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  private static func check(_ database: Database, path: String) throws {
    let application = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let schema = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    guard application == Schema.applicationID else {
      throw StoreError.notAStore(path, "it is a database of another program")
    }
    guard schema <= Schema.version else {
      throw StoreError.newer(path, schema)
    }
  }

  private static func checkSchema(_ database: Database, path: String) throws {
    let schema = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    if schema == 0 { throw StoreError.missing(path) }
    guard schema == Schema.version else {
      throw StoreError(
        .readOnly,
        "\(path): written by an older egress6 (schema \(schema), this one knows \(Schema.version))",
        help: "run `egress6 scan` once, which brings the file up to date")
    }
  }

  /// Throws when pages do not fit together; a scan takes minutes, so half a second more is well spent.
  private static func checkPages(_ database: DatabaseQueue, path: String) throws {
    let findings = try database.read { try String.fetchAll($0, sql: "PRAGMA quick_check(3)") }
    guard findings == ["ok"] else {
      throw StoreError.damaged(path, findings.joined(separator: "; "))
    }
  }
}
