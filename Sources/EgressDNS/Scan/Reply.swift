// SPDX-License-Identifier: Apache-2.0

/// What a message that answers an open query holds.
enum Reply {
  /// FORMERR or NOTIMP without the question: the server does not understand EDNS.
  case complaint
  /// A message that cannot be read.
  case malformed
  /// A response.
  case response(ParsedResponse)

  /// Reads a message.
  ///
  /// - Parameters:
  ///   - bytes: The message.
  ///   - header: Its header.
  ///   - end: Where its question ends.
  ///   - query: The query that it answers.
  init(_ bytes: Span<UInt8>, _ header: Header, end: Int, to query: Query) {
    let response = try? ParsedResponse(bytes, header, end: end, name: query.name, type: query.type)
    self = response.map { .response($0) } ?? .malformed
  }
}

extension Query {
  /// Whether a header without a question says that the server does not understand the query's EDNS.
  func isRejected(by header: Header) -> Bool {
    header.isResponse && header.counts.questions == 0 && (header.codeBits == 1 || header.codeBits == 4)
      && usesEDNS
  }
}
