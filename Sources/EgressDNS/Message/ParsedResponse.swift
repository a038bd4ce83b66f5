// SPDX-License-Identifier: Apache-2.0

package import IPAddressing

/// A response to one question for addresses or name servers, before any policy.
///
/// The order of the records does not matter. Records that the question does not lead to are ignored.
package struct ParsedResponse: Sendable, Hashable {
  /// The kinds of response.
  package enum Kind: Sendable, Hashable {
    /// It has addresses of the type at the end of the chain, or the name servers that were asked for.
    case addresses
    /// The name at the end of the chain has no records of the type: NOERROR with SOA (RFC 2308, section 2.2).
    case noData
    /// The name at the end of the chain does not exist: NXDOMAIN.
    case nameError
    /// It has neither records nor SOA: a referral if it has NS records, otherwise a lame answer.
    case lame(isReferral: Bool)
    /// The CNAME records do not form a chain.
    case brokenChain(CNAMEChain.Fault)
    /// It was truncated.
    case truncated
    /// It has another response code.
    case failure
  }

  /// The kind of response.
  package var kind: Kind
  /// The response code, including the bits of the OPT record.
  package var responseCode: ResponseCode
  /// Whether the server is authoritative (AA).
  package var isAuthoritative: Bool
  /// The addresses in the order of the message, each once.
  package var addresses: [IPAddress] = []
  /// The name servers in the order of the message, if they were asked for.
  package var nameServers: [DomainName] = []
  /// The CNAME targets in order.
  package var chain: [DomainName] = []
  /// How long the answer may be cached, in seconds; `nil` when the message does not say.
  package var timeToLive: UInt32?
  /// The zone of a negative answer.
  package var zone: DomainName?
  /// The primary name server of that zone.
  package var primary: DomainName?
  /// The extended errors.
  package var extendedErrors: [ExtendedError] = []
  /// The octets of the cookie option; `nil` if there is no such option.
  package var cookie: [UInt8]?

  /// Parses a response whose header and question were matched already.
  ///
  /// - Parameters:
  ///   - bytes: The message.
  ///   - header: The header of the message.
  ///   - end: The offset after the question.
  ///   - name: The name that was asked about.
  ///   - type: The type that was asked for.
  /// - Throws: `MessageError` when any part of the message is malformed.
  package init(
    _ bytes: Span<UInt8>, _ header: Header, end: Int, name: DomainName, type: RecordType
  ) throws(MessageError) {
    var offset = end
    var addresses: [IPAddress] = []
    var shortest = UInt32.max
    var records: [ResourceRecord]?
    // The plain case needs no record values: the owner of every answer is a pointer to the question's name.
    for _ in 0..<header.counts.answers where records == nil {
      if !Self.readAddress(bytes, at: &offset, type, &addresses, &shortest) { records = [] }
    }
    if records != nil {
      addresses = []
      offset = end
      var all: [ResourceRecord] = []
      for _ in 0..<header.counts.answers { all.append(try Message.record(bytes, at: &offset)) }
      records = all
    }
    self.init(header, addresses: addresses, timeToLive: addresses.isEmpty ? nil : shortest)
    var hasNameServers = false
    for _ in 0..<header.counts.authorities {
      let record = try Message.record(bytes, at: &offset)
      if record.type == .ns { hasNameServers = true }
      if case .soa(let soa) = record.content, zone == nil {
        zone = record.name
        primary = soa.primary
        if self.addresses.isEmpty { timeToLive = min(record.timeToLive, soa.minimum) }
      }
    }
    var edns: EDNS?
    for _ in 0..<header.counts.additionals { _ = try Message.additional(bytes, at: &offset, edns: &edns) }
    guard offset == bytes.count else { throw .trailingBytes(offset) }
    if let edns {
      responseCode = ResponseCode(rawValue: UInt16(edns.codeBits) << 4 | UInt16(header.codeBits))
      if !edns.options.isEmpty {
        extendedErrors = edns.extendedErrors
        cookie = edns.cookie
      }
    }
    judge(header, records: records, hasNameServers: hasNameServers, name: name, type: type)
  }

  private init(_ header: Header, addresses: [IPAddress], timeToLive: UInt32?) {
    kind = .failure
    responseCode = ResponseCode(rawValue: UInt16(header.codeBits))
    isAuthoritative = header.isAuthoritative
    self.addresses = addresses
    self.timeToLive = timeToLive
  }

  private mutating func judge(
    _ header: Header, records: [ResourceRecord]?, hasNameServers: Bool, name: DomainName, type: RecordType
  ) {
    if header.isTruncated {
      kind = .truncated
      return
    }
    guard responseCode == .noError || responseCode == .nameError else {
      kind = .failure
      return
    }
    if let records {
      switch CNAMEChain.follow(name, type: type, in: records) {
      case .success(let chain):
        addresses = chain.addresses
        self.chain = chain.targets
        timeToLive = [chain.timeToLive, chain.addresses.isEmpty ? timeToLive : nil].compactMap(\.self).min()
      case .failure(let fault):
        kind = .brokenChain(fault)
        return
      }
    }
    if type == .ns, let records {
      for case .ns(let server) in records.lazy.filter({ $0.name == name }).map(\.content) {
        nameServers.append(server)
      }
    }
    // An SOA of a zone that does not contain the name says nothing about the name.
    if let owner = zone, !(chain.last ?? name).isBeneathOrEqual(owner) { zone = nil }
    if !addresses.isEmpty {
      // Addresses with NXDOMAIN are a contradiction: neither can be believed.
      kind = responseCode == .noError ? .addresses : .lame(isReferral: false)
    } else if !nameServers.isEmpty {
      kind = .addresses
    } else if zone == nil {
      kind = .lame(isReferral: hasNameServers)
    } else {
      kind = responseCode == .nameError ? .nameError : .noData
    }
  }

  /// Reads an address record of the plain case.
  ///
  /// - Returns: Whether the record was one.
  private static func readAddress(
    _ bytes: Span<UInt8>, at offset: inout Int, _ type: RecordType, _ addresses: inout [IPAddress],
    _ shortest: inout UInt32
  ) -> Bool {
    let length = type == .a ? 4 : 16
    guard type == .a || type == .aaaa, bytes.count - offset >= 12 + length, bytes[offset] == 0xC0,
      bytes[offset + 1] == UInt8(Header.size)
    else { return false }
    var position = offset + 2
    guard (try? bytes.readUInt16(at: &position)) == type.rawValue,
      (try? bytes.readUInt16(at: &position)) == RecordClass.internet,
      let seconds = try? bytes.readUInt32(at: &position),
      let size = try? bytes.readUInt16(at: &position), Int(size) == length
    else { return false }
    let address: IPAddress
    if type == .a {
      guard let value = try? bytes.readUInt32(at: &position) else { return false }
      address = .ipv4(IPv4Address(value))
    } else {
      guard let high = try? bytes.readUInt64(at: &position), let low = try? bytes.readUInt64(at: &position)
      else {
        return false
      }
      address = .ipv6(IPv6Address(high: high, low: low))
    }
    if !addresses.contains(address) { addresses.append(address) }
    shortest = min(shortest, seconds >> 31 == 0 ? seconds : 0)
    offset = position
    return true
  }
}
