// SPDX-License-Identifier: Apache-2.0

import IPAddressing

/// Recognises AAAA records that DNS64 made (RFC 6147).
enum Synthesis {
  /// The name whose AAAA records reveal NAT64 prefixes (RFC 7050).
  static let discoveryName = DomainName(wire: Array("\u{8}ipv4only\u{4}arpa\u{0}".utf8))
  /// The IPv4 addresses of that name (RFC 7050, section 2.2).
  static let discoveryAddresses = [IPv4Address(0xC000_00AA), IPv4Address(0xC000_00AB)]

  /// The prefixes in which the discovery name's addresses are embedded.
  static func prefixes(in addresses: [IPAddress]) -> [NAT64Prefix] {
    var found: [NAT64Prefix] = []
    for case .ipv6(let address) in addresses {
      for length in NAT64Prefix.lengths.reversed() {
        guard let prefix = NAT64Prefix(containing: address, length: length),
          let ipv4 = prefix.extract(address),
          discoveryAddresses.contains(ipv4), prefix.embed(ipv4) == address
        else { continue }
        if !found.contains(prefix) { found.append(prefix) }
        break
      }
    }
    return found
  }

  /// The addresses that DNS64 did not make.
  ///
  /// - Parameters:
  ///   - aaaa: A host's IPv6 addresses.
  ///   - a: The same host's IPv4 addresses.
  ///   - prefixes: The resolvers' NAT64 prefixes.
  /// - Returns: The host's own IPv6 addresses.
  static func native(in aaaa: [IPAddress], beside a: [IPAddress], prefixes: [NAT64Prefix]) -> [IPAddress] {
    let rest = aaaa.filter { address in
      guard case .ipv6(let ipv6) = address else { return true }
      switch ipv6.scope {
      case .wellKnownNAT64, .localNAT64: return false
      default: return !prefixes.contains { $0.extract(ipv6) != nil }
      }
    }
    return maps(rest, onto: a) ? [] : rest
  }

  /// The IPv4 addresses that DNS64 put into IPv6 addresses under a known prefix.
  static func embedded(in aaaa: [IPAddress], prefixes: [NAT64Prefix]) -> [IPAddress] {
    aaaa.compactMap { address in
      guard case .ipv6(let ipv6) = address else { return nil }
      return (prefixes + [.wellKnown]).lazy.compactMap { $0.extract(ipv6) }.first.map { .ipv4($0) }
    }
  }

  /// Whether the IPv6 addresses are exactly the IPv4 addresses, embedded with one prefix (RFC 6052).
  private static func maps(_ aaaa: [IPAddress], onto a: [IPAddress]) -> Bool {
    guard !aaaa.isEmpty, aaaa.count == a.count, case .ipv6(let first)? = aaaa.first else { return false }
    let wanted = Set(a)
    return NAT64Prefix.lengths.contains { length in
      guard let prefix = NAT64Prefix(containing: first, length: length) else { return false }
      var seen: Set<IPAddress> = []
      for case .ipv6(let address) in aaaa {
        guard let ipv4 = prefix.extract(address) else { return false }
        seen.insert(.ipv4(ipv4))
      }
      return seen == wanted
    }
  }
}
