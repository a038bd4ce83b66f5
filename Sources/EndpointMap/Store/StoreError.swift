// SPDX-License-Identifier: Apache-2.0

import EgressBase
internal import Foundation
internal import GRDB

/// Why the store could not do what was asked.
package struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of failure that a caller may treat differently.
  package enum Code: String, Sendable, Hashable, CaseIterable {
    /// There is no store yet.
    case missing
    /// The file is not a store of this program.
    case notAStore
    /// The file was written by a newer release.
    case newerSchema
    /// The file is damaged.
    case damaged
    /// Another process holds the store.
    case locked
    /// The file or its folder cannot be read or written.
    case readOnly
    /// The disk is full.
    case diskFull
    /// There is no complete run at the asked date.
    case noRun
    /// There is no interrupted scan, or it cannot be continued with this catalog.
    case cannotResume
    /// The operating system or SQLite failed in another way.
    case failed
  }

  /// The kind.
  package var code: Code
  /// What failed and where, in one line.
  package var message: String
  /// What to do, in one line.
  package var help: String

  /// Makes an error.
  package init(_ code: Code, _ message: String, help: String) {
    self.code = code
    self.message = message
    self.help = help
  }

  /// Both lines.
  package var description: String { "\(message)\nhelp: \(help)" }
}

extension StoreError {
  /// Classes an error that came out of SQLite or the file system.
  static func from(_ error: any Error, path: String) -> StoreError {
    if let error = error as? StoreError { return error }
    if let error = error as? FileError {
      if case .unwritable(let reason) = error.problem { return .readOnly(error.path, reason) }
      return .unreadable(error.path, error.message)
    }
    guard let database = error as? DatabaseError else {
      return StoreError(
        .failed, "\(path): \(error.localizedDescription)", help: "check the file and its folder")
    }
    return from(database, path: path)
  }

  private static func from(_ error: DatabaseError, path: String) -> StoreError {
    let reason = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_CORRUPT: return .damaged(path, reason)
    case .SQLITE_NOTADB: return .notAStore(path, reason)
    case .SQLITE_FULL:
      return StoreError(
        .diskFull, "\(path): the disk is full; what was saved before stands",
        help: "free some space, then run `egress6 scan --resume`")
    case .SQLITE_READONLY, .SQLITE_PERM: return .readOnly(path, reason)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return StoreError(
        .locked, "\(path): another process is writing to the store", help: "wait for it, then try again")
    case .SQLITE_CANTOPEN:
      return StoreError(
        .readOnly, "\(path): cannot be opened: \(reason)",
        help: "check that the folder exists and may be written, or use another --store")
    case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHORT_READ:
      return .damaged(path, reason)
    default:
      return StoreError(
        .failed, "\(path): \(reason) (SQLite code \(error.extendedResultCode.rawValue))",
        help: "check the disk and the file's folder, or use another --store")
    }
  }

  /// The file cannot be read right.
  static func damaged(_ path: String, _ reason: String) -> StoreError {
    StoreError(
      .damaged, "\(path): the store is damaged: \(reason)",
      help: "run `egress6 export --salvage` to save what can be read, then move the file away and scan anew")
  }

  /// The file is something else.
  static func notAStore(_ path: String, _ reason: String) -> StoreError {
    StoreError(
      .notAStore, "\(path): not a store of egress6: \(reason)",
      help: "name another file with --store; if it was a store, `egress6 export --salvage` tries to read it")
  }

  /// The file has a schema that is not known yet.
  static func newer(_ path: String, _ schema: Int) -> StoreError {
    StoreError(
      .newerSchema,
      "\(path): written by a newer egress6 (schema \(schema), this one knows \(Schema.version))",
      help: "update egress6 or use another --store")
  }

  /// The file or folder cannot be written.
  static func readOnly(_ path: String, _ reason: String) -> StoreError {
    StoreError(
      .readOnly, "\(path): cannot be written: \(reason)",
      help: "make the file and its folder writable, or use another --store")
  }

  /// The file cannot be read.
  static func unreadable(_ path: String, _ reason: String) -> StoreError {
    StoreError(
      .readOnly, "\(path): cannot be read: \(reason)",
      help: "check the path and its permissions, or use another --store")
  }

  /// There is no file.
  static func missing(_ path: String) -> StoreError {
    StoreError(
      .missing, "\(path): there is no map yet",
      help: "run `egress6 scan` first, or name another file with --store")
  }
}
