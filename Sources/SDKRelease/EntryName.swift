// SPDX-License-Identifier: Apache-2.0

/// Checks of the names of archive entries, so that no entry can point outside its archive.
enum EntryName {
  /// Decodes and checks a name.
  ///
  /// - Parameters:
  ///   - bytes: the name in the archive; a folder's name may end in `/`.
  ///   - archive: the archive's path, for the error.
  ///   - limits: the limits on names.
  /// - Returns: the name, its parts joined by single `/`.
  /// - Throws: ``ImportError/unsafeName(archive:entry:reason:)`` for an empty, absolute, non-UTF-8 or overlong name, and
  ///   for one with a `..` or `.` part, an empty part, a backslash, a NUL, or a drive letter.
  static func checked(
    _ bytes: some Collection<UInt8>, archive: String, limits: ArchiveLimits
  ) throws(ImportError) -> String {
    let shown = String(decoding: bytes.prefix(limits.nameBytes), as: UTF8.self)
    func refuse(_ reason: String) -> ImportError {
      .unsafeName(archive: archive, entry: shown, reason: reason)
    }
    guard !bytes.isEmpty else { throw refuse("the name is empty") }
    guard bytes.count <= limits.nameBytes else {
      throw refuse("the name is longer than \(limits.nameBytes) bytes")
    }
    guard let name = String(validating: bytes, as: UTF8.self) else { throw refuse("the name is not UTF-8") }
    guard !bytes.contains(0) else { throw refuse("the name holds a NUL") }
    guard !bytes.contains(UInt8(ascii: "\\")) else { throw refuse("the name holds a backslash") }
    guard name.utf8.first != UInt8(ascii: "/") else { throw refuse("the name is absolute") }
    let trimmed = name.utf8.last == UInt8(ascii: "/") ? String(name.dropLast()) : name
    let parts = trimmed.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= limits.depth else { throw refuse("the name has more than \(limits.depth) parts") }
    for part in parts {
      switch part {
      case "": throw refuse("the name has an empty part")
      case ".", "..": throw refuse("the name has a \"\(part)\" part")
      default: continue
      }
    }
    if let first = parts.first?.utf8, first.count == 2, first.last == UInt8(ascii: ":") {
      throw refuse("the name has a drive letter")
    }
    return trimmed
  }
}
