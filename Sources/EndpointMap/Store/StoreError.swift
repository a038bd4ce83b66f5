// SPDX-License-Identifier: Apache-2.0

package import EgressBase
internal import Foundation
internal import GRDB

/// Why the store could not do what was asked.
package struct StoreError: DomainError, Hashable {
  /// The kinds of failure; the raw value is the second half of the error's code.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    /// There is no store yet.
    case missing
    /// The user's data folder is not known.
    case noDataFolder = "no-data-folder"
    /// The file is not a store of this program.
    case notAStore = "not-a-store"
    /// The file was written by a newer release.
    case newerSchema = "newer-schema"
    /// The file was written by an older release and is opened for reading.
    case olderSchema = "older-schema"
    /// The file is damaged.
    case damaged
    /// The file is damaged, and nothing of it can be saved.
    case nothingToSave = "nothing-to-save"
    /// Another scan holds the store; the facts name its process when it is known.
    case locked
    /// Another process is writing to the store.
    case busy
    /// The file or its folder cannot be written.
    case readOnly = "read-only"
    /// The file cannot be read.
    case unreadable
    /// The file cannot be opened.
    case cannotOpen = "cannot-open"
    /// The disk is full.
    case diskFull = "disk-full"
    /// No run is complete.
    case noRun = "no-run"
    /// No run was complete at the given date; the fact `time` is the end of the first one.
    case noRunByDate = "no-run-by-date"
    /// There is no interrupted scan.
    case nothingToResume = "nothing-to-resume"
    /// Another scan gave this one up.
    case givenUp = "given-up"
    /// The interrupted scan was started with another list of hosts.
    case otherHosts = "other-hosts"
    /// SQLite failed in another way.
    case failed
    /// The file system failed in another way.
    case fileSystem = "file-system"
  }

  /// The kind.
  package let kind: Kind
  /// What failed and where, in one sentence.
  package let description: String
  /// What the error is about.
  package let facts: [ErrorFact: String]

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - kind: The kind.
  ///   - path: The file.
  ///   - problem: What is wrong with it, the second half of the description.
  ///   - facts: What the error is about, besides the path.
  init(_ kind: Kind, _ path: String, _ problem: String, facts: [ErrorFact: String] = [:]) {
    self.kind = kind
    description = "\(path): \(problem)"
    self.facts = facts.merging([.path: path]) { $1 }
  }

  private init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
    facts = [:]
  }

  /// The stable code, such as `store.locked`.
  package var code: ErrorCode {
    let category: ErrorCode.Category =
      switch kind {
      case .nothingToResume, .givenUp, .otherHosts: .request
      case .missing, .noDataFolder, .noRun, .noRunByDate: .input
      default: .store
      }
    return ErrorCode("store.\(kind.rawValue)", category)
  }
}

extension StoreError {
  /// The name that messages give to the program that writes stores.
  private static let writer = "egress6"

  /// Classifies an error of SQLite or the file system.
  static func from(_ error: any Error, path: String) -> StoreError {
    switch error {
    case let error as StoreError: return error
    case let error as FileError:
      switch error.problem {
      case .unwritable(let reason): return .readOnly(error.path, reason)
      case .unreadable(let reason): return .unreadable(error.path, reason)
      case .notAFile(let target): return .unreadable(path, "it is \(target.words)")
      case .tooLarge, .notReplaceable, .changed: return StoreError(.unreadable, path, error.message)
      }
    case let error as DatabaseError: return from(error, path: path)
    case let error as RowDecodingError: return .damaged(path, "\(error)")
    default: return StoreError(.fileSystem, path, error.localizedDescription)
    }
  }

  private static func from(_ error: DatabaseError, path: String) -> StoreError {
    let reason = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_CORRUPT: return .damaged(path, reason)
    // Every statement fits the schema and keeps its constraints, unless the file does not.
    case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_SCHEMA: return .damaged(path, reason)
    case .SQLITE_ERROR where error.sql != nil: return .damaged(path, reason)
    case .SQLITE_NOTADB: return .notAStore(path, reason)
    case .SQLITE_FULL: return StoreError(.diskFull, path, "the disk is full; what was saved before stands")
    case .SQLITE_READONLY, .SQLITE_PERM: return .readOnly(path, reason)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return StoreError(.busy, path, "another process is writing to the store")
    case .SQLITE_CANTOPEN: return StoreError(.cannotOpen, path, "cannot be opened: \(reason)")
    case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHORT_READ:
      return .damaged(path, reason)
    default:
      return StoreError(.failed, path, "\(reason) (SQLite code \(error.extendedResultCode.rawValue))")
    }
  }

  /// The file holds what no release of the program writes.
  static func damaged(_ path: String, _ reason: String) -> StoreError {
    StoreError(.damaged, path, "the store is damaged: \(reason)")
  }

  /// The file is something else.
  static func notAStore(_ path: String, _ reason: String) -> StoreError {
    StoreError(.notAStore, path, "not a store of \(writer): \(reason)")
  }

  /// The file has a schema that this release does not know.
  static func newer(_ path: String, _ schema: Int) -> StoreError {
    StoreError(
      .newerSchema, path, "written by a newer \(writer) (schema \(schema), this one knows \(Schema.version))")
  }

  /// The file has a schema that only a scan brings up to date.
  static func older(_ path: String, _ schema: Int) -> StoreError {
    StoreError(
      .olderSchema, path, "written by an older \(writer) (schema \(schema), this one knows \(Schema.version))"
    )
  }

  /// The file or folder cannot be written.
  static func readOnly(_ path: String, _ reason: String) -> StoreError {
    StoreError(.readOnly, path, "cannot be written: \(reason)")
  }

  /// The file cannot be read.
  static func unreadable(_ path: String, _ reason: String) -> StoreError {
    StoreError(.unreadable, path, "cannot be read: \(reason)")
  }

  /// There is no file.
  static func missing(_ path: String) -> StoreError {
    StoreError(.missing, path, "there is no map yet")
  }

  /// Neither the user nor the environment names a folder for data.
  static let noDataFolder = StoreError(
    .noDataFolder, "the folder for data is not known: neither XDG_DATA_HOME nor HOME is set")
}
