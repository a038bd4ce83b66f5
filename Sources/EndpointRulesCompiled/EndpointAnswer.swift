// SPDX-License-Identifier: Apache-2.0

/// What a program came to; the texts stay where they are until they are asked for.
@_spi(Performance)
public struct EndpointAnswer: Sendable, Hashable {
  /// The kind of an answer.
  public enum Kind: Sendable, Hashable {
    /// An endpoint rule matched; the text is its URL.
    case endpoint
    /// An error rule matched; the text is its message.
    case ruleError
    /// No rule matched; there is no text.
    case noMatch
  }

  /// What kind of answer it is.
  public let kind: Kind
  /// How many bytes of UTF-8 the text has; when the buffer has fewer, nothing useful is in it.
  public let count: Int
  /// The number of the result in its program.
  let leaf: Int
}
