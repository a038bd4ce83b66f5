// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Reads the files of a release from the file system; failures are ``ImportError``.
enum ReleaseFiles {
  /// What is at a path.
  static func kind(of path: String, followingLink: Bool) throws(ImportError) -> FileAccess.Kind {
    try translate { () throws(FileError) in try FileAccess.kind(of: path, followingLink: followingLink) }
  }

  /// The bytes of a file; a file of more than `limit` bytes is an error.
  static func read(_ path: String, limit: Int) throws(ImportError) -> [UInt8] {
    try translate { () throws(FileError) in try FileAccess.read(path, limit: limit) }
  }

  /// The names in a folder, sorted by their bytes.
  static func names(in path: String, limit: Int) throws(ImportError) -> [String] {
    try translate { () throws(FileError) in try FileAccess.names(in: path, limit: limit) }
  }

  private static func translate<Value>(_ body: () throws(FileError) -> Value) throws(ImportError) -> Value {
    do {
      return try body()
    } catch {
      switch error.problem {
      case .unreadable(let reason), .unwritable(let reason):
        throw .unreadable(path: error.path, reason: reason)
      case .tooLarge(let limit): throw .limit(archive: error.path, entry: nil, limit: limit)
      case .notAFile, .notReplaceable, .changed: throw .unreadable(path: error.path, reason: error.reason)
      }
    }
  }
}
