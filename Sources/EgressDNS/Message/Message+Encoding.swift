// SPDX-License-Identifier: Apache-2.0

import IPAddressing

extension Message {
  /// Encodes the message with compressed names; the counts are those of the sections.
  ///
  /// - Throws: `MessageError.messageTooLong` when the message has more than 65,535 octets, or a section has more records.
  package func encoded() throws(MessageError) -> [UInt8] {
    var writer = WireWriter()
    let additionalCount = additionals.count + (edns == nil ? 0 : 1)
    guard max(questions.count, answers.count, authorities.count, additionalCount) <= 0xFFFF else {
      throw .messageTooLong
    }
    writer.append(header.id)
    writer.append(header.flags)
    for count in [questions.count, answers.count, authorities.count, additionalCount] {
      writer.append(UInt16(count))
    }
    for question in questions {
      writer.append(question.name)
      writer.append(question.type.rawValue)
      writer.append(question.recordClass)
    }
    for record in answers + authorities + additionals {
      try writer.append(record)
      guard writer.bytes.count <= Message.longest else { throw .messageTooLong }
    }
    if let edns { try writer.append(edns) }
    guard writer.bytes.count <= Message.longest else { throw .messageTooLong }
    return writer.bytes
  }
}

/// A message that is being written, with the offsets of the names in it.
private struct WireWriter {
  var bytes: [UInt8] = []
  /// The offset of each suffix; suffixes differ by case, so that a pointer never changes a name's case.
  private var offsets: [ArraySlice<UInt8>: Int] = [:]

  mutating func append(_ value: UInt16) {
    bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    bytes.append(UInt8(truncatingIfNeeded: value))
  }

  mutating func append(_ value: UInt32) {
    append(UInt16(truncatingIfNeeded: value >> 16))
    append(UInt16(truncatingIfNeeded: value))
  }

  mutating func append(_ name: DomainName) {
    var rest = name.wire[...]
    while let size = rest.first, size != 0 {
      if let place = offsets[rest] {
        append(0xC000 | UInt16(truncatingIfNeeded: place))
        return
      }
      // A pointer has fourteen bits, so it cannot lead to a larger offset.
      if bytes.count <= 0x3FFF { offsets[rest] = bytes.count }
      bytes += rest.prefix(Int(size) + 1)
      rest = rest.dropFirst(Int(size) + 1)
    }
    bytes.append(0)
  }

  mutating func append(_ record: ResourceRecord) throws(MessageError) {
    append(record.name)
    append(record.type.rawValue)
    append(record.recordClass)
    append(record.timeToLive)
    let lengthOffset = bytes.count
    append(UInt16(0))
    switch record.content {
    case .a(let address): append(address.value)
    case .aaaa(let address):
      for half in [address.high, address.low] {
        append(UInt32(truncatingIfNeeded: half >> 32))
        append(UInt32(truncatingIfNeeded: half))
      }
    case .cname(let name), .ns(let name): append(name)
    case .soa(let soa):
      append(soa.primary)
      append(soa.mailbox)
      for number in [soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum] { append(number) }
    case .txt(let strings):
      for string in strings {
        bytes.append(UInt8(truncatingIfNeeded: min(string.count, 255)))
        bytes += string.prefix(255)
      }
    case .other(let data): bytes += data
    }
    try fill(lengthOffset)
  }

  mutating func append(_ edns: EDNS) throws(MessageError) {
    bytes.append(0)
    append(RecordType.opt.rawValue)
    append(edns.payloadSize)
    bytes.append(edns.codeBits)
    bytes.append(edns.version)
    append(edns.flags)
    let lengthOffset = bytes.count
    append(UInt16(0))
    for option in edns.options {
      append(option.code)
      append(UInt16(truncatingIfNeeded: min(option.data.count, 0xFFFF)))
      bytes += option.data.prefix(0xFFFF)
    }
    try fill(lengthOffset)
  }

  private mutating func fill(_ lengthOffset: Int) throws(MessageError) {
    guard let length = UInt16(exactly: bytes.count - lengthOffset - 2) else { throw .messageTooLong }
    bytes[lengthOffset] = UInt8(truncatingIfNeeded: length >> 8)
    bytes[lengthOffset + 1] = UInt8(truncatingIfNeeded: length)
  }
}
