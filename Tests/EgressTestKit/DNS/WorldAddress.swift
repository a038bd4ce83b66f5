// SPDX-License-Identifier: Apache-2.0

package import IPAddressing

/// Addresses for the names of made-up worlds: they lie in ranges that AWS publishes, so that a scan believes them.
///
/// Tests answer with them on loopback only; nothing is sent to them.
package enum WorldAddress {
  /// An address in `52.94.0.0/20`, the same for the same name.
  package static func ipv4(of host: String) -> IPAddress {
    let hash = hash(host)
    return .ipv4(IPv4Address(0x345E_0000 | (hash >> 8 & 0xF) << 8 | (hash % 254 + 1)))
  }

  /// An address in `2600:1f18::/64`, the same for the same name.
  package static func ipv6(of host: String) -> IPAddress {
    .ipv6(IPv6Address(high: 0x2600_1F18_0000_0000, low: UInt64(hash(host) % 0xFFFE + 1)))
  }

  /// The FNV-1a hash of a name.
  private static func hash(_ host: String) -> UInt32 {
    host.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
  }
}
