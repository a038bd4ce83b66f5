// SPDX-License-Identifier: Apache-2.0

package import IPAddressing

/// A question of a message (RFC 1035, section 4.1.2).
package struct Question: Sendable, Hashable {
  /// The name.
  package var name: DomainName
  /// The type of record that is wanted.
  package var type: RecordType
  /// The class, usually `RecordClass.internet`.
  package var recordClass: UInt16

  /// Makes a question.
  package init(_ name: DomainName, _ type: RecordType, recordClass: UInt16 = RecordClass.internet) {
    self.name = name
    self.type = type
    self.recordClass = recordClass
  }

  /// Reads a question and advances the offset.
  init(reading bytes: Span<UInt8>, at offset: inout Int) throws(MessageError) {
    name = try DomainName(reading: bytes, at: &offset)
    type = RecordType(rawValue: try bytes.readUInt16(at: &offset))
    recordClass = try bytes.readUInt16(at: &offset)
  }
}

/// The data of a start of authority (RFC 1035, section 3.3.13).
package struct StartOfAuthority: Sendable, Hashable {
  /// The primary name server.
  package var primary: DomainName
  /// The mailbox of the person responsible.
  package var mailbox: DomainName
  /// The serial number, and in seconds: refresh, retry, expiry and the time to live of negative answers (RFC 2308).
  package var serial: UInt32, refresh: UInt32, retry: UInt32, expire: UInt32, minimum: UInt32

  /// Makes the data of a start of authority.
  package init(
    primary: DomainName, mailbox: DomainName, serial: UInt32 = 1, refresh: UInt32 = 3600, retry: UInt32 = 600,
    expire: UInt32 = 86400, minimum: UInt32 = 60
  ) {
    self.primary = primary
    self.mailbox = mailbox
    self.serial = serial
    self.refresh = refresh
    self.retry = retry
    self.expire = expire
    self.minimum = minimum
  }
}

/// A record of a message, other than OPT (RFC 1035, section 4.1.3).
package struct ResourceRecord: Sendable, Hashable {
  /// The data of a record; types that a scan does not use keep their octets.
  package enum Content: Sendable, Hashable {
    /// An IPv4 address.
    case a(IPv4Address)
    /// An IPv6 address.
    case aaaa(IPv6Address)
    /// The canonical name of the owner.
    case cname(DomainName)
    /// A name server of the zone.
    case ns(DomainName)
    /// The start of a zone.
    case soa(StartOfAuthority)
    /// Strings of up to 255 octets.
    case txt([[UInt8]])
    /// The octets of any other type.
    case other([UInt8])
  }

  /// The owner.
  package var name: DomainName
  /// The type.
  package var type: RecordType
  /// The class.
  package var recordClass: UInt16
  /// The time to live in seconds.
  ///
  /// A value with the top bit set counts as zero (RFC 2181, section 8).
  package var timeToLive: UInt32
  /// The data.
  package var content: Content

  /// Makes a record of class Internet.
  package init(_ name: DomainName, _ type: RecordType, timeToLive: UInt32, _ content: Content) {
    self.name = name
    self.type = type
    recordClass = RecordClass.internet
    self.timeToLive = timeToLive
    self.content = content
  }

  init(
    name: DomainName, type: RecordType, recordClass: UInt16, reading bytes: Span<UInt8>, at offset: inout Int
  ) throws(MessageError) {
    self.name = name
    self.type = type
    self.recordClass = recordClass
    let seconds = try bytes.readUInt32(at: &offset)
    timeToLive = seconds >> 31 == 0 ? seconds : 0
    let length = try Int(bytes.readUInt16(at: &offset))
    let start = offset
    guard bytes.count - start >= length else { throw .truncated(start) }
    content = try Self.content(type, recordClass, length, bytes, at: &offset)
    guard offset == start + length else { throw .badRecordLength(start) }
  }

  private static func content(
    _ type: RecordType, _ recordClass: UInt16, _ length: Int, _ bytes: Span<UInt8>, at offset: inout Int
  ) throws(MessageError) -> Content {
    let start = offset
    guard recordClass == RecordClass.internet else { return try .other(bytes.readBytes(length, at: &offset)) }
    switch type {
    case .a:
      guard length == 4 else { throw .badRecordLength(start) }
      return try .a(IPv4Address(bytes.readUInt32(at: &offset)))
    case .aaaa:
      guard length == 16 else { throw .badRecordLength(start) }
      let high = try bytes.readUInt64(at: &offset)
      return try .aaaa(IPv6Address(high: high, low: bytes.readUInt64(at: &offset)))
    case .cname: return try .cname(DomainName(reading: bytes, at: &offset))
    case .ns: return try .ns(DomainName(reading: bytes, at: &offset))
    case .soa: return try .soa(StartOfAuthority(reading: bytes, at: &offset))
    case .txt:
      var strings: [[UInt8]] = []
      while offset < start + length {
        let size = try Int(bytes.readUInt8(at: &offset))
        guard offset + size <= start + length else { throw .badRecordLength(start) }
        strings.append(try bytes.readBytes(size, at: &offset))
      }
      guard !strings.isEmpty else { throw .badRecordLength(start) }
      return .txt(strings)
    default: return try .other(bytes.readBytes(length, at: &offset))
    }
  }
}

extension StartOfAuthority {
  init(reading bytes: Span<UInt8>, at offset: inout Int) throws(MessageError) {
    primary = try DomainName(reading: bytes, at: &offset)
    mailbox = try DomainName(reading: bytes, at: &offset)
    serial = try bytes.readUInt32(at: &offset)
    refresh = try bytes.readUInt32(at: &offset)
    retry = try bytes.readUInt32(at: &offset)
    expire = try bytes.readUInt32(at: &offset)
    minimum = try bytes.readUInt32(at: &offset)
  }
}
