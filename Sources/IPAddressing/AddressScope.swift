// SPDX-License-Identifier: Apache-2.0

/// What an address is good for, by the IANA registries of special-purpose addresses (RFC 6890 and its successors).
///
/// Only `global` addresses can be reached over the public internet. The registries call a few more blocks reachable:
/// NAT64's well-known prefix, which ends at a translator, and the overlay identifiers, which no router knows. They have cases
/// of their own.
public enum AddressScope: String, Sendable, Hashable, CaseIterable {
  /// Unicast on the public internet: any address that none of the other cases names.
  case global
  /// Private networks: `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16` (RFC 1918).
  case privateUse
  /// Shared space behind carrier-grade NAT: `100.64.0.0/10` (RFC 6598).
  case shared
  /// Unique local addresses: `fc00::/7` (RFC 4193).
  case uniqueLocal
  /// The host itself: `127.0.0.0/8` (RFC 1122), `::1` (RFC 4291).
  case loopback
  /// One link: `169.254.0.0/16` (RFC 3927), `fe80::/10` (RFC 4291).
  case linkLocal
  /// One site, deprecated: `fec0::/10` (RFC 3879).
  case siteLocal
  /// No address: `0.0.0.0/8` (RFC 791), `::` (RFC 4291).
  case unspecified
  /// Groups: `224.0.0.0/4` (RFC 5771), `ff00::/8` (RFC 4291).
  case multicast
  /// Reserved or broadcast: `240.0.0.0/4` (RFC 1112, RFC 919), and IPv6 outside `2000::/3`, the only block from which
  /// global unicast addresses are allocated (RFC 4291, IANA's registry of the IPv6 address space).
  case reserved
  /// Documents and examples: `192.0.2.0/24`, `198.51.100.0/24`, `203.0.113.0/24` (RFC 5737), `2001:db8::/32` (RFC 3849),
  /// `3fff::/20` (RFC 9637).
  case documentation
  /// Measurements of network devices: `198.18.0.0/15` (RFC 2544), `2001:2::/48` (RFC 5180).
  case benchmarking
  /// Protocols of the IETF: `192.0.0.0/24` (RFC 6890) and `2001::/23` (RFC 2928), but for the anycast addresses and blocks
  /// in them that are global: `192.0.0.9`, `192.0.0.10`, `2001:1::1` to `2001:1::3`, `2001:3::/32`, `2001:4:112::/48`.
  case protocolAssignment
  /// Packets that nobody receives: `100::/64` (RFC 6666), `100:0:0:1::/64` (RFC 9780).
  case discard
  /// 6to4 and its relays, deprecated: `2002::/16` (RFC 3056), `192.88.99.0/24` (RFC 7526).
  case sixToFour
  /// Teredo tunnels: `2001::/32` (RFC 4380).
  case teredo
  /// Identifiers that are not routed: ORCHID `2001:10::/28` (RFC 4843), ORCHIDv2 `2001:20::/28` (RFC 7343), drones'
  /// `2001:30::/28` (RFC 9374).
  case identifier
  /// Identifiers of segments inside one network: `5f00::/16` (RFC 9602).
  case segmentRouting
  /// The well-known NAT64 prefix `64:ff9b::/96` (RFC 6052).
  case wellKnownNAT64
  /// The NAT64 prefix for local use `64:ff9b:1::/48` (RFC 8215).
  case localNAT64
  /// IPv4 addresses in IPv6 form: `::ffff:0:0/96` (RFC 4291).
  case ipv4Mapped
  /// IPv4 addresses in an older IPv6 form, deprecated: `::/96` (RFC 4291, section 2.5.5.1).
  case ipv4Compatible

  /// The kind of address in words, such as `link-local`.
  public var name: String {
    switch self {
    case .global, .shared, .loopback, .unspecified, .multicast, .reserved, .documentation, .benchmarking,
      .discard:
      rawValue
    case .privateUse: "private-use"
    case .uniqueLocal: "unique local"
    case .linkLocal: "link-local"
    case .siteLocal: "site-local"
    case .protocolAssignment: "protocol-assignment"
    case .sixToFour: "6to4"
    case .teredo: "Teredo"
    case .identifier: "overlay-identifier"
    case .segmentRouting: "segment-routing"
    case .wellKnownNAT64, .localNAT64: "NAT64"
    case .ipv4Mapped: "IPv4-mapped"
    case .ipv4Compatible: "IPv4-compatible"
    }
  }
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
    // The anycast addresses of PCP (RFC 7723) and TURN (RFC 8155).
    case 0xC000_0009, 0xC000_000A: .global
    case 0xC000_0000...0xC000_00FF: .protocolAssignment
    case 0xC000_0200...0xC000_02FF, 0xC633_6400...0xC633_64FF, 0xCB00_7100...0xCB00_71FF: .documentation
    case 0xC058_6300...0xC058_63FF: .sixToFour
    case 0xC612_0000...0xC613_FFFF: .benchmarking
    case 0xE000_0000...0xEFFF_FFFF: .multicast
    case 0xF000_0000...0xFFFF_FFFF: .reserved
    default: .global
    }
  }
}

extension IPv6Address {
  /// What the address is good for.
  public var scope: AddressScope {
    switch high >> 56 {
    case 0xFC, 0xFD: return .uniqueLocal
    case 0xFF: return .multicast
    case 0xFE where high >> 54 == 0x3FA: return .linkLocal
    case 0xFE where high >> 54 == 0x3FB: return .siteLocal
    default: break
    }
    if high >> 61 != 1 { return scopeOutsideGlobalUnicast }
    if high >> 41 == 0x2001_0000 >> 9 { return scopeOfProtocolAssignments }
    switch high >> 32 {
    case 0x2001_0DB8: return .documentation
    case 0x2002_0000...0x2002_FFFF: return .sixToFour
    case 0x3FFF_0000...0x3FFF_0FFF: return .documentation
    default: return .global
    }
  }

  /// The scope of an address outside `2000::/3` that is not local.
  private var scopeOutsideGlobalUnicast: AddressScope {
    switch high {
    case 0 where low <= 1: low == 0 ? .unspecified : .loopback
    case 0 where low >> 32 == 0xFFFF: .ipv4Mapped
    case 0 where low >> 32 == 0: .ipv4Compatible
    case 0x0064_FF9B_0000_0000 where low >> 32 == 0: .wellKnownNAT64
    case 0x0064_FF9B_0001_0000...0x0064_FF9B_0001_FFFF: .localNAT64
    case 0x0100_0000_0000_0000, 0x0100_0000_0000_0001: .discard
    case 0x5F00_0000_0000_0000...0x5F00_FFFF_FFFF_FFFF: .segmentRouting
    default: .reserved
    }
  }

  /// The scope of an address in `2001::/23`.
  private var scopeOfProtocolAssignments: AddressScope {
    switch high >> 32 {
    case 0x2001_0000: .teredo
    // The anycast addresses of PCP (RFC 7723), TURN (RFC 8155) and DNS-SD (RFC 9665).
    case 0x2001_0001 where high << 32 == 0 && (1...3).contains(low): .global
    case 0x2001_0002 where high >> 16 & 0xFFFF == 0: .benchmarking
    // Multicast tunnels (RFC 7450) and AS112 (RFC 7535).
    case 0x2001_0003: .global
    case 0x2001_0004 where high >> 16 & 0xFFFF == 0x0112: .global
    case 0x2001_0010...0x2001_003F: .identifier
    default: .protocolAssignment
    }
  }
}
