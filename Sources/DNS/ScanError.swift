// SPDX-License-Identifier: Apache-2.0

/// Why a scan could not be set up or had to stop; a failed look at one host is a verdict, not an error.
package struct ScanError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of error.
  package enum Code: Sendable, Hashable {
    /// A resolver's address cannot be read.
    case badResolver
    /// No resolver is configured.
    case noResolver
    /// The rate is not allowed.
    case badRate
    /// Another setting is out of its range.
    case badSetting
    /// No resolver answered within the time given.
    case noResolverAnswered
    /// Every name was denied, even those that are known to exist.
    case everythingDenied
    /// The system refused a socket.
    case socket
  }

  /// The kind of error.
  package var code: Code
  /// What is wrong, where, and what to do, in one line.
  package var message: String

  /// Makes an error.
  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  package var description: String { message }
}
