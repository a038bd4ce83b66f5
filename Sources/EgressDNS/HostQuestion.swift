// SPDX-License-Identifier: Apache-2.0

/// A host to look up, for both address families.
package struct HostQuestion: Sendable, Hashable {
  /// The answers that were known before the scan.
  package struct LastKnown: Sendable, Hashable {
    /// The last answer for IPv4; `nil` if there was none.
    package var a: Answer?
    /// The last answer for IPv6; `nil` if there was none.
    package var aaaa: Answer?

    /// Makes a pair of last answers.
    package init(a: Answer? = nil, aaaa: Answer? = nil) {
      self.a = a
      self.aaaa = aaaa
    }
  }

  /// The host name; case and a final dot are ignored.
  package var host: String
  /// The last known answers.
  ///
  /// A negative answer that contradicts them is confirmed before it is delivered.
  package var lastKnown: LastKnown
  /// Whether the name's addresses must be in the published ranges of the configuration, if it has any.
  package var isPublished: Bool

  /// Makes a question.
  package init(host: String, lastKnown: LastKnown = LastKnown(), isPublished: Bool = true) {
    self.host = host
    self.lastKnown = lastKnown
    self.isPublished = isPublished
  }
}
