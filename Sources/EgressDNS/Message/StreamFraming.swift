// SPDX-License-Identifier: Apache-2.0

/// Splits a TCP stream into messages by their two-octet lengths (RFC 1035, section 4.2.2).
package struct StreamFraming: Sendable {
  private var pending: [UInt8] = []

  /// Makes a framing at the start of a stream.
  package init() {}

  /// Appends octets of the stream.
  ///
  /// At most one unfinished message of up to 65,537 octets is kept.
  /// - Returns: The messages that are now complete, in order, including those of length zero.
  package mutating func append(_ bytes: Span<UInt8>) -> [[UInt8]] {
    for index in bytes.indices { pending.append(bytes[index]) }
    var messages: [[UInt8]] = []
    var start = 0
    while pending.count - start >= 2 {
      let length = Int(pending[start]) << 8 | Int(pending[start + 1])
      guard pending.count - start - 2 >= length else { break }
      messages.append(Array(pending[start + 2..<start + 2 + length]))
      start += 2 + length
    }
    if start > 0 { pending.removeFirst(start) }
    return messages
  }

  /// Whether the stream is between two messages.
  package var isBetweenMessages: Bool { pending.isEmpty }
}
