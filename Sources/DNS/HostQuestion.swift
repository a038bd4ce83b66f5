// SPDX-License-Identifier: Apache-2.0

/// One host to ask about, for both address families.
package struct HostQuestion: Sendable, Hashable {
  /// The answers of the last look, as far as there are any.
  package struct LastKnown: Sendable, Hashable {
    /// The last answer for IPv4; `nil` when there is none.
    package var a: Answer?
    /// The last answer for IPv6; `nil` when there is none.
    package var aaaa: Answer?

    /// Makes a pair of last answers.
    package init(a: Answer? = nil, aaaa: Answer? = nil) {
      self.a = a
      self.aaaa = aaaa
    }
  }

  /// The host; case and a final dot do not matter.
  package var host: String
  /// The key of the bucket that the host's queries are paced by, such as the partition; `nil` for the common one.
  package var bucket: String?
  /// What the last look found; a negative answer that contradicts it is confirmed before it is given.
  package var lastKnown: LastKnown

  /// Makes a question.
  package init(host: String, bucket: String? = nil, lastKnown: LastKnown = LastKnown()) {
    self.host = host
    self.bucket = bucket
    self.lastKnown = lastKnown
  }
}
