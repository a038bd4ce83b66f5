// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// The first bytes of a store's file, read without SQLite so that a foreign file stays as it is.
///
/// The layout is that of the SQLite file format, section 1.3.
enum StoreHeader {
  private static let magic = Array("SQLite format 3\0".utf8)
  private static let size = 100
  private static let applicationOffset = 68

  /// Checks that a file has the marks of a store; it has them from its first moment on.
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
    guard header.count == size, header.starts(with: magic) else {
      throw .notAStore(path, "it is not a database")
    }
    guard number(header, at: applicationOffset) == UInt32(bitPattern: Schema.applicationID) else {
      throw .notAStore(path, "it is a database of another program")
    }
  }

  private static func number(_ bytes: [UInt8], at offset: Int) -> UInt32 {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }
}
