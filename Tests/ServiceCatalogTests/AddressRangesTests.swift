// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import Testing

@testable import ServiceCatalog

/// AWS's address ranges: the built-in list, the reader of AWS's format, and the script that packs it.
@Suite struct AddressRangesTests {
  @Test("the built-in list is the one that its README names, and all of it is public")
  func builtIn() throws {
    let ranges = AddressRanges.builtIn
    #expect("\(ranges.created)" == "2026-08-22T15:17:05Z")
    #expect(ranges.table.count == 8112 && ranges.owners.count == 837)
    for block in ranges.table.blocks {
      #expect(block.first.scope == .global && block.last.scope == .global, "\(block)")
    }
    #expect(Set(ranges.owners.map(\.region)).count == 43)
    #expect(ranges.owners.allSatisfy { $0.services.contains("AMAZON") || !$0.services.isEmpty })
  }

  @Test(
    "names the owner of an address",
    arguments: [
      ("52.94.1.9", "us-east-1", "AMAZON DYNAMODB"), ("2600:1f18::4", "us-east-1", "AMAZON EC2"),
      ("2600:1f70:8000::1", "us-east-1", "AMAZON EC2"), ("92.242.140.21", nil, nil),
      ("185.199.108.153", nil, nil), ("198.18.0.1", nil, nil), ("::ffff:52.94.1.9", nil, nil),
      ("255.255.255.255", nil, nil), ("::", nil, nil),
    ] as [(String, String?, String?)])
  func owner(_ text: String, _ region: String?, _ services: String?) throws {
    let owner = AddressRanges.builtIn.owner(of: try #require(IPAddress(text)))
    #expect(owner?.region == region)
    #expect(owner?.services.joined(separator: " ") == services)
  }

  private struct Row {
    var prefix: String
    var region: String
    var service: String
  }

  private static func text(_ rows: [Row]) -> String {
    func list(_ isIPv6: Bool) -> String {
      rows.filter { $0.prefix.contains(":") == isIPv6 }.map { row in
        """
        {"\(isIPv6 ? "ipv6_prefix" : "ip_prefix")": "\(row.prefix)", "region": "\(row.region)", \
        "service": "\(row.service)", "network_border_group": "x"}
        """
      }.joined(separator: ",\n")
    }
    return """
      {"syncToken": "1", "createDate": "2026-01-02-03-04-05",
      "prefixes": [\(list(false))], "ipv6_prefixes": [\(list(true))]}
      """
  }

  @Test(
    "reading AWS's format and packing it by the script give the same blocks",
    arguments: 0..<6 as Range<UInt64>)
  func packing(_ seed: UInt64) async throws {
    var random = SplitMix64(seed: seed)
    var rows: [Row] = []
    for _ in 0..<200 {
      let isIPv6 = random.next() % 2 == 0
      let prefix =
        isIPv6
        ? IPPrefix(
          containing: .ipv6(
            IPv6Address(
              high: 0x2600_0000_0000_0000 | random.next() & 0x0000_000F_0003_0003, low: random.next() & 3)),
          length: [24, 32, 40, 48, 56, 64, 65, 128][Int(random.next() % 8)])
        : IPPrefix(
          containing: .ipv4(
            IPv4Address(0x3400_0000 | UInt32(truncatingIfNeeded: random.next() & 0x0003_0F03))),
          length: [12, 15, 16, 20, 24, 31, 32][Int(random.next() % 7)])
      // AWS never gives two regions to one prefix.
      let text = "\(try #require(prefix))"
      let region = rows.first { $0.prefix == text }?.region ?? "r-\(random.next() % 5)"
      rows.append(
        Row(prefix: text, region: region, service: ["AMAZON", "S3", "EC2"][Int(random.next() % 3)]))
    }
    let folder = try TemporaryFolder()
    let (list, packed) = (folder.path + "/ranges.json", folder.path + "/ranges.packed")
    try Self.text(rows).write(toFile: list, atomically: true, encoding: .utf8)
    let script = TestEnvironment.root.appendingPathComponent("scripts/ip_ranges.py").path
    let result = try await Command.run(TestEnvironment.python, [script, list, packed])
    try #require(result.status == 0, "\(result.errorText)")
    let read = try AddressRanges(file: list)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: packed)))
    let unpacked = try #require(AddressRanges(packed: bytes))
    #expect(read.created == unpacked.created)
    func blocks(_ ranges: AddressRanges) -> [String] {
      ranges.table.blocks.map { block in
        let owner = ranges.owners[Int(block.label)]
        return "\(block.first)-\(block.last) \(owner.region) \(owner.services)"
      }
    }
    #expect(blocks(read) == blocks(unpacked))
    for length in 0..<bytes.count { #expect(AddressRanges(packed: Array(bytes[..<length])) == nil) }
    #expect(AddressRanges(packed: bytes + [0]) == nil)
  }

  /// A file that is not AWS's list, and what the error must say.
  struct Fault: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var text: String
    var place: String?
    var words: String
  }

  private static let good = #"{"ip_prefix": "52.94.0.0/22", "region": "us-east-1", "service": "AMAZON"}"#

  private static func list(
    _ ipv4: String = good, _ ipv6: String = "", date: String = #""2026-08-22-15-17-05""#
  ) -> String {
    #"{"createDate": \#(date), "prefixes": [\#(ipv4)], "ipv6_prefixes": [\#(ipv6)]}"#
  }

  static let faults = [
    Fault(testDescription: "nothing", text: "", place: "line 1", words: "the text ends"),
    Fault(testDescription: "not JSON", text: "<html>", place: "line 1", words: "expected"),
    Fault(testDescription: "cut off", text: String(list().dropLast(9)), place: "line 1", words: "ends"),
    Fault(testDescription: "an array", text: "[]", words: "an array, not an object"),
    Fault(testDescription: "no date", text: "{}", place: "createDate", words: "2026-08-22-15-17-05"),
    Fault(
      testDescription: "a wrong date", text: list(date: #""2026-13-01-00-00-00""#), place: "createDate",
      words: "moment"),
    Fault(testDescription: "a number as date", text: list(date: "5"), place: "createDate", words: "moment"),
    Fault(
      testDescription: "no IPv6 list", text: #"{"createDate": "2026-08-22-15-17-05", "prefixes": []}"#,
      place: "ipv6_prefixes", words: "is missing"),
    Fault(
      testDescription: "an object as list",
      text: #"{"createDate": "2026-08-22-15-17-05", "prefixes": {}, "ipv6_prefixes": []}"#, place: "prefixes",
      words: "an object, not an array"),
    Fault(testDescription: "empty lists", text: list(""), words: "no prefixes"),
    Fault(
      testDescription: "a text as row", text: list(#""52.94.0.0/22""#), place: "prefixes[0].ip_prefix",
      words: "missing"),
    Fault(
      testDescription: "bits behind the length",
      text: list(good + "," + good.replacingOccurrences(of: "0.0/22", with: "0.1/22")),
      place: "prefixes[1].ip_prefix", words: "'52.94.0.1/22' is not an IPv4 prefix"),
    Fault(
      testDescription: "IPv6 among IPv4",
      text: list(good.replacingOccurrences(of: "52.94.0.0/22", with: "2600:1f18::/33")),
      place: "prefixes[0].ip_prefix", words: "not an IPv4 prefix"),
    Fault(
      testDescription: "IPv4 among IPv6",
      text: list(good, good.replacingOccurrences(of: "ip_", with: "ipv6_")),
      place: "ipv6_prefixes[0].ipv6_prefix", words: "not an IPv6 prefix"),
    Fault(
      testDescription: "everything",
      text: list(good.replacingOccurrences(of: "52.94.0.0/22", with: "0.0.0.0/0")),
      place: "prefixes[0].ip_prefix", words: "not a block of the public internet"),
    Fault(
      testDescription: "a region that is a number",
      text: list(good.replacingOccurrences(of: #""us-east-1""#, with: "1")), place: "prefixes[0].region",
      words: "not a string"),
    Fault(
      testDescription: "an empty service", text: list(good.replacingOccurrences(of: "AMAZON", with: "")),
      place: "prefixes[0].service", words: "is empty"),
  ]

  @Test("says where a file is not AWS's list", arguments: faults)
  func fault(_ fault: Fault) throws {
    let error = try #require(throws: AddressRangesError.self) {
      try AddressRanges(json: Array(fault.text.utf8), path: "ranges.json")
    }
    #expect(error.place == fault.place)
    #expect(error.problem.contains(fault.words), "\(error)")
    #expect(error.description.hasPrefix("ranges.json: "))
  }

  @Test("takes fields that AWS may add")
  func additions() throws {
    let text =
      #"{"new": [1], "#
      + Self.list(Self.good.replacingOccurrences(of: "{", with: #"{"new": null, "#)).dropFirst()
    let ranges = try AddressRanges(json: Array(text.utf8), path: "ranges.json")
    #expect(ranges.table.count == 1)
  }
}
