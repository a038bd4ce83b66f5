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
    /// A regular file of so many bytes.
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

  /// Reads a whole file.
  ///
  /// - Parameters:
  ///   - path: the file's path; a link is followed.
  ///   - limit: the most bytes; a longer file is an error.
  /// - Returns: the file's bytes.
  /// - Throws: ``FileError`` naming the path.
  package static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    guard case .file = try kind(of: path, followingLink: true) else {
      throw FileError(.unreadable(reason: "it is not a regular file"), path: path)
    }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
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
