// SPDX-License-Identifier: Apache-2.0

/// Why a file or folder could not be read or written.
package struct FileError: DomainError, Hashable {
  /// What failed.
  package enum Problem: Sendable, Hashable {
    /// It cannot be read; the reason is the system's.
    case unreadable(reason: String)
    /// It has more bytes, or more entries, than the limit.
    case tooLarge(limit: String)
    /// It cannot be written; the reason is the system's.
    case unwritable(reason: String)
    /// It is a folder, device, socket or pipe, which is not written over.
    case notReplaceable
  }

  /// What failed.
  package var problem: Problem
  /// The file or folder.
  package var path: String

  /// Makes an error.
  package init(_ problem: Problem, path: String) {
    self.problem = problem
    self.path = path
  }

  /// The kind of failure.
  package var code: ErrorCode {
    switch problem {
    case .unreadable: ErrorCode("file.unreadable", .input)
    case .tooLarge: ErrorCode("file.too-large", .input)
    case .unwritable: ErrorCode("file.unwritable", .input)
    case .notReplaceable: ErrorCode("file.not-replaceable", .request)
    }
  }

  /// The path.
  package var facts: [ErrorFact: String] { [.path: path] }

  /// What failed, without the path.
  package var message: String {
    switch problem {
    case .unreadable(let reason): "cannot be read: \(reason)"
    case .tooLarge(let limit): "passes the limit of \(limit)"
    case .unwritable(let reason): "cannot be written: \(reason)"
    case .notReplaceable: "is not a regular file and is not replaced"
    }
  }

  /// The path and what failed.
  package var description: String { "\(path): \(message)" }
}
