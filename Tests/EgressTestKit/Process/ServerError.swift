// SPDX-License-Identifier: Apache-2.0

/// Says why a server or a tool of a test does not run.
package struct ServerError: Error, CustomStringConvertible {
  /// What happened.
  package var description: String

  /// Makes an error.
  package init(description: String) { self.description = description }
}
