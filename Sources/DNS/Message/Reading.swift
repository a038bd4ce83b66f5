// SPDX-License-Identifier: Apache-2.0

package import IPAddressing

/// What an answer to one question for addresses or name servers means, before any policy.
///
/// Records are followed from the question by a map, so their order does not matter, and records that the question does
/// not lead to are not looked at.
package struct Reading: Sendable, Hashable {
  /// The gist.
  package enum Gist: Sendable, Hashable {
    /// Addresses of the type stand at the chain's end, or the name servers asked for are there.
    case addresses
    /// The name at the chain's end exists without the type: NOERROR with SOA (RFC 2308, section 2.2).
    case noData
    /// The name at the chain's end does not exist: NXDOMAIN.
    case nameError
    /// Neither records nor SOA: a referral when NS records stand there, else a lame answer.
    case lame(isReferral: Bool)
    /// The CNAME records make no chain.
    case brokenChain(CNAMEChain.Fault)
    /// The answer did not fit.
    case truncated
    /// Another response code.
    case failure
  }

  /// The gist.
  package var gist: Gist
  /// The response code with its extension.
  package var responseCode: ResponseCode
  /// AA: whether the server has authority.
  package var isAuthoritative: Bool
  /// The addresses in the order of the message, each once.
  package var addresses: [IPAddress] = []
  /// The name servers, when they were asked for, in the order of the message.
  package var nameServers: [DomainName] = []
  /// The CNAME targets in order.
  package var chain: [DomainName] = []
  /// How long the answer may be kept, in seconds; `nil` when the message does not say.
  package var timeToLive: UInt32?
  /// The zone that a negative answer comes from.
  package var zone: DomainName?
  /// The primary name server of that zone.
  package var primary: DomainName?
  /// The extended errors.
  package var extendedErrors: [ExtendedError] = []
  /// The cookie option's octets; `nil` when there is none.
  package var cookie: [UInt8]?

  /// Reads an answer whose header and question were matched already.
  ///
  /// - Parameters:
  ///   - bytes: The message.
  ///   - header: Its header.
  ///   - end: The offset behind the question.
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
    // The plain case needs no record values: every answer belongs to the question's name, by a pointer to it.
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
    gist = .failure
    responseCode = ResponseCode(rawValue: UInt16(header.codeBits))
    isAuthoritative = header.isAuthoritative
    self.addresses = addresses
    self.timeToLive = timeToLive
  }

  private mutating func judge(
    _ header: Header, records: [ResourceRecord]?, hasNameServers: Bool, name: DomainName, type: RecordType
  ) {
    if header.isTruncated {
      gist = .truncated
      return
    }
    guard responseCode == .noError || responseCode == .nameError else {
      gist = .failure
      return
    }
    if let records {
      switch CNAMEChain.follow(name, type: type, in: records) {
      case .success(let chain):
        addresses = chain.addresses
        self.chain = chain.targets
        timeToLive = [chain.timeToLive, chain.addresses.isEmpty ? timeToLive : nil].compactMap(\.self).min()
      case .failure(let fault):
        gist = .brokenChain(fault)
        return
      }
    }
    if type == .ns, let records {
      for case .ns(let server) in records.lazy.filter({ $0.name == name }).map(\.content) {
        nameServers.append(server)
      }
    }
    // A start of authority that the name does not lie under says nothing about it.
    if let owner = zone, !(chain.last ?? name).isBeneathOrEqual(owner) { zone = nil }
    if !addresses.isEmpty {
      // Addresses under NXDOMAIN contradict themselves: neither half is to be believed.
      gist = responseCode == .noError ? .addresses : .lame(isReferral: false)
    } else if !nameServers.isEmpty {
      gist = .addresses
    } else if zone == nil {
      gist = .lame(isReferral: hasNameServers)
    } else {
      gist = responseCode == .nameError ? .nameError : .noData
    }
  }

  /// Reads one record of the plain case; `false` when the record is another.
  private static func readAddress(
    _ bytes: Span<UInt8>, at offset: inout Int, _ type: RecordType, _ addresses: inout [IPAddress],
    _ shortest: inout UInt32
  ) -> Bool {
    let length = type == .a ? 4 : 16
    guard type == .a || type == .aaaa, bytes.count - offset >= 12 + length, bytes[offset] == 0xC0,
      bytes[offset + 1] == UInt8(Header.size)
    else { return false }
    var place = offset + 2
    guard (try? bytes.readUInt16(at: &place)) == type.rawValue,
      (try? bytes.readUInt16(at: &place)) == RecordClass.internet,
      let seconds = try? bytes.readUInt32(at: &place),
      let size = try? bytes.readUInt16(at: &place), Int(size) == length
    else { return false }
    let address: IPAddress
    if type == .a {
      guard let value = try? bytes.readUInt32(at: &place) else { return false }
      address = .ipv4(IPv4Address(value))
    } else {
      guard let high = try? bytes.readUInt64(at: &place), let low = try? bytes.readUInt64(at: &place) else {
        return false
      }
      address = .ipv6(IPv6Address(high: high, low: low))
    }
    if !addresses.contains(address) { addresses.append(address) }
    shortest = min(shortest, seconds >> 31 == 0 ? seconds : 0)
    offset = place
    return true
  }
}
