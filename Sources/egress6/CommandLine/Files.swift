// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// Files that a command writes: all of it or nothing.
enum Files {
  /// Whether a path is a folder.
  static func isFolder(_ path: String) -> Bool {
    (try? FileAccess.target(of: path)) == .folder
  }

  /// Refuses to write over a file that the command reads from.
  ///
  /// - Parameters:
  ///   - path: The file to write.
  ///   - sources: The files that are read, each with what it is; what SQLite and the scanner keep beside a store counts as
  ///     the store.
  /// - Throws: `CommandFailure`.
  static func require(_ path: String, differsFrom sources: [(path: String, what: String)]) throws {
    for source in sources {
      let files = ["", "-wal", "-shm", ".lock"].map { (FileAccess.realPath(source.path) ?? source.path) + $0 }
      let isSame = files.contains { FileAccess.isSame($0, path) }
      guard isSame || isFolder(source.path) && FileAccess.isInside(path, folder: source.path) else {
        continue
      }
      throw CommandFailure(
        .usage, "this is the \(source.what) that is read; it is not written over", at: path,
        help: "name another file with --to")
    }
  }
}
