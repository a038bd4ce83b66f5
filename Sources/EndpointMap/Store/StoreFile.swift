// SPDX-License-Identifier: Apache-2.0

import EgressBase

/// The names of database files, and files that exist as a whole or not at all.
enum StoreFile {
  /// What SQLite appends to the name of a file that it writes; `-journal` is the longest.
  private static let longestSuffix = "-journal"
  /// SQLite's limit of a whole path with what it appends (`MAX_PATHNAME`).
  private static let pathLimit = 512

  /// A database file that a person named.
  struct Location: Sendable {
    /// The name for SQLite: the file itself behind symbolic links, so that the log beside it is found, too.
    var path: String
    /// Whether a file is there that holds something.
    ///
    /// An empty one counts as missing: another program may have made it to reserve the name.
    var exists: Bool
  }

  /// Finds out what a path leads to.
  ///
  /// SQLite reads some names as something else: `:memory:`, `file:…`, the empty name. None of them begins with a slash or a
  /// dot, so every other name gets `./` in front.
  ///
  /// - Parameters:
  ///   - path: The path as a person wrote it.
  ///   - isWritten: Whether the file is made or written: then SQLite's files must fit beside it.
  /// - Returns: Where the file is.
  /// - Throws: `StoreError` when the path cannot be a file's: nothing was made, opened or waited for.
  static func locate(_ path: String, isWritten: Bool) throws(StoreError) -> Location {
    let target: FileTarget
    do {
      target = try FileAccess.target(of: path)
    } catch {
      throw isWritten ? .readOnly(path, error.reason) : .unreadable(path, error.reason)
    }
    var location: Location
    switch target {
    case .missing: location = Location(path: plain(path), exists: false)
    case .file(let bytes):
      location = Location(path: FileAccess.realPath(path) ?? plain(path), exists: bytes > 0)
    default: throw .unreadable(path, "it is \(target.words)")
    }
    if isWritten { try requireRoom(location.path, path) }
    return location
  }

  private static func plain(_ path: String) -> String { path.hasPrefix("/") ? path : "./" + path }

  /// Refuses a name that leaves no room for the files beside it, which SQLite would report as a file that cannot be opened.
  private static func requireRoom(_ file: String, _ path: String) throws(StoreError) {
    let name = FileAccess.name(of: file)
    let folder = FileAccess.realPath(AtomicFile.folder(of: file)) ?? AtomicFile.folder(of: file)
    do {
      _ = try FileAccess.target(of: file + longestSuffix)
    } catch {
      throw .readOnly(path, "SQLite keeps files beside it, and their names: \(error.reason)")
    }
    guard folder.utf8.count + 1 + name.utf8.count + longestSuffix.utf8.count <= pathLimit else {
      throw .readOnly(path, "its whole path is longer than the \(pathLimit) bytes that SQLite allows")
    }
  }

  /// Lets a temporary file be written beside a path and moves it there.
  ///
  /// - Parameters:
  ///   - path: The file to make; an existing one is replaced.
  ///   - write: Writes the temporary file, whose path it is given.
  /// - Throws: `StoreError`; the path is then as it was.
  static func replace(_ path: String, _ write: (String) throws -> Void) throws(StoreError) {
    do {
      try AtomicFile.replace(path) { try write(plain($0)) }
    } catch {
      throw StoreError.from(error, path: path)
    }
  }
}
