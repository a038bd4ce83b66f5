// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Replaces a file that belongs to its user: mode and owner stay, a backup keeps the first original, and a change that
/// another program made meanwhile is not lost.
package enum FileRewrite {
  /// How far a rewrite is.
  ///
  /// Whatever ends the process at any of them, the file is whole: the old one or the new one.
  package enum Step: Sendable, Hashable {
    /// The part file of the file or of its backup exists, empty.
    case began(String)
    /// So many of its bytes are written.
    case wrote(String, bytes: Int)
    /// Its bytes are on the disk.
    case synchronized(String)
    /// The file or its backup has its name.
    case placed(String)
  }

  /// What a rewrite did.
  package enum Outcome: Sendable, Hashable {
    /// The file has these bytes already; nothing was touched.
    case unchanged
    /// The file is written. The backup is the one that was made, or was there; `nil` when there was no file before, or none
    /// was wanted.
    case written(backup: String?)
  }

  /// What is appended to the name of a file to name its backup.
  package static let backupSuffix = ".egress6-backup"
  /// The mode of a file that did not exist: for its user only, as AWS's tools make theirs.
  private static let newMode: mode_t = 0o600
  private static let chunk = 4096

  /// Replaces a file.
  ///
  /// - Parameters:
  ///   - path: The file; a symbolic link to it stays, and its target is replaced. Its folder is made when it is missing.
  ///   - original: The bytes that were read from it; `nil` when it did not exist.
  ///   - bytes: The new bytes.
  ///   - keepsBackup: Whether the original is kept beside it.
  ///   - step: Is told each step; tests end the process there.
  /// - Returns: What was done.
  /// - Throws: ``FileError``, also when the file no longer has the original bytes; it is then as it was.
  package static func replace(
    _ path: String, original: [UInt8]?, with bytes: [UInt8], keepsBackup: Bool = true,
    step: (Step) -> Void = { _ in }
  ) throws(FileError) -> Outcome {
    if original == nil { try AtomicFile.makeFolder(of: path) }
    try AtomicFile.requireReplaceable(path)
    let real = FileAccess.realPath(path) ?? path
    try requireUnchanged(path, real: real, original)
    // A kill may have left them where nothing more is to be written.
    for target in [real, path + backupSuffix] { PartFile.removeAbandoned(beside: target) }
    if original == bytes { return .unchanged }
    let attributes = Attributes(of: real)
    var backup: String?
    if let original, keepsBackup {
      let name = path + backupSuffix
      try keep(original, as: name, attributes, step)
      backup = name
    }
    let part = try PartFile(beside: real)
    defer { part.remove() }
    try fill(part, with: bytes, for: path, attributes, step)
    try requireUnchanged(path, real: real, original)
    if original == nil {
      guard try place(part, as: path) else { throw FileError(.changed, path: path) }
    } else {
      guard unsafe rename(part.path, real) == 0 else { throw unwritable(path) }
    }
    step(.placed(path))
    AtomicFile.synchronize(AtomicFile.folder(of: real))
    return .written(backup: backup)
  }

  /// Writes a backup unless there is one: the older one holds what the user had before.
  private static func keep(
    _ bytes: [UInt8], as path: String, _ attributes: Attributes?, _ step: (Step) -> Void
  ) throws(FileError) {
    switch try FileAccess.target(of: path) {
    case .missing: break
    case .file: return
    case let other: throw FileError(.notReplaceable(other), path: path)
    }
    let part = try PartFile(beside: path)
    defer { part.remove() }
    try fill(part, with: bytes, for: path, attributes, step)
    // Whoever made one meanwhile had the same original or an older one.
    _ = try place(part, as: path)
    step(.placed(path))
    AtomicFile.synchronize(AtomicFile.folder(of: path))
  }

  /// Gives a part file its name unless a file has that name; `false` then.
  private static func place(_ part: PartFile, as path: String) throws(FileError) -> Bool {
    // A link never replaces a file. Where the file system has no links, rename is the next best.
    if unsafe link(part.path, path) == 0 { return true }
    if errno == EEXIST { return false }
    guard unsafe rename(part.path, path) == 0 else { throw unwritable(path) }
    return true
  }

  private static func fill(
    _ part: PartFile, with bytes: [UInt8], for path: String, _ attributes: Attributes?, _ step: (Step) -> Void
  ) throws(FileError) {
    try setAttributes(attributes, of: part.descriptor, path)
    step(.began(path))
    var start = 0
    while start < bytes.count {
      let end = min(start + chunk, bytes.count)
      guard FileAccess.writeAll(Array(bytes[start..<end]), to: part.descriptor) else {
        throw unwritable(path)
      }
      start = end
      step(.wrote(path, bytes: start))
    }
    guard fsync(part.descriptor) == 0 else { throw unwritable(path) }
    step(.synchronized(path))
  }

  /// Refuses to go on when a path does not lead to the bytes that were read.
  private static func requireUnchanged(_ path: String, real: String, _ original: [UInt8]?) throws(FileError) {
    guard (FileAccess.realPath(path) ?? path) == real else { throw FileError(.changed, path: path) }
    guard let original else {
      if try FileAccess.target(of: path) != .missing { throw FileError(.changed, path: path) }
      return
    }
    guard try FileAccess.target(of: path) == .file(bytes: original.count),
      try FileAccess.read(path, limit: original.count + 1) == original
    else { throw FileError(.changed, path: path) }
  }

  /// Mode and owner of a file.
  private struct Attributes {
    var mode: mode_t
    var user: uid_t
    var group: gid_t

    /// Those of an existing file; `nil` when there is none.
    init?(of path: String) {
      var status = stat()
      guard unsafe stat(path, &status) == 0 else { return nil }
      (mode, user, group) = (status.st_mode & 0o7777, status.st_uid, status.st_gid)
    }
  }

  /// Before the first byte, so that nobody reads what they could not read before.
  private static func setAttributes(
    _ attributes: Attributes?, of descriptor: Int32, _ path: String
  ) throws(FileError) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw unwritable(path) }
    if let attributes, attributes.user != status.st_uid || attributes.group != status.st_gid {
      guard fchown(descriptor, attributes.user, attributes.group) == 0 else {
        throw FileError(
          .unwritable(reason: "its owner cannot be kept: \(FileAccess.systemReason())"), path: path)
      }
    }
    guard fchmod(descriptor, attributes?.mode ?? newMode) == 0 else { throw unwritable(path) }
  }

  private static func unwritable(_ path: String) -> FileError {
    FileError(.unwritable(reason: FileAccess.systemReason()), path: path)
  }
}
