// SPDX-License-Identifier: Apache-2.0

/// A whole DNS message (RFC 1035, section 4), decoded to values.
package struct Message: Sendable, Hashable {
  /// The most octets of a message, as the length of TCP's frames allows.
  package static let longest = 65_535

  /// The header; its counts are those of the sections when the message is encoded.
  package var header: Header
  /// The questions.
  package var questions: [Question]
  /// The records that answer.
  package var answers: [ResourceRecord]
  /// The records that tell who has authority.
  package var authorities: [ResourceRecord]
  /// Further records, without OPT.
  package var additionals: [ResourceRecord]
  /// What the OPT record says; `nil` when there is none.
  package var edns: EDNS?

  /// Makes a message.
  package init(
    header: Header = Header(), questions: [Question] = [], answers: [ResourceRecord] = [],
    authorities: [ResourceRecord] = [], additionals: [ResourceRecord] = [], edns: EDNS? = nil
  ) {
    self.header = header
    self.questions = questions
    self.answers = answers
    self.authorities = authorities
    self.additionals = additionals
    self.edns = edns
  }

  /// Reads a message that fills the bytes.
  ///
  /// - Throws: `MessageError` at the first fault: there is no reading of half a message.
  package init(decoding bytes: Span<UInt8>) throws(MessageError) {
    var offset = 0
    header = try Header(reading: bytes, at: &offset)
    questions = []
    for _ in 0..<header.counts.questions { questions.append(try Question(reading: bytes, at: &offset)) }
    edns = nil
    answers = try Self.section(header.counts.answers, bytes, at: &offset)
    authorities = try Self.section(header.counts.authorities, bytes, at: &offset)
    additionals = []
    for _ in 0..<header.counts.additionals {
      if let record = try Self.additional(bytes, at: &offset, edns: &edns) { additionals.append(record) }
    }
    guard offset == bytes.count else { throw .trailingBytes(offset) }
  }

  /// Reads a message that fills the bytes.
  package init(decoding bytes: [UInt8]) throws(MessageError) { try self.init(decoding: bytes.span) }

  private static func section(
    _ count: UInt16, _ bytes: Span<UInt8>, at offset: inout Int
  ) throws(MessageError) -> [ResourceRecord] {
    var records: [ResourceRecord] = []
    for _ in 0..<count { records.append(try record(bytes, at: &offset)) }
    return records
  }

  /// Reads a record where OPT may not stand.
  static func record(_ bytes: Span<UInt8>, at offset: inout Int) throws(MessageError) -> ResourceRecord {
    let start = offset
    let name = try DomainName(reading: bytes, at: &offset)
    let type = RecordType(rawValue: try bytes.readUInt16(at: &offset))
    guard type != .opt else { throw .misplacedOPT(start) }
    let recordClass = try bytes.readUInt16(at: &offset)
    return try ResourceRecord(name: name, type: type, recordClass: recordClass, reading: bytes, at: &offset)
  }

  /// Reads a record of the additional section: OPT is kept apart.
  static func additional(
    _ bytes: Span<UInt8>, at offset: inout Int, edns: inout EDNS?
  ) throws(MessageError) -> ResourceRecord? {
    let start = offset
    let name = try DomainName(reading: bytes, at: &offset)
    let type = RecordType(rawValue: try bytes.readUInt16(at: &offset))
    if type == .opt {
      guard edns == nil, name.wire.count == 1 else { throw .misplacedOPT(start) }
      edns = try EDNS(reading: bytes, at: &offset)
      return nil
    }
    let recordClass = try bytes.readUInt16(at: &offset)
    return try ResourceRecord(name: name, type: type, recordClass: recordClass, reading: bytes, at: &offset)
  }

  /// The response code with its extension.
  package var responseCode: ResponseCode {
    ResponseCode(rawValue: UInt16(edns?.codeBits ?? 0) << 4 | UInt16(header.codeBits))
  }
}
