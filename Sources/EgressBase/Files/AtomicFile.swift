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
  ///   - path: The file to make; an existing regular file is replaced, also behind a symbolic link. Anything else is
  ///     refused.
  ///   - write: Writes the temporary file, whose path it is given; the file exists and is empty.
  /// - Throws: ``FileError``, or what `write` throws; the path is then as it was, and no temporary file is left.
  package static func replace(_ path: String, _ write: (_ temporary: String) throws -> Void) throws {
    try replace(path) { part in try write(part.path) }
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
    try replace(path) { (part: PartFile) in
      try body { bytes in
        guard FileAccess.writeAll(bytes, to: part.descriptor) else {
          throw FileError(.unwritable(reason: FileAccess.systemReason()), path: path)
        }
      }
    }
  }

  private static func replace(_ path: String, _ write: (PartFile) throws -> Void) throws {
    try requireReplaceable(path)
    let real = FileAccess.realPath(path) ?? path
    let part = try PartFile(beside: real)
    defer { part.remove() }
    func failure() -> FileError { FileError(.unwritable(reason: FileAccess.systemReason()), path: path) }
    try write(part)
    guard fsync(part.descriptor) == 0 else { throw failure() }
    guard unsafe rename(part.path, real) == 0 else { throw failure() }
    synchronize(folder(of: real))
  }

  /// Refuses a path that leads to anything but a regular file or nothing, or whose folder cannot be written.
  ///
  /// - Throws: ``FileError``.
  package static func requireReplaceable(_ path: String) throws(FileError) {
    let target: FileTarget
    do { target = try FileAccess.target(of: path) } catch {
      throw FileError(.unwritable(reason: error.reason), path: path)
    }
    switch target {
    case .missing, .file: break
    default: throw FileError(.notReplaceable(target), path: path)
    }
    let folder = folder(of: FileAccess.realPath(path) ?? path)
    // The dot makes a file that is named as a folder fail, too.
    guard unsafe access(folder + "/.", W_OK | X_OK) == 0 else {
      let reason = errno == ENOENT ? "its folder does not exist" : FileAccess.systemReason()
      throw FileError(.unwritable(reason: reason), path: path)
    }
  }

  /// Makes the folder of a path, with those above it.
  ///
  /// - Throws: ``FileError`` naming the folder.
  package static func makeFolder(of path: String) throws(FileError) {
    let folder = folder(of: path)
    if unsafe mkdir(folder, 0o755) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, folder != "/", folder != "." else {
      throw FileError(.unwritable(reason: FileAccess.systemReason()), path: folder)
    }
    try makeFolder(of: folder)
    guard unsafe mkdir(folder, 0o755) == 0 || errno == EEXIST else {
      throw FileError(.unwritable(reason: FileAccess.systemReason()), path: folder)
    }
  }

  /// Removes a file if it is there.
  package static func remove(_ path: String) { _ = unsafe unlink(path) }

  /// The folder that a path is in; `.` for a bare name.
  ///
  /// Slashes at the end of a path belong to its last name.
  package static func folder(of path: String) -> String {
    var bytes = Array(path.utf8)
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
  }

  /// Asks the system to write a file, or the names of a folder, to the disk.
  static func synchronize(_ path: String) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    _ = close(descriptor)
  }
}
