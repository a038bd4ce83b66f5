// SPDX-License-Identifier: Apache-2.0

/// What an address is good for, by the IANA registries of special-purpose addresses (RFC 6890).
public enum AddressScope: String, Sendable, Hashable, CaseIterable {
  /// Any address that none of the other cases names.
  case global
  /// Private networks: `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16` (RFC 1918).
  case privateUse
  /// Shared space behind carrier-grade NAT: `100.64.0.0/10` (RFC 6598).
  case shared
  /// Unique local addresses: `fc00::/7` (RFC 4193).
  case uniqueLocal
  /// The host itself: `127.0.0.0/8`, `::1`.
  case loopback
  /// One link: `169.254.0.0/16` (RFC 3927), `fe80::/10`.
  case linkLocal
  /// No address: `0.0.0.0/8`, `::`.
  case unspecified
  /// Groups: `224.0.0.0/4`, `ff00::/8`.
  case multicast
  /// Reserved or broadcast: `240.0.0.0/4`.
  case reserved
  /// Documents and examples: `192.0.2.0/24`, `198.51.100.0/24`, `203.0.113.0/24`, `2001:db8::/32`, `3fff::/20`.
  case documentation
  /// The well-known NAT64 prefix `64:ff9b::/96` (RFC 6052).
  case wellKnownNAT64
  /// The NAT64 prefix for local use `64:ff9b:1::/48` (RFC 8215).
  case localNAT64
  /// IPv4 addresses in IPv6 form: `::ffff:0:0/96`.
  case ipv4Mapped
}

extension IPAddress {
  /// What the address is good for.
  public var scope: AddressScope {
    switch self {
    case .ipv4(let address): address.scope
    case .ipv6(let address): address.scope
    }
  }
}

extension IPv4Address {
  /// What the address is good for.
  public var scope: AddressScope {
    switch value {
    case 0x0000_0000...0x00FF_FFFF: .unspecified
    case 0x0A00_0000...0x0AFF_FFFF, 0xAC10_0000...0xAC1F_FFFF, 0xC0A8_0000...0xC0A8_FFFF: .privateUse
    case 0x6440_0000...0x647F_FFFF: .shared
    case 0x7F00_0000...0x7FFF_FFFF: .loopback
    case 0xA9FE_0000...0xA9FE_FFFF: .linkLocal
    case 0xC000_0200...0xC000_02FF, 0xC633_6400...0xC633_64FF, 0xCB00_7100...0xCB00_71FF: .documentation
    case 0xE000_0000...0xEFFF_FFFF: .multicast
    case 0xF000_0000...0xFFFF_FFFF: .reserved
    default: .global
    }
  }
}

extension IPv6Address {
  /// What the address is good for.
  public var scope: AddressScope {
    if high == 0, low <= 1 { return low == 0 ? .unspecified : .loopback }
    if mappedIPv4 != nil { return .ipv4Mapped }
    if high == 0x0064_FF9B_0000_0000, low >> 32 == 0 { return .wellKnownNAT64 }
    if high >> 16 == 0x0064_FF9B_0001 { return .localNAT64 }
    if high >> 32 == 0x2001_0DB8 || high >> 44 == 0x3FFF0 { return .documentation }
    return switch high >> 56 {
    case 0xFC, 0xFD: .uniqueLocal
    case 0xFF: .multicast
    case 0xFE where high >> 54 == 0x3FA: .linkLocal
    default: .global
    }
  }
}
