// SPDX-License-Identifier: Apache-2.0

import EgressBase
import EgressTerminal
import Foundation

/// Files that a command writes: all of it or nothing.
enum Files {
  /// Whether a path is a folder.
  static func isFolder(_ path: String) -> Bool {
    (try? URL(fileURLWithPath: path).resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false
  }

  /// Refuses to write over a file that the command reads from.
  static func require(_ path: String, differsFrom source: String) throws {
    func real(_ path: String) -> String {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().standardized.path
    }
    func identity(_ path: String) -> [UInt64]? {
      guard let attributes = try? FileManager.default.attributesOfItem(atPath: real(path)),
        let file = attributes[.systemFileNumber] as? UInt64, let volume = attributes[.systemNumber] as? UInt64
      else { return nil }
      return [file, volume]
    }
    let besides = ["", "-wal", "-shm", ".lock"].map { source + $0 }
    let isSame = besides.contains { other in
      real(other) == real(path) || (identity(other) != nil && identity(other) == identity(path))
    }
    guard isSame else { return }
    throw CommandFailure(
      .usage, "this is the store that is read; it is not written over", at: path,
      help: "name another file with --to")
  }
}
