// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Files that are there whole or not at all.
enum AtomicFile {
  /// Has a temporary file written beside a path and moves it there.
  ///
  /// - Parameters:
  ///   - path: The file to make; an existing one is replaced.
  ///   - write: Writes the temporary file, whose path it is given.
  /// - Throws: `StoreError`; the path is then as it was.
  static func replace(_ path: String, _ write: (String) throws -> Void) throws(StoreError) {
    let temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).part"
    defer { for suffix in ["", "-journal", "-wal", "-shm"] { remove(temporary + suffix) } }
    do {
      remove(temporary)
      try write(temporary)
    } catch {
      throw StoreError.from(error, path: path)
    }
    synchronise(temporary)
    guard unsafe rename(temporary, path) == 0 else {
      throw .readOnly(path, unsafe String(cString: strerror(errno)))
    }
    synchronise(MapStore.folder(of: path))
  }

  /// Has the system write a file, or the names of a folder, to the disk.
  private static func synchronise(_ path: String) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Removes a file if it is there.
  static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
