// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import EgressDNS
internal import GRDB
internal import GRDBSQLite

/// A row of a query whose values are checked when they are read: type, range and meaning.
///
/// Every read names the table and column, so that the error says where the file is damaged. Values are read from SQLite
/// itself (`sqlite3_column_type` and its kin), because a conversion on the way would hide the type that the file holds.
/// The row is valid until its statement moves on.
@safe struct StoredRow {
  private let statement: SQLiteStatement
  let path: String

  /// Takes the present row of a statement.
  init(_ statement: Statement, path: String) {
    unsafe self.statement = statement.sqliteStatement
    self.path = path
  }

  /// The largest count of hosts or packets that makes sense.
  static let countLimit = Int64(UInt32.max)
  /// The largest number of a row that makes sense.
  static let keyLimit: Int64 = 1 << 40
  /// The seconds of the moments that make sense.
  static let times = Timestamp.range
  /// The bytes of the longest set of hosts.
  private static let setLimit = Int(HostSet.numberLimit / 8)

  /// Whether a column is NULL.
  func isNull(_ index: Int) -> Bool { type(index) == SQLITE_NULL }

  /// An integer of any size.
  func integer(_ index: Int, _ column: String) throws(StoreError) -> Int64 {
    guard type(index) == SQLITE_INTEGER else { throw damaged(index, column) }
    return unsafe sqlite3_column_int64(statement, Int32(index))
  }

  /// The number of a row of a table, which the program counts from 1.
  func key(_ index: Int, _ column: String) throws(StoreError) -> Int64 {
    let key = try integer(index, column)
    guard (1...Self.keyLimit).contains(key) else { throw damaged(index, column) }
    return key
  }

  /// The number of a row of another table; `nil` where the column is NULL.
  func optionalKey(_ index: Int, _ column: String) throws(StoreError) -> Int64? {
    isNull(index) ? nil : try key(index, column)
  }

  /// The number of a host, which fits into a set of hosts.
  func host(_ index: Int, _ column: String) throws(StoreError) -> Int64 {
    let host = try key(index, column)
    guard host < HostSet.numberLimit else { throw damaged(index, column) }
    return host
  }

  /// A number of hosts or packets.
  func count(_ index: Int, _ column: String) throws(StoreError) -> Int {
    let count = try integer(index, column)
    guard (0...Self.countLimit).contains(count) else { throw damaged(index, column) }
    return Int(count)
  }

  /// A text.
  func text(_ index: Int, _ column: String) throws(StoreError) -> String {
    guard let text = text(index) else { throw damaged(index, column) }
    return text
  }

  /// A text; `nil` where the column is NULL.
  func optionalText(_ index: Int, _ column: String) throws(StoreError) -> String? {
    isNull(index) ? nil : try text(index, column)
  }

  /// The text of a row that another row refers to; `nil` where the reference is NULL.
  ///
  /// - Parameters:
  ///   - index: The column of the text, from a `LEFT JOIN`.
  ///   - reference: The column of the reference.
  ///   - column: The name of the reference's column.
  /// - Returns: The text.
  /// - Throws: `StoreError` when the reference leads nowhere.
  func text(
    _ index: Int, referredToBy reference: Int, _ column: String
  ) throws(StoreError) -> String? {
    if isNull(reference) { return nil }
    guard let text = text(index) else {
      throw .damaged(path, "\(column) refers to a row that is missing or holds no text")
    }
    return text
  }

  /// A name of AWS's.
  func id<ID: Identifier>(_ index: Int, _ column: String) throws(StoreError) -> ID {
    ID(try text(index, column))
  }

  /// A service in a region, in three columns from an index on.
  func serviceRegion(_ index: Int) throws(StoreError) -> ServiceRegion {
    ServiceRegion(
      partition: try id(index, "cell.partition"), service: try id(index + 1, "cell.service"),
      region: try id(index + 2, "cell.region"))
  }

  /// A yes or no, kept as 1 or 0.
  func flag(_ index: Int, _ column: String) throws(StoreError) -> Bool {
    switch try integer(index, column) {
    case 0: return false
    case 1: return true
    default: throw damaged(index, column)
    }
  }

  /// A set of hosts.
  func hostSet(_ index: Int, _ column: String) throws(StoreError) -> HostSet {
    guard type(index) == SQLITE_BLOB, count(index) <= Self.setLimit else { throw damaged(index, column) }
    return HostSet(bits: bytes(index))
  }

  /// A value with a published number.
  func code<Code: StoredCode>(_ index: Int, _ column: String) throws(StoreError) -> Code {
    guard let code = Code(code: Int(try integer(index, column))) else { throw damaged(index, column) }
    return code
  }

  /// A value with a published number; `nil` where the column is NULL.
  func optionalCode<Code: StoredCode>(_ index: Int, _ column: String) throws(StoreError) -> Code? {
    isNull(index) ? nil : try code(index, column)
  }

  /// An address family.
  func family(_ index: Int, _ column: String) throws(StoreError) -> Family {
    guard let family = Family(rawValue: try integer(index, column)) else { throw damaged(index, column) }
    return family
  }

  /// How far a run came.
  func state(_ index: Int, _ column: String) throws(StoreError) -> RunInformation.State {
    guard let state = RunInformation.State(rawValue: try text(index, column)) else {
      throw damaged(index, column)
    }
    return state
  }

  /// A moment.
  func time(_ index: Int, _ column: String) throws(StoreError) -> Timestamp {
    let seconds = try integer(index, column)
    guard Self.times.contains(seconds) else { throw damaged(index, column) }
    return Timestamp(seconds: seconds)
  }

  /// The type of a value as the file holds it (`SQLITE_INTEGER`, …).
  private func type(_ index: Int) -> Int32 { unsafe sqlite3_column_type(statement, Int32(index)) }

  /// The bytes of a text or a blob.
  private func count(_ index: Int) -> Int { unsafe Int(sqlite3_column_bytes(statement, Int32(index))) }

  /// The text of a column that holds a text, bytes that are not UTF-8 replaced; `nil` for other types.
  private func text(_ index: Int) -> String? {
    guard type(index) == SQLITE_TEXT else { return nil }
    guard let start = unsafe sqlite3_column_text(statement, Int32(index)) else { return "" }
    return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count(index)), as: UTF8.self)
  }

  private func bytes(_ index: Int) -> [UInt8] {
    guard let start = unsafe sqlite3_column_blob(statement, Int32(index)) else { return [] }
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: count(index)))
  }

  private func damaged(_ index: Int, _ column: String) -> StoreError {
    let found =
      switch type(index) {
      case SQLITE_NULL: "is NULL or missing"
      case SQLITE_TEXT: "holds the text '\(Self.excerpt(text(index) ?? ""))'"
      case SQLITE_BLOB: "holds \(count(index)) bytes of binary data"
      case SQLITE_INTEGER: unsafe "holds the number \(sqlite3_column_int64(statement, Int32(index)))"
      default: unsafe "holds the number \(sqlite3_column_double(statement, Int32(index)))"
      }
    return .damaged(path, "\(column) \(found), which has no meaning there")
  }

  /// The first characters of a text, without those that would change a terminal.
  private static func excerpt(_ text: String) -> String {
    String(text.unicodeScalars.prefix(40).map { $0.value < 0x20 || $0.value == 0x7f ? "?" : Character($0) })
  }
}
