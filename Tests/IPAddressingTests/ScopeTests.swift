// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import Testing

/// The scopes of addresses against IANA's registries and Python's `ipaddress` module.
@Suite struct ScopeTests {
  /// A block of IANA's registries of special-purpose addresses, or a part of one.
  struct Block: Sendable, CustomTestStringConvertible {
    var prefix: String
    var scope: AddressScope
    /// The scope right before and right behind the block.
    var before: AddressScope?
    var behind: AddressScope?
    init(_ prefix: String, _ scope: AddressScope, _ before: AddressScope?, _ behind: AddressScope?) {
      (self.prefix, self.scope, self.before, self.behind) = (prefix, scope, before, behind)
    }
    var testDescription: String { "\(prefix) \(scope)" }
  }

  static let blocks = [
    Block("0.0.0.0/8", .unspecified, nil, .global), Block("10.0.0.0/8", .privateUse, .global, .global),
    Block("100.64.0.0/10", .shared, .global, .global), Block("127.0.0.0/8", .loopback, .global, .global),
    Block("169.254.0.0/16", .linkLocal, .global, .global),
    Block("172.16.0.0/12", .privateUse, .global, .global),
    Block("192.0.0.0/29", .protocolAssignment, .global, .protocolAssignment),
    Block("192.0.0.9/32", .global, .protocolAssignment, .global),
    Block("192.0.0.10/32", .global, .global, .protocolAssignment),
    Block("192.0.0.170/31", .protocolAssignment, .protocolAssignment, .protocolAssignment),
    Block("192.0.0.128/25", .protocolAssignment, .protocolAssignment, .global),
    Block("192.0.2.0/24", .documentation, .global, .global),
    Block("192.31.196.0/24", .global, .global, .global), Block("192.52.193.0/24", .global, .global, .global),
    Block("192.88.99.0/24", .sixToFour, .global, .global),
    Block("192.168.0.0/16", .privateUse, .global, .global),
    Block("192.175.48.0/24", .global, .global, .global),
    Block("198.18.0.0/15", .benchmarking, .global, .global),
    Block("198.51.100.0/24", .documentation, .global, .global),
    Block("203.0.113.0/24", .documentation, .global, .global),
    Block("224.0.0.0/4", .multicast, .global, .reserved), Block("240.0.0.0/4", .reserved, .multicast, nil),
    Block("255.255.255.255/32", .reserved, .reserved, nil),
    Block("::/128", .unspecified, nil, .loopback), Block("::1/128", .loopback, .unspecified, .ipv4Compatible),
    Block("::8000:0/97", .ipv4Compatible, .ipv4Compatible, .reserved),
    Block("::ffff:0:0/96", .ipv4Mapped, .reserved, .reserved),
    Block("64:ff9b::/96", .wellKnownNAT64, .reserved, .reserved),
    Block("64:ff9b:1::/48", .localNAT64, .reserved, .reserved),
    Block("100::/64", .discard, .reserved, .discard), Block("100:0:0:1::/64", .discard, .discard, .reserved),
    Block("200::/7", .reserved, .reserved, .reserved),
    Block("2001::/32", .teredo, .global, .protocolAssignment),
    Block("2001:1::1/128", .global, .protocolAssignment, .global),
    Block("2001:1::2/128", .global, .global, .global),
    Block("2001:1::3/128", .global, .global, .protocolAssignment),
    Block("2001:2::/48", .benchmarking, .protocolAssignment, .protocolAssignment),
    Block("2001:3::/32", .global, .protocolAssignment, .protocolAssignment),
    Block("2001:4:112::/48", .global, .protocolAssignment, .protocolAssignment),
    Block("2001:10::/28", .identifier, .protocolAssignment, .identifier),
    Block("2001:20::/28", .identifier, .identifier, .identifier),
    Block("2001:30::/28", .identifier, .identifier, .protocolAssignment),
    Block("2001:100::/24", .protocolAssignment, .protocolAssignment, .global),
    Block("2001:db8::/32", .documentation, .global, .global),
    Block("2002::/16", .sixToFour, .global, .global), Block("2620:4f:8000::/48", .global, .global, .global),
    Block("3fff::/20", .documentation, .global, .global), Block("4000::/3", .reserved, .global, .reserved),
    Block("5f00::/16", .segmentRouting, .reserved, .reserved),
    Block("fc00::/8", .uniqueLocal, .reserved, .uniqueLocal),
    Block("fd00::/8", .uniqueLocal, .uniqueLocal, .reserved),
    Block("fe80::/10", .linkLocal, .reserved, .siteLocal),
    Block("fec0::/10", .siteLocal, .linkLocal, .multicast), Block("ff00::/8", .multicast, .siteLocal, nil),
  ]

  @Test("blocks of the registries at both edges", arguments: blocks)
  func edges(_ block: Block) throws {
    let (first, last) = try Self.ends(of: block.prefix)
    #expect(first.scope == block.scope && last.scope == block.scope)
    #expect(Self.neighbour(of: first, isNext: false)?.scope == block.before)
    #expect(Self.neighbour(of: last, isNext: true)?.scope == block.behind)
  }

