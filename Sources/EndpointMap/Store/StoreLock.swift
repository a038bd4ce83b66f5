// SPDX-License-Identifier: Apache-2.0

package import EgressBase
internal import Foundation

/// The right to scan into a store, which one process holds at a time.
///
/// It is an advisory lock (`flock`) on `STORE.lock`, which the kernel releases when the holder ends, however it ends. The
/// file's text says who holds it. Readers need no lock.
package final class StoreLock: Sendable {
  /// Who holds a store.
  package struct Owner: Sendable, Hashable {
    /// The process id.
    package var process: Int32
    /// The machine's name.
    package var machine: String
    /// When it took the lock.
    package var since: Timestamp

    /// Makes an owner.
    package init(process: Int32, machine: String, since: Timestamp) {
      self.process = process
      self.machine = machine
      self.since = since
    }

    /// The text of the lock file.
    var text: String { "\(process) \(since) \(machine)\n" }

    /// Reads the text of a lock file; `nil` when it is not one.
    init?(text: String) {
      let parts = text.split(whereSeparator: \.isWhitespace)
      guard parts.count >= 3, let process = Int32(parts[0]), let since = Timestamp(String(parts[1])) else {
        return nil
      }
      self.init(process: process, machine: String(parts[2]), since: since)
    }
  }

  /// The bytes read from a lock file: an owner needs about 300.
  private static let textLimit = 1024
  private let descriptor: Int32

  /// Takes the lock.
  ///
  /// - Parameters:
  ///   - path: The store's file.
  ///   - owner: What the lock file tells others.
  /// - Throws: `StoreError` of the kind `locked`, with the holder, when another process has the lock. For a path that
  ///   cannot be a store's, nothing is made.
  package init(store path: String, owner: Owner) throws(StoreError) {
    // Beside the file itself: two links to one store must not give two locks.
    let store = try StoreFile.locate(path, isWritten: true).path
    do { try AtomicFile.makeFolder(of: store) } catch { throw StoreError.from(error, path: path) }
    let file = store + ".lock"
    let descriptor = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
    guard descriptor >= 0 else { throw .readOnly(file, unsafe String(cString: strerror(errno))) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .readOnly(file, "it is not a regular file")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let holder = Self.owner(descriptor)
      close(descriptor)
      throw Self.held(path, by: holder)
    }
    let text = Array(owner.text.utf8)
    // The text only informs: the lock holds even when the disk is full.
    if ftruncate(descriptor, 0) == 0 { _ = unsafe pwrite(descriptor, text, text.count, 0) }
    self.descriptor = descriptor
  }

  deinit {
    // The file is emptied, not removed: after a removal two processes could hold two files of the same name.
    _ = ftruncate(descriptor, 0)
    close(descriptor)
  }

  private static func owner(_ descriptor: Int32) -> Owner? {
    var bytes = [UInt8](repeating: 0, count: textLimit)
    let count = unsafe pread(descriptor, &bytes, textLimit, 0)
    guard count > 0 else { return nil }
    return Owner(text: String(decoding: bytes[..<count], as: UTF8.self))
  }

  private static func held(_ path: String, by owner: Owner?) -> StoreError {
    guard let owner else { return StoreError(.locked, path, "another scan holds the store") }
    return StoreError(
      .locked, path,
      "process \(owner.process) on \(owner.machine) has been scanning into it since \(owner.since)",
      facts: [.process: "\(owner.process)", .time: "\(owner.since)"])
  }
}
