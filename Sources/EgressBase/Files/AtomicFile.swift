// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that are replaced as a whole or not at all: a temporary file, `fsync`, `rename`.
package enum AtomicFile {
  /// Writes a temporary file beside a path and moves it there.
  ///
  /// - Parameters:
  ///   - path: The file to make; an existing one is replaced, and a symbolic link is followed.
  ///   - write: Writes the temporary file, whose path it is given.
  /// - Throws: ``FileError``, or what `write` throws; the path is then as it was, and no temporary file is left.
  package static func replace(_ path: String, _ write: (_ temporary: String) throws -> Void) throws {
    let path = resolved(path)
    let temporary = "\(path).\(getpid()).part"
    defer { for suffix in ["", "-journal", "-wal", "-shm"] { remove(temporary + suffix) } }
    remove(temporary)
    try write(temporary)
    synchronize(temporary)
    guard unsafe rename(temporary, path) == 0 else {
      throw FileError(.unwritable(reason: FileAccess.systemReason()), path: path)
    }
    synchronize(folder(of: path))
  }

  /// Writes a file piece by piece and moves it to a path when it is complete.
  ///
  /// - Parameters:
  ///   - path: The file to make; an existing regular file is replaced, anything else is refused.
  ///   - body: Is given a function that writes the next bytes.
  /// - Throws: ``FileError``, or what `body` throws; the path is then as it was, and no temporary file is left.
  package static func write(
    _ path: String, _ body: (_ write: ([UInt8]) throws -> Void) throws -> Void
  ) throws {
    try requireReplaceable(path)
    try replace(path) { temporary in
      let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      func failure() -> FileError { FileError(.unwritable(reason: FileAccess.systemReason()), path: path) }
      guard descriptor >= 0 else { throw failure() }
      defer { _ = close(descriptor) }
      try body { bytes in
        guard FileAccess.writeAll(bytes, to: descriptor) else { throw failure() }
      }
      guard fsync(descriptor) == 0 else { throw failure() }
    }
  }

  /// Refuses a path that leads to anything but a regular file or nothing, or whose folder cannot be written.
  ///
  /// - Throws: ``FileError``.
  package static func requireReplaceable(_ path: String) throws(FileError) {
    switch try? FileAccess.kind(of: path, followingLink: true) {
    case nil, .file: break
    case .folder, .link, .other: throw FileError(.notReplaceable, path: path)
    }
    // The dot makes a file that is named as a folder fail, too.
    guard unsafe access(folder(of: path) + "/.", W_OK) == 0 else {
      throw FileError(.unwritable(reason: FileAccess.systemReason()), path: path)
    }
  }

  /// Removes a file if it is there.
  package static func remove(_ path: String) { _ = unsafe unlink(path) }

  /// The folder that a path is in; `.` for a bare name.
  package static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The path behind symbolic links; the path itself where nothing is there yet.
  private static func resolved(_ path: String) -> String {
    guard let real = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// Asks the system to write a file, or the names of a folder, to the disk.
  private static func synchronize(_ path: String) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    _ = close(descriptor)
  }
}
