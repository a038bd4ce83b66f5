// SPDX-License-Identifier: Apache-2.0

import IPAddressing

/// Recognises a private view of DNS, such as that of an interface endpoint's hidden zone.
enum PrivateView {
  /// The name servers in the SOA of Route 53's private zones (Route 53 guide, private hosted zones).
  private static let privateZoneServers = Set(
    [
      "ns-0.awsdns-00.com", "ns-512.awsdns-00.net", "ns-1024.awsdns-00.org", "ns-1536.awsdns-00.co.uk",
    ].compactMap { DomainName($0) })

  /// Whether a zone with this primary name server is a private zone of Route 53.
  static func isPrivateZone(primary: DomainName) -> Bool { privateZoneServers.contains(primary) }

  /// The half of the unique local addresses in which networks choose a prefix (RFC 4193, section 3.1); the other half,
  /// `fc00::/8`, is not in use.
  private static let locallyAssigned = IPPrefix("fd00::/8")

  /// Whether an address is private: RFC 1918, shared address space, `fd00::/8`, or in one of the prefixes.
  static func contains(_ address: IPAddress, prefixes: [IPPrefix]) -> Bool {
    switch address.scope {
    case .privateUse, .shared: true
    case .uniqueLocal where locallyAssigned?.contains(address) == true: true
    default: prefixes.contains { $0.contains(address) }
    }
  }
}
