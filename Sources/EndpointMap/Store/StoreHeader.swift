// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// The first bytes of a store's file, read without SQLite so that a foreign file stays as it is.
///
/// The layout is that of the SQLite file format, section 1.3.
enum StoreHeader {
  private static let magic = Array("SQLite format 3\0".utf8)
  private static let size = 100
  private static let versionOffset = 60
  private static let applicationOffset = 68

  /// Checks that a file has the header of a store, which it has from its first moment on.
  ///
  /// - Parameters:
  ///   - path: The file; it exists.
  ///   - isDamaged: Whether the file is known to be damaged: then it only has to be a database.
  /// - Throws: `StoreError`.
  static func check(_ path: String, isDamaged: Bool = false) throws(StoreError) {
    let header: [UInt8]
    do {
      header = try FileAccess.head(of: path, count: size)
    } catch {
      throw StoreError.from(error, path: path)
    }
    guard header.count == size, header.starts(with: magic) else {
      throw .notAStore(path, "it is not a database")
    }
    guard isDamaged || number(header, at: applicationOffset) == UInt32(bitPattern: Schema.applicationID)
    else {
      throw .notAStore(path, "it is a database of another program")
    }
  }

  /// The number of the schema in a file's header; `nil` when the file cannot be read.
  static func schema(_ path: String) -> Int? {
    guard let header = try? FileAccess.head(of: path, count: size), header.count == size else { return nil }
    return Int(number(header, at: versionOffset))
  }

  private static func number(_ bytes: [UInt8], at offset: Int) -> UInt32 {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }
}
