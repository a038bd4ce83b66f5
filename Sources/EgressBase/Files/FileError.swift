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
    /// It is not a regular file and is not read.
    case notAFile(FileTarget)
    /// It is neither a regular file nor nothing, and is not written over.
    case notReplaceable(FileTarget)
    /// Another program changed it between reading and writing.
    case changed
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
    case .notAFile: ErrorCode("file.not-a-file", .input)
    case .notReplaceable: ErrorCode("file.not-replaceable", .request)
    case .changed: ErrorCode("file.changed", .input)
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
    case .notAFile(let target): "cannot be read: it is \(target.words)"
    case .notReplaceable(let target): "is not replaced: it is \(target.words)"
    case .changed: "is not replaced: another program changed it since it was read"
    }
  }

  /// The reason alone.
  package var reason: String {
    switch problem {
    case .unreadable(let reason), .unwritable(let reason): reason
    case .notAFile(let target), .notReplaceable(let target): "it is \(target.words)"
    case .tooLarge, .changed: message
    }
  }

  /// The path and what failed.
  package var description: String { "\(path): \(message)" }
}
