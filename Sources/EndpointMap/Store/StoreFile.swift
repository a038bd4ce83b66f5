// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Database files that exist as a whole or not at all.
enum StoreFile {
  /// Lets a temporary file be written beside a path and moves it there.
  ///
  /// - Parameters:
  ///   - path: The file to make; an existing one is replaced.
  ///   - write: Writes the temporary file, whose path it is given.
  /// - Throws: `StoreError`; the path is then as it was.
  static func replace(_ path: String, _ write: (String) throws -> Void) throws(StoreError) {
    do {
      try AtomicFile.replace(path, write)
    } catch {
      throw StoreError.from(error, path: path)
    }
  }
}
