// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// The first bytes of a store's file, read without SQLite so that a foreign file stays as it is.
///
/// The layout is that of the SQLite file format, section 1.3.
enum StoreHeader {
  private static let magic = Array("SQLite format 3\0".utf8)
  private static let size = 100
  private static let pageCountOffset = 28
  private static let freeCountOffset = 36
  private static let applicationOffset = 68

  /// Checks that a file is a store, empty, or a database that was just made.
  ///
  /// - Parameter path: The file; it exists.
  /// - Throws: `StoreError`.
  static func check(_ path: String) throws(StoreError) {
    let header: [UInt8]
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      header = try Array(file.read(upToCount: size) ?? Data())
    } catch {
      throw .unreadable(path, "it is a folder, or may not be read")
    }
    if header.isEmpty { return }
    guard header.count == size, header.starts(with: magic) else {
      throw .notAStore(path, "it is not a database")
    }
    let application = number(header, at: applicationOffset)
    // While the first transaction is still in the log, all pages of the file itself but the first are free.
    let pages = number(header, at: pageCountOffset)
    let isNew = application == 0 && pages <= number(header, at: freeCountOffset).addingReportingOverflow(1).0
    guard isNew || application == UInt32(bitPattern: Schema.applicationID) else {
      throw .notAStore(path, "it is a database of another program")
    }
  }

  private static func number(_ bytes: [UInt8], at offset: Int) -> UInt32 {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }
}
