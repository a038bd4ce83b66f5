// SPDX-License-Identifier: Apache-2.0

import IPAddressing

/// Tells a private view of DNS, as an interface endpoint's hidden zone gives it, from the public one.
enum PrivateView {
  /// The name servers that stand in the SOA of each private zone of Route 53 (Route 53 guide, private hosted zones).
  private static let privateZoneServers = Set(
    [
      "ns-0.awsdns-00.com", "ns-512.awsdns-00.net", "ns-1024.awsdns-00.org", "ns-1536.awsdns-00.co.uk",
    ].compactMap { DomainName($0) })

  /// Whether a zone with this primary name server is a private zone of Route 53.
  static func isPrivateZone(primary: DomainName) -> Bool { privateZoneServers.contains(primary) }

  /// Whether an address belongs to a private network: RFC 1918, shared space, `fd00::/8`, or one of the prefixes.
  static func contains(_ address: IPAddress, prefixes: [IPPrefix]) -> Bool {
    switch address.scope {
    case .privateUse, .shared: return true
    case .uniqueLocal:
      if case .ipv6(let ipv6) = address { return ipv6.high >> 56 == 0xFD }
      return true
    default: return prefixes.contains { $0.contains(address) }
    }
  }
}
