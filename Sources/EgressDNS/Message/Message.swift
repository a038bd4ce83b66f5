// SPDX-License-Identifier: Apache-2.0

/// A DNS message (RFC 1035, section 4) as values.
package struct Message: Sendable, Hashable {
  /// The most octets of a message: the length field over TCP allows no more.
  package static let longest = 65_535

  /// The header.
  ///
  /// Encoding replaces its counts by those of the sections.
  package var header: Header
  /// The questions.
  package var questions: [Question]
  /// The answer records.
  package var answers: [ResourceRecord]
  /// The authority records.
  package var authorities: [ResourceRecord]
  /// The additional records, without OPT.
  package var additionals: [ResourceRecord]
  /// The content of the OPT record; `nil` if there is no such record.
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

  /// Decodes a message that fills the bytes.
  ///
  /// - Throws: `MessageError` at the first fault; part of a message is never returned.
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

  /// Decodes a message that fills the bytes.
  package init(decoding bytes: [UInt8]) throws(MessageError) {
    try self.init(decoding: ContiguousArray(bytes).span)
  }

  private static func section(
    _ count: UInt16, _ bytes: Span<UInt8>, at offset: inout Int
  ) throws(MessageError) -> [ResourceRecord] {
    var records: [ResourceRecord] = []
    for _ in 0..<count { records.append(try record(bytes, at: &offset)) }
    return records
  }

  /// Reads a record of a section in which OPT is not allowed.
  static func record(_ bytes: Span<UInt8>, at offset: inout Int) throws(MessageError) -> ResourceRecord {
    let start = offset
    let name = try DomainName(reading: bytes, at: &offset)
    let type = RecordType(rawValue: try bytes.readUInt16(at: &offset))
    guard type != .opt else { throw .misplacedOPT(start) }
    let recordClass = try bytes.readUInt16(at: &offset)
    return try ResourceRecord(name: name, type: type, recordClass: recordClass, reading: bytes, at: &offset)
  }

  /// Reads a record of the additional section; an OPT record goes to `edns`.
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

  /// The response code, including the bits of the OPT record.
  package var responseCode: ResponseCode {
    ResponseCode(rawValue: UInt16(edns?.codeBits ?? 0) << 4 | UInt16(header.codeBits))
  }
}
