// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import EgressDNS
internal import Foundation
internal import GRDB

/// A row of a query whose values are checked when they are read: type, range and meaning.
///
/// Every read names the table and column, so that the error says where the file is damaged.
struct StoredRow {
  let row: Row
  let path: String

  /// The largest count of hosts or packets that makes sense.
  static let countLimit = Int64(UInt32.max)
  /// The largest number of a row that makes sense.
  static let keyLimit: Int64 = 1 << 40
  /// The seconds of the moments that make sense.
  static let times = Timestamp.range
  /// The bytes of the longest set of hosts.
  private static let setLimit = Int(HostSet.numberLimit / 8)

  /// Whether a column is NULL.
  func isNull(_ index: Int) -> Bool { row.hasNull(atIndex: index) }

  /// An integer of any size.
  ///
  /// SQLite converts a value that is not a number to 0, so only the type of a 0 is checked: the check is expensive.
  func integer(_ index: Int, _ column: String) throws(StoreError) -> Int64 {
    let integer = isNull(index) ? 0 : row[index] as Int64
    guard integer != 0 || value(index) is Int64 else { throw damaged(index, column) }
    return integer
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
    guard let text = value(index) as? String else { throw damaged(index, column) }
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
    guard let text = value(index) as? String else {
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
    guard let bytes = value(index) as? Data, bytes.count <= Self.setLimit else {
      throw damaged(index, column)
    }
    return HostSet(bits: Array(bytes))
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

  /// The value as SQLite stores it: `Int64`, `Double`, `String` or `Data`; `nil` for NULL.
  private func value(_ index: Int) -> (any DatabaseValueConvertible)? { row[index] }

  private func damaged(_ index: Int, _ column: String) -> StoreError {
    let found =
      switch value(index) {
      case nil: "is NULL or missing"
      case let text as String: "holds the text '\(Self.excerpt(text))'"
      case let bytes as Data: "holds \(bytes.count) bytes of binary data"
      case .some(let number): "holds the number \(number)"
      }
    return .damaged(path, "\(column) \(found), which has no meaning there")
  }

  /// The first characters of a text, without those that would change a terminal.
  private static func excerpt(_ text: String) -> String {
    String(text.unicodeScalars.prefix(40).map { $0.value < 0x20 || $0.value == 0x7f ? "?" : Character($0) })
  }
}
