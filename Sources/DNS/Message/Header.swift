// SPDX-License-Identifier: Apache-2.0

/// The first twelve octets of a message (RFC 1035, section 4.1.1).
package struct Header: Sendable, Hashable {
  /// The octets of a header.
  package static let size = 12

  /// The number by which an answer is matched with its question.
  package var id: UInt16 = 0
  /// QR: whether this is an answer.
  package var isResponse = false
  /// The kind of question in four bits; 0 is a plain query.
  package var opcode: UInt8 = 0
  /// AA: the server has authority for the name.
  package var isAuthoritative = false
  /// TC: the answer did not fit.
  package var isTruncated = false
  /// RD: the server is asked to recurse.
  package var recursionDesired = false
  /// RA: the server does recurse.
  package var recursionAvailable = false
  /// The three bits Z, AD and CD, in their places in the fourth octet's upper half without RA.
  package var reservedBits: UInt8 = 0
  /// The lower four bits of the response code.
  package var codeBits: UInt8 = 0
  /// The number of questions, answers, authority and additional records.
  package var counts: (questions: UInt16, answers: UInt16, authorities: UInt16, additionals: UInt16) = (
    0, 0, 0, 0
  )

  /// Makes a header of zeros.
  package init() {}

  /// Reads a header and moves behind it.
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

  /// The flags as they stand in octets three and four.
  var flags: UInt16 {
    var flags = UInt16(opcode & 0xF) << 11 | UInt16(codeBits & 0xF) | UInt16(reservedBits & 0x70)
    if isResponse { flags |= 0x8000 }
    if isAuthoritative { flags |= 0x0400 }
    if isTruncated { flags |= 0x0200 }
    if recursionDesired { flags |= 0x0100 }
    if recursionAvailable { flags |= 0x0080 }
    return flags
  }

  /// Whether both are alike in every bit.
  package static func == (left: Header, right: Header) -> Bool {
    left.id == right.id && left.flags == right.flags && left.counts == right.counts
  }

  /// Hashes id and flags.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(id)
    hasher.combine(flags)
  }
}
