// SPDX-License-Identifier: Apache-2.0

import IPAddressing
import Testing

/// Addresses and blocks of addresses.
@Suite struct IPAddressTests {
  private func parsed(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
  private func prefix(_ text: String) throws -> IPPrefix { try #require(IPPrefix(text)) }

  @Test(
    "the canonical form of RFC 5952",
    arguments: [
      ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
      ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::", "::"),
      ("0:0:0:0:0:0:0:1", "::1"), ("1:0:0:0:0:0:0:0", "1::"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
      ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("::ffff:c000:201", "::ffff:192.0.2.1"),
      ("64:ff9b::1.2.3.4", "64:ff9b::102:304"),
      ("1.2.3.4", "1.2.3.4"), ("255.255.255.255", "255.255.255.255"), ("0.0.0.0", "0.0.0.0"),
    ])
  func canonical(_ text: String, _ expected: String) throws {
    let address = try parsed(text)
    #expect(address.description == expected)
    #expect(address.octets.count == (address.family == .ipv4 ? 4 : 16))
  }

  @Test(
    "anything else is no address",
    arguments: [
      "", ":", "::1::", ":::", "1:::2", "1:", ":1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2:3:4:5:6:7:8",
      "::12345",
      "::g", "[::1]", "::1%eth0", "::1/64", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.", ".1.2.3",
      "1..2.3", " 1.2.3.4",
      "1.2.3.4 ", "0x1.2.3.4", "1.2.3.4\n", "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4",
      "\u{661}.2.3.4",
      "::\u{661}", "١", "+1.2.3.4", "1.2.3.-4", "1:2:3:4:5:6:7::8:",
    ])
  func invalid(_ text: String) { #expect(IPAddress(text) == nil) }

  @Test("octets, numbers and order")
  func order() throws {
    let small = try parsed("9.255.0.1")
    let large = try parsed("10.0.0.0")
    let six = try parsed("::")
    let top = try parsed("ffff::")
    #expect([top, six, large, small].sorted() == [small, large, six, top])
    #expect(IPv4Address(octets: [192, 0, 2, 1])?.value == 0xC000_0201)
    #expect(IPv4Address(octets: [1, 2, 3]) == nil)
    let address = IPv6Address(high: 0x2001_0db8_0000_0000, low: 1)
    #expect(IPv6Address(octets: address.octets) == address)
    #expect(IPv6Address(octets: [0]) == nil)
    #expect(address.groups == [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1])
    #expect(IPv6Address("::ffff:1.2.3.4")?.mappedIPv4 == IPv4Address("1.2.3.4"))
    #expect(IPv6Address("::1.2.3.4")?.mappedIPv4 == nil)
  }

  @Test("blocks contain what shares their bits")
  func prefixes() throws {
    let block = try prefix("10.128.0.0/9")
    #expect(block.contains(try parsed("10.255.255.255")))
    #expect(!block.contains(try parsed("10.127.255.255")))
    #expect(!block.contains(try parsed("::")))
    #expect(try block.contains(prefix("10.200.0.0/16")) && block.contains(block))
    #expect(!block.contains(try prefix("10.0.0.0/8")))
    for (text, inside, outside) in [
      ("::/0", "ffff::", "1.1.1.1"), ("2001:db8::/32", "2001:db8:ffff::", "2001:db9::"),
      ("::/64", "::ffff", "0:0:0:1::"),
      ("0:0:0:1::/65", "0:0:0:1:7fff::", "0:0:0:1:8000::"), ("::1/128", "::1", "::2"),
      ("0.0.0.0/0", "9.9.9.9", "::"),
      ("1.1.1.1/32", "1.1.1.1", "1.1.1.0"),
    ] {
      let block = try prefix(text)
      #expect(block.description == text)
      #expect(
        try block.contains(parsed(inside)) && !block.contains(parsed(outside))
      )
    }
    #expect(IPPrefix(containing: try parsed("10.1.2.3"), length: 8)?.description == "10.0.0.0/8")
    #expect(try prefix("10.0.0.0/8") < prefix("10.0.0.0/9"))
  }

  @Test(
    "malformed blocks, and blocks with bits beyond their length",
    arguments: [
      "10.0.0.1/8", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "::/129", "::1/127", "/8", "::/-1", "::/+1",
      "::/08", "::/0x", "::/9999",
    ])
  func invalidPrefixes(_ text: String) { #expect(IPPrefix(text) == nil) }

  @Test("lengths that do not fit are refused", arguments: [-1, 33, Int.max, Int.min])
  func invalidLength(_ length: Int) {
    #expect(IPPrefix(containing: .ipv4(IPv4Address(0)), length: length) == nil)
  }

  @Test(
    "IPv4 in IPv6, the table of RFC 6052 section 2.4",
    arguments: [
      ("2001:db8::/32", "2001:db8:c000:221::"), ("2001:db8:100::/40", "2001:db8:1c0:2:21::"),
      ("2001:db8:122::/48", "2001:db8:122:c000:2:2100::"),
      ("2001:db8:122:300::/56", "2001:db8:122:3c0:0:221::"),
      ("2001:db8:122:344::/64", "2001:db8:122:344:c0:2:2100:0"),
      ("2001:db8:122:344::/96", "2001:db8:122:344::c000:221"),
      ("64:ff9b::/96", "64:ff9b::c000:221"),
    ])
  func embedding(_ prefixText: String, _ expected: String) throws {
    let prefix = try #require(NAT64Prefix(self.prefix(prefixText)))
    let ipv4 = try #require(IPv4Address("192.0.2.33"))
    let ipv6 = prefix.embed(ipv4)
    #expect(ipv6 == IPv6Address(expected))
    #expect(prefix.extract(ipv6) == ipv4)
    #expect(NAT64Prefix(containing: ipv6, length: prefix.length) == prefix)
    #expect(prefix.description == prefixText)
    for value in [0, 1, 0x0102_0304, 0x8000_0001, UInt32.max] {
      #expect(prefix.extract(prefix.embed(IPv4Address(value))) == IPv4Address(value))
    }
    #expect(prefix.extract(IPv6Address(high: ~0, low: 0)) == nil)
    if prefix.length < 96 {
      #expect(
        prefix.extract(IPv6Address(high: ipv6.high, low: ipv6.low | 1)) == ipv4, "a suffix does not matter")
      #expect(
        prefix.extract(IPv6Address(high: ipv6.high, low: ipv6.low | 1 << 56)) == nil, "bits 64 to 71 are zero"
      )
    }
  }

  @Test(
    "prefixes that RFC 6052 does not allow",
    arguments: ["64:ff9b::/95", "::/0", "10.0.0.0/8", "2001:db8::/33", "2001:db8::100:0:0:0/96"])
  func invalidNAT64(_ text: String) throws { #expect(NAT64Prefix(try prefix(text)) == nil) }

  @Test("the well-known prefix") func wellKnown() {
    #expect(NAT64Prefix.wellKnown.description == "64:ff9b::/96")
  }
}
