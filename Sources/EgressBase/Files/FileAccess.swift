// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reading files and folders through POSIX.
package enum FileAccess {
  /// What is at a path.
  package enum Kind: Sendable, Hashable {
    /// A regular file, with its size in bytes.
    case file(bytes: Int)
    /// A folder.
    case folder
    /// A symbolic link.
    case link
    /// A device, socket or pipe.
    case other
  }

  /// Looks at a path.
  ///
  /// - Parameters:
  ///   - path: the path.
  ///   - followingLink: whether a symbolic link is followed.
  /// - Returns: what is there.
  /// - Throws: ``FileError`` naming the path.
  package static func kind(of path: String, followingLink: Bool) throws(FileError) -> Kind {
    var status = stat()
    let result =
      followingLink
      ? unsafe stat(path, &status)
      : unsafe lstat(path, &status)
    guard result == 0 else { throw failure(path) }
    switch UInt32(status.st_mode) & UInt32(S_IFMT) {
    case UInt32(S_IFREG): return .file(bytes: Int(status.st_size))
    case UInt32(S_IFDIR): return .folder
    case UInt32(S_IFLNK): return .link
    default: return .other
    }
  }

  /// Looks at what a path leads to, for a path that a person named as a file.
  ///
  /// - Parameter path: The path; it is a file name whatever characters it has.
  /// - Returns: What is there. A name that ends with a slash never is a file.
  /// - Throws: ``FileError`` when the system cannot tell: no permission, a name too long, a folder on the way that is a
  ///   file.
  package static func target(of path: String) throws(FileError) -> FileTarget {
    guard !path.isEmpty else { throw FileError(.unreadable(reason: "its name is empty"), path: path) }
    var status = stat()
    if unsafe stat(path, &status) == 0 { return target(status) }
    switch errno {
    case ENOENT where path.utf8.last == UInt8(ascii: "/"): return .folder
    case ENOENT: return unsafe lstat(path, &status) == 0 ? .danglingLink : .missing
    case ELOOP: return .linkLoop
    default: throw failure(path)
    }
  }

  private static func target(_ status: stat) -> FileTarget {
    switch UInt32(status.st_mode) & UInt32(S_IFMT) {
    case UInt32(S_IFREG): .file(bytes: Int(status.st_size))
    case UInt32(S_IFDIR): .folder
    case UInt32(S_IFIFO): .pipe
    case UInt32(S_IFSOCK): .socket
    default: .device
    }
  }

  /// Whether two paths lead to the same file, also through links, or would once they are written.
  package static func isSame(_ one: String, _ other: String) -> Bool {
    if let one = identity(one), let other = identity(other) { return one == other }
    guard identity(one) == nil, identity(other) == nil, name(of: one) == name(of: other) else { return false }
    let folders = [one, other].map { identity(AtomicFile.folder(of: $0)) }
    return folders[0] != nil && folders[0] == folders[1]
  }

  /// Whether a path leads to a file in a folder or in one of its folders.
  package static func isInside(_ path: String, folder: String) -> Bool {
    guard let file = realPath(path), let folder = realPath(folder) else { return false }
    return file.hasPrefix(folder == "/" ? folder : folder + "/")
  }

  /// The path without symbolic links; `nil` when nothing is there.
  package static func realPath(_ path: String) -> String? {
    guard let real = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// The last part of a path.
  package static func name(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }

  /// The device and the number of a file; `nil` when nothing is there.
  private static func identity(_ path: String) -> [UInt64]? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return [UInt64(truncatingIfNeeded: status.st_dev), UInt64(truncatingIfNeeded: status.st_ino)]
  }

  /// Opens a regular file for reading.
  ///
  /// - Returns: The descriptor, which the caller closes.
  /// - Throws: ``FileError`` for anything else; it never waits, as opening a pipe would.
  package static func openFile(_ path: String) throws(FileError) -> Int32 {
    let target = try target(of: path)
    switch target {
    case .file: break
    case .missing: throw FileError(.unreadable(reason: unsafe String(cString: strerror(ENOENT))), path: path)
    default: throw FileError(.notAFile(target), path: path)
    }
    // The name may lead to something else by now.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(path) }
    var status = stat()
    if unsafe fstat(descriptor, &status) == 0, case .file = Self.target(status) { return descriptor }
    _ = close(descriptor)
    throw FileError(.notAFile(Self.target(status)), path: path)
  }

  /// Reads the first bytes of a regular file, as many as it has.
  package static func head(of path: String, count: Int) throws(FileError) -> [UInt8] {
    let descriptor = try openFile(path)
    defer { _ = close(descriptor) }
    var chunk = [UInt8](repeating: 0, count: count)
    let read = readOnce(descriptor, &chunk)
    guard read >= 0 else { throw failure(path) }
    return Array(chunk[..<read])
  }

  /// Copies a regular file.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - path: The copy; an existing file is overwritten.
  /// - Throws: ``FileError`` naming the file that failed.
  package static func copy(_ source: String, to path: String) throws(FileError) {
    let descriptor = try openFile(source)
    defer { _ = close(descriptor) }
    let copy = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard copy >= 0 else { throw FileError(.unwritable(reason: systemReason()), path: path) }
    defer { _ = close(copy) }
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = readOnce(descriptor, &chunk)
      guard count >= 0 else { throw failure(source) }
      if count == 0 { return }
      guard writeAll(Array(chunk[..<count]), to: copy) else {
        throw FileError(.unwritable(reason: systemReason()), path: path)
      }
    }
  }

  /// Reads a whole file.
  ///
  /// - Parameters:
  ///   - path: the file's path; a link is followed.
  ///   - limit: the most bytes; a longer file is an error.
  /// - Returns: the file's bytes.
  /// - Throws: ``FileError`` naming the path.
  package static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let descriptor = try openFile(path)
    defer { _ = close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = readOnce(descriptor, &chunk)
      guard count >= 0 else { throw failure(path) }
      guard count > 0 else { return bytes }
      guard bytes.count + count <= limit else {
        throw FileError(.tooLarge(limit: "\(limit) bytes for one file"), path: path)
      }
      bytes += chunk[..<count]
    }
  }

  /// The names in a folder, sorted by their bytes, without `.` and `..`.
  package static func names(in path: String, limit: Int) throws(FileError) -> [String] {
    guard let folder = unsafe opendir(path) else { throw failure(path) }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
        unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name != ".", name != ".." else { continue }
      guard names.count < limit else {
        throw FileError(.tooLarge(limit: "\(limit) entries"), path: path)
      }
      names.append(name)
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func readOnce(_ descriptor: Int32, _ chunk: inout [UInt8]) -> Int {
    unsafe chunk.withUnsafeMutableBytes { buffer in
      while true {
        let count = unsafe systemRead(descriptor, buffer.baseAddress, buffer.count)
        guard count < 0, errno == EINTR else { return count }
      }
    }
  }

  private static func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int
  {
    #if canImport(Darwin)
      unsafe Darwin.read(descriptor, buffer, count)
    #elseif canImport(Musl)
      unsafe Musl.read(descriptor, buffer, count)
    #else
      unsafe Glibc.read(descriptor, buffer, count)
    #endif
  }

  /// Writes all bytes to a descriptor; `false` when the system fails, whose error is in `errno`.
  static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    unsafe bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let count = unsafe write(
          descriptor, buffer.baseAddress.map { unsafe $0 + offset }, buffer.count - offset)
        if count < 0 {
          guard errno == EINTR else { return false }
        } else {
          offset += count
        }
      }
      return true
    }
  }

  /// What the system says of its last error.
  static func systemReason() -> String {
    let code = errno
    return unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }

  private static func failure(_ path: String) -> FileError {
    FileError(.unreadable(reason: systemReason()), path: path)
  }
}
