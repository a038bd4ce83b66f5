// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import IPAddressing
import Testing

/// Tables of blocks against a search through all prefixes.
@Suite struct AddressTableTests {
  /// Combines the entries of a nest into one label.
  private static func label(_ nest: [UInt16]) -> UInt16 { nest.reduce(0) { $0 &* 31 &+ $1 } }

  private static func random(_ random: inout SplitMix64) -> IPPrefix? {
    if random.next() % 2 == 0 {
      // Few bits, so that blocks lie in each other and side by side.
      let length = [0, 8, 16, 24, 30, 31, 32][Int(random.next() % 7)]
      let value = UInt32(truncatingIfNeeded: random.next()) & 0x0303_0303
      return IPPrefix(containing: .ipv4(IPv4Address(value)), length: length)
    }
    let length = [0, 16, 32, 48, 63, 64, 65, 96, 127, 128][Int(random.next() % 10)]
    let (high, low) = (random.next() & 0x0003_0003_0003_0003, random.next() & 0x8000_0001_0000_0003)
    return IPPrefix(containing: .ipv6(IPv6Address(high: high, low: low)), length: length)
  }

  @Test("finds what a search through all prefixes finds", arguments: 0..<40 as Range<UInt64>)
  func differential(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var entries: [(prefix: IPPrefix, entry: UInt16)] = []
    for number in 0..<(1 + random.next() % 60) {
      guard let prefix = Self.random(&random) else { continue }
      // IPv6 blocks around the IPv4-mapped addresses do not hold IPv4 addresses, so the table leaves no room for them.
      if case .ipv6 = prefix.address, prefix.contains(.ipv6(IPv6Address(high: 0, low: 0xFFFF_0000_0000))) {
        continue
      }
      entries.append((prefix, UInt16(number % 9)))
    }
    // Equal prefixes have no order among themselves.
    let unique = Dictionary(entries.map { ($0.prefix, $0.entry) }) { first, _ in first }
    entries = unique.map { (prefix: $0.key, entry: $0.value) }.shuffled(using: &random)
    let table = AddressTable(entries, label: Self.label)
    func expected(_ address: IPAddress) -> UInt16? {
      let nest = entries.filter { $0.prefix.contains(address) }.sorted { $0.prefix < $1.prefix }.map(\.entry)
      return nest.isEmpty ? nil : Self.label(nest)
    }
    for _ in 0..<300 {
      guard let prefix = Self.random(&random) else { continue }
      #expect(table.label(of: prefix.address) == expected(prefix.address), "\(prefix.address)")
    }
    var last: AddressTable.Block?
    for block in table.blocks {
      #expect(block.first <= block.last)
      #expect(expected(block.first) == block.label && expected(block.last) == block.label)
      if let last { #expect(last.last < block.first) }
      last = block
    }
    #expect(table.count == table.blocks.count)
  }

  @Test("merges neighbours with one label, and knows no IPv4 address in IPv6 form")
  func neighbours() throws {
    let entries = try ["10.0.0.0/25", "10.0.0.128/25", "10.0.1.0/24", "::/96"].enumerated().map {
      (prefix: try #require(IPPrefix($0.element)), entry: $0.offset == 2 ? UInt16(2) : 1)
    }
    let table = AddressTable(entries) { $0[0] }
    #expect(
      table.blocks.map { "\($0.first)-\($0.last)" } == [
        "::-::ffff:ffff", "10.0.0.0-10.0.0.255", "10.0.1.0-10.0.1.255",
      ])
    #expect(table.label(of: try #require(IPAddress("10.0.1.9"))) == 2)
    #expect(table.label(of: try #require(IPAddress("::ffff:10.0.1.9"))) == nil)
    #expect(AddressTable().label(of: .ipv4(IPv4Address(0))) == nil)
  }

  @Test("refuses a block that is not behind the others")
  func order() {
    var table = AddressTable()
    let taken = [
      table.append(from: 5, to: 9, label: 0), table.append(from: 9, to: 12, label: 1),
      table.append(from: 12, to: 11, label: 1), table.append(from: 10, to: .max, label: 1),
    ]
    #expect(taken == [true, false, false, true])
    #expect(table.count == 2)
  }
}
