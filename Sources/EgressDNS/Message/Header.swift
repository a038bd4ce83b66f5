// SPDX-License-Identifier: Apache-2.0

/// The first twelve octets of a message (RFC 1035, section 4.1.1).
package struct Header: Sendable, Hashable {
  /// The octets of a header.
  package static let size = 12

  /// The id by which a response is matched with its query.
  package var id: UInt16 = 0
  /// Whether the message is a response (QR).
  package var isResponse = false
  /// The kind of query in four bits; 0 is a standard query.
  package var opcode: UInt8 = 0
  /// Whether the server is authoritative for the name (AA).
  package var isAuthoritative = false
  /// Whether the message was truncated (TC).
  package var isTruncated = false
  /// Whether the server is asked to recurse (RD).
  package var recursionDesired = false
  /// Whether the server offers recursion (RA).
  package var recursionAvailable = false
  /// The bits Z, AD and CD, at their positions in the fourth octet.
  package var reservedBits: UInt8 = 0
  /// The lower four bits of the response code.
  package var codeBits: UInt8 = 0
  /// The number of questions, answers, authority and additional records.
  package var counts: (questions: UInt16, answers: UInt16, authorities: UInt16, additionals: UInt16) = (
    0, 0, 0, 0
  )

  /// Makes a header in which everything is zero.
  package init() {}

  /// Reads a header and advances the offset.
  package init(reading bytes: Span<UInt8>, at offset: inout Int) throws(MessageError) {
    id = try bytes.readUInt16(at: &offset)
    let flags = try bytes.readUInt16(at: &offset)
    isResponse = flags & 0x8000 != 0
    opcode = UInt8(truncatingIfNeeded: flags >> 11 & 0xF)
    isAuthoritative = flags & 0x0400 != 0
    isTruncated = flags & 0x0200 != 0
    recursionDesired = flags & 0x0100 != 0
    recursionAvailable = flags & 0x0080 != 0
    reservedBits = UInt8(truncatingIfNeeded: flags & 0x70)
    codeBits = UInt8(truncatingIfNeeded: flags & 0xF)
    counts.questions = try bytes.readUInt16(at: &offset)
    counts.answers = try bytes.readUInt16(at: &offset)
    counts.authorities = try bytes.readUInt16(at: &offset)
    counts.additionals = try bytes.readUInt16(at: &offset)
  }

  /// The flags, as in octets three and four.
  var flags: UInt16 {
    var flags = UInt16(opcode & 0xF) << 11 | UInt16(codeBits & 0xF) | UInt16(reservedBits & 0x70)
    if isResponse { flags |= 0x8000 }
    if isAuthoritative { flags |= 0x0400 }
    if isTruncated { flags |= 0x0200 }
    if recursionDesired { flags |= 0x0100 }
    if recursionAvailable { flags |= 0x0080 }
    return flags
  }

  /// Whether all bits are equal.
  package static func == (left: Header, right: Header) -> Bool {
    left.id == right.id && left.flags == right.flags && left.counts == right.counts
  }

  /// Hashes the id and the flags.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(id)
    hasher.combine(flags)
  }
}
