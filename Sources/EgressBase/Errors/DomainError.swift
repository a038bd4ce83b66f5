// SPDX-License-Identifier: Apache-2.0

/// An error in the shape that all targets share: a stable code, the facts, and one sentence.
///
/// The sentence says what is wrong and where. It never names a command or an option: what a person can do about an error
/// depends on the program that shows it, which finds its advice by the code and fills it with the facts.
package protocol DomainError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure.
  var code: ErrorCode { get }
  /// What the error is about, by name; the names that a code uses never change.
  var facts: [ErrorFact: String] { get }
}

extension DomainError {
  /// No facts.
  package var facts: [ErrorFact: String] { [:] }
}

/// The stable name of a kind of failure, such as `store.locked`: the area, a dot, the failure.
package struct ErrorCode: Sendable, Hashable, CustomStringConvertible {
  /// Whose fault a failure is; a program derives its exit status from it.
  package enum Category: String, Sendable, Hashable, CaseIterable {
    /// What was asked for is wrong or does not exist.
    case request
    /// An input cannot be read, or holds something else than expected.
    case input
    /// The network or a name server failed.
    case network
    /// The store is damaged, in use, too new, or cannot be written.
    case store
  }

  /// The name.
  package let description: String
  /// Whose fault it is.
  package let category: Category

  /// Makes a code.
  ///
  /// - Parameters:
  ///   - name: The area and the failure, such as `store.locked`.
  ///   - category: Whose fault it is.
  package init(_ name: String, _ category: Category) {
    description = name
    self.category = category
  }
}

/// The name of a fact of an error.
package enum ErrorFact: String, Sendable, Hashable, CaseIterable {
  /// A file, archive or folder.
  case path
  /// An entry of an archive, a line of a file, or a place in a document.
  case entry
  /// The name or value that was given.
  case given
  /// Names that may have been meant, separated by commas.
  case nearest
  /// Names or values that are possible, separated by commas.
  case allowed
  /// A service.
  case service
  /// A process id.
  case process
  /// A moment (RFC 3339).
  case time
}