  /// What Python knows of an address, a letter each.
  private static let script = """
    import ipaddress, sys
    for line in sys.stdin:
        a = ipaddress.ip_address(line.strip())
        six = a.version == 6
        print("".join(letter for letter, holds in (
            ("g", a.is_global), ("l", a.is_loopback), ("m", a.is_multicast), ("k", a.is_link_local),
            ("u", a.is_unspecified), ("r", a.is_reserved), ("s", six and a.is_site_local),
            ("4", six and a.ipv4_mapped is not None), ("6", six and a.sixtofour is not None),
            ("t", six and a.teredo is not None), ("-", True)) if holds))
    """

  /// Scopes that are not global here although Python's `is_global` holds: it knows the registries by an older state, takes
  /// multicast, reserved and deprecated blocks for global, and follows the registry in calling ORCHIDv2 and the well-known
  /// NAT64 prefix reachable.
  private static let stricter: Set<AddressScope> = [
    .multicast, .reserved, .siteLocal, .documentation, .protocolAssignment, .sixToFour, .identifier,
    .segmentRouting,
    .discard, .wellKnownNAT64, .localNAT64, .ipv4Compatible,
  ]
  /// Blocks that the registries call global inside blocks that Python takes for private as a whole.
  private static let exceptions = [
    "192.0.0.9/32", "192.0.0.10/32", "2001:1::1/128", "2001:1::2/127", "2001:3::/32", "2001:4:112::/48",
  ].compactMap { IPPrefix($0) }

  @Test("agrees with Python, but for decided differences")
  func differential() async throws {
    var random = SplitMix64(seed: TestSeed.named("EGRESS6_SCOPE_SEED"))
    var addresses: [IPAddress] = []
    for block in Self.blocks {
      let (first, last) = try Self.ends(of: block.prefix)
      addresses += [first, last]
      addresses += [Self.neighbour(of: first, isNext: false), Self.neighbour(of: last, isNext: true)]
        .compactMap(\.self)
    }
    for _ in 0..<4000 {
      addresses.append(.ipv4(IPv4Address(UInt32(truncatingIfNeeded: random.next()))))
      let bits = random.next() % 64
      addresses.append(.ipv6(IPv6Address(high: random.next() >> bits, low: random.next())))
    }
    let result = try await Command.run(
      TestEnvironment.python, ["-c", Self.script],
      input: Array(addresses.map { "\($0)\n" }.joined().utf8))
    try #require(result.status == 0, "\(result.errorText)")
    let answers = result.text.split(separator: "\n")
    try #require(answers.count == addresses.count)
    for (address, known) in zip(addresses, answers) {
      let scope = address.scope
      // An IPv4-mapped address is what Python says of the IPv4 address in some releases.
      if scope == .ipv4Mapped {
        #expect(known.contains("4"), "\(address)")
        continue
      }
      #expect(known.contains("l") == (scope == .loopback), "\(address) \(scope)")
      #expect(known.contains("m") == (scope == .multicast), "\(address) \(scope)")
      #expect(known.contains("k") == (scope == .linkLocal), "\(address) \(scope)")
      #expect(known.contains("s") == (scope == .siteLocal), "\(address) \(scope)")
      #expect(known.contains("t") == (scope == .teredo), "\(address) \(scope)")
      #expect(!known.contains("u") || scope == .unspecified, "\(address) \(scope)")
      #expect(!known.contains("r") || scope != .global, "\(address) \(scope)")
      #expect(!known.contains("6") || scope == .sixToFour, "\(address) \(scope)")
      if scope == .global {
        #expect(
          known.contains("g") || Self.exceptions.contains { $0.contains(address) },
          "\(address) is global here")
      } else if known.contains("g") {
        #expect(Self.stricter.contains(scope), "\(address) is \(scope) here, and global in Python")
      }
    }
  }

  @Test("every scope has a name in words")
  func names() {
    for scope in AddressScope.allCases { #expect(!scope.name.isEmpty && !scope.name.contains("NAT64Prefix")) }
    #expect(AddressScope.sixToFour.name == "6to4")
  }

  private static func ends(of text: String) throws -> (IPAddress, IPAddress) {
    let prefix = try #require(IPPrefix(text), "\(text)")
    switch prefix.address {
    case .ipv4(let first):
      let size = prefix.length == 0 ? UInt32.max : (1 << UInt32(32 - prefix.length)) &- 1
      return (prefix.address, .ipv4(IPv4Address(first.value | size)))
    case .ipv6(let first):
      let bits = 128 - prefix.length
      return (
        prefix.address,
        .ipv6(
          IPv6Address(
            high: first.high | (bits > 64 ? ~0 >> UInt64(128 - bits) : 0),
            low: first.low | (bits >= 64 ? ~0 : (1 << UInt64(bits)) - 1)))
      )
    }
  }

  private static func neighbour(of address: IPAddress, isNext: Bool) -> IPAddress? {
    switch address {
    case .ipv4(let ipv4):
      let (value, overflows) =
        isNext ? ipv4.value.addingReportingOverflow(1) : ipv4.value.subtractingReportingOverflow(1)
      return overflows ? nil : .ipv4(IPv4Address(value))
    case .ipv6(let ipv6):
      let number = UInt128(ipv6.high) << 64 | UInt128(ipv6.low)
      let (value, overflows) =
        isNext ? number.addingReportingOverflow(1) : number.subtractingReportingOverflow(1)
      return overflows
        ? nil
        : .ipv6(
          IPv6Address(high: UInt64(truncatingIfNeeded: value >> 64), low: UInt64(truncatingIfNeeded: value)))
    }
  }
}
