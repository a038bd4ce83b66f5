// SPDX-License-Identifier: Apache-2.0

import EgressTestKit
import Foundation
import IPAddressing
import StrictJSON
import Testing

/// Answers with addresses that prove nothing, through the program.
@Suite("Addresses that prove nothing", .serialized, .serverTurns)
struct AddressTests {
  /// The answers for a name and the support that the map must show.
  struct Case: Sendable {
    var a: [String]
    var aaaa: [String]
    var support: String
    var note: String
    init(_ a: String, _ aaaa: String, _ support: String = "unknown", _ note: String = "") {
      self.a = a.split(separator: " ").map(String.init)
      self.aaaa = aaaa.split(separator: " ").map(String.init)
      (self.support, self.note) = (support, note)
    }
  }

  /// Answers by which blockers, filters, translators and broken servers replace the true ones.
  static let cases = [
    Case("127.0.0.1", "::1"), Case("0.0.0.0", "::"), Case("0.0.0.0", "::1"), Case("52.94.1.9", "ff02::1"),
    Case("52.94.1.9", "100::1"), Case("52.94.1.9", "fec0::1"), Case("198.18.0.5", "fc00::5"),
    Case("198.19.255.5", "fdfe:dcba:9876::5"), Case("52.94.1.9", "::"), Case("52.94.1.9", "::1"),
    Case("52.94.1.9", "::ffff:52.94.1.9"), Case("52.94.1.9", "::52.94.1.9"),
    Case("52.94.1.9", "2001:db8::1"), Case("52.94.1.9", "3fff::1"), Case("52.94.1.9", "2002:345e:109::1"),
    Case("52.94.1.9", "2001:0:345e:109::1"), Case("52.94.1.9", "fe80::1"), Case("52.94.1.9", "fd00::1"),
    Case("52.94.1.9", "2001:10::1"), Case("52.94.1.9", "2001:20::1"), Case("52.94.1.9", "5f00::1"),
    Case("52.94.1.9", "200:1234::1"), Case("52.94.1.9", "2001:2::1"),
    Case("127.0.0.53", ""), Case("0.0.0.0", ""), Case("255.255.255.255", ""), Case("240.0.0.1", ""),
    Case("192.0.2.1", ""), Case("198.51.100.1", ""), Case("203.0.113.1", ""), Case("169.254.1.1", ""),
    Case("224.0.0.1", ""), Case("192.0.0.8", ""), Case("192.88.99.1", ""), Case("10.0.0.1", ""),
    Case("100.64.0.1", ""), Case("0.0.0.0", "64:ff9b::"), Case("127.0.0.1", "64:ff9b::7f00:1"),
    Case("92.242.140.21", ""), Case("92.242.140.21", "64:ff9b::5cf2:8c15"), Case("52.94.1.9", "2a00:1450::5"),
    // What is true beside them must stay.
    Case("52.94.1.9", "2600:1f18::4", "ipv6"), Case("52.94.1.9", "2600:1f18::4 ::1", "ipv6"),
    Case("52.94.1.9", "", "ipv4"), Case("52.94.1.9 0.0.0.0", "", "ipv4"),
    Case("52.94.1.9", "64:ff9b::345e:109", "ipv4"), Case("52.94.1.9", "64:ff9b:1::1", "ipv4"),
    Case("127.0.0.1", "2600:1f18::4", "ipv6"),
  ]
  private static let services = ["kms", "lambda", "logs"]

  /// A name for each case: regions of some services, whose dual-stack names do not exist here.
  private func places() async throws -> [(service: String, region: String)] {
    let outcome = try await Program.run(
      [
        "map", "--declared", "--partitions", "aws", "--services", Self.services.joined(separator: ","), "-o",
        "jsonl",
      ],
      environment: SmallCatalog.environment)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try outcome.lines.compactMap { line in
      let row = try JSON(parsing: Array(line.utf8))
      guard let service = row["service"]?.string, let region = row["region"]?.string,
        row["hosts"]?["default"]?.string == "\(service).\(region).amazonaws.com"
      else { return nil }
      return (service, region)
    }
  }

  @Test("no address that the public internet cannot reach, and none outside AWS's ranges, proves support")
  func proof() async throws {
    let places = try await places()
    try #require(places.count >= Self.cases.count)
    let cases = zip(places, Self.cases).map {
      (host: "\($0.service).\($0.region).amazonaws.com", place: $0, case: $1)
    }
    var zone = Zone()
    for (host, _, sample) in cases {
      zone.add(host, [])
      for address in sample.a { zone.add(host, "A", address) }
      for address in sample.aaaa { zone.add(host, "AAAA", address) }
    }
    let server = try await NameServer(zone)
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let environment = try await SmallCatalog.environment.merging(
      ["EGRESS6_STORE": folder.path + "/map.sqlite"]) { $1 }
    let scan = try await Program.run(
      [
        "scan", "--partitions", "aws", "--services", Self.services.joined(separator: ","), "--resolver",
        "\(server.address)", "--rate", "5000", "--i-own-this-resolver", "--trust-resolver", "--quiet",
      ], environment: environment)
    // Most of these looks are unknown, which is more than 2 % of all.
    try #require([0, 4].contains(scan.status), "\(scan.errors)")
    let map = try await Program.run(["map", "--view", "rows", "-o", "jsonl"], environment: environment)
    var support: [String: String] = [:]
    for line in map.lines {
      let row = try JSON(parsing: Array(line.utf8))
      support["\(row["service"]?.string ?? "").\(row["region"]?.string ?? "").amazonaws.com"] =
        row["support"]?.string
    }
    for (host, _, sample) in cases {
      #expect(support[host] == sample.support, "\(sample.a) \(sample.aaaa)")
    }
  }

  private func scan(
    _ folder: TemporaryFolder, _ resolvers: [NameServer], _ more: [String] = [], hosts: Bool = false
  ) async throws -> Program.Outcome {
    let names = folder.path + "/names"
    try Data("stray.example.com\n".utf8).write(to: URL(fileURLWithPath: names))
    return try await Program.run(
      [
        "scan", "--store", folder.path + "/map.sqlite", "--services", "lambda,kms", "--regions", "us-east-1",
        "--trust-resolver", "--progress", "never", "--json",
      ] + resolvers.flatMap { ["--resolver", "\($0.address)"] } + (hosts ? ["--hosts", names] : []) + more,
      environment: SmallCatalog.environment)
  }

  private func rows(_ folder: TemporaryFolder, _ what: [String]) async throws -> [JSON] {
    let outcome = try await Program.run(
      what + ["--store", folder.path + "/map.sqlite", "-o", "jsonl"], environment: SmallCatalog.environment)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try outcome.lines.map { try JSON(parsing: Array($0.utf8)) }
  }

  /// The row of a host in the list of hosts.
  private func host(_ folder: TemporaryFolder, _ name: String) async throws -> JSON? {
    try await rows(folder, ["export", "--what", "hosts"]).first { $0["host"]?.string == name }
  }

  private static let lambda = "lambda.us-east-1.amazonaws.com"

  @Test("an address outside AWS's ranges needs a second resolver, but for a user's own name")
  func secondResolver() async throws {
    var zone = Zone()
    zone.add(Self.lambda, "A", "92.242.140.21")
    zone.add("kms.us-east-1.amazonaws.com", [.ipv4])
    zone.add("stray.example.com", "A", "92.242.140.21")
    var elsewhere = zone
    elsewhere.text = zone.text.replacingOccurrences(of: "140.21", with: "140.22")
    let (one, same, another) = (
      try await NameServer(zone), try await NameServer(zone), try await NameServer(elsewhere)
    )
    defer { for server in [one, same, another] { server.stop() } }
    for (resolvers, answer) in [([one], "unknown"), ([one, another], "unknown"), ([one, same], "yes")] {
      let folder = try TemporaryFolder()
      let outcome = try await scan(folder, resolvers, hosts: true)
      try #require([0, 4].contains(outcome.status), "\(outcome.errors)")
      let row = try await host(folder, Self.lambda)
      #expect(row?["a"]?.string == answer)
      #expect(row?["outside_aws_ranges"] == ["ipv4"])
      let stray = try await host(folder, "stray.example.com")
      #expect(stray?["a"]?.string == "yes" && stray?["outside_aws_ranges"] == [])
    }
  }

  @Test("a resolver that hides AAAA in a second scan changes nothing, until another one says the same")
  func heldChanges() async throws {
    var zone = Zone()
    zone.add(Self.lambda, [.ipv4, .ipv6])
    zone.add("kms.us-east-1.amazonaws.com", [.ipv4])
    zone.add("kms.us-east-1.api.aws", [.ipv4, .ipv6])
    var filtered = Zone()
    for name in [Self.lambda, "kms.us-east-1.amazonaws.com", "kms.us-east-1.api.aws"] {
      filtered.add(name, [.ipv4])
    }
    let (faithful, filter, other) = (
      try await NameServer(zone), try await NameServer(filtered), try await NameServer(filtered)
    )
    defer { for server in [faithful, filter, other] { server.stop() } }
    let folder = try TemporaryFolder()
    _ = try await scan(folder, [faithful])
    for _ in 0..<2 {
      let second = try await scan(folder, [filter])
      #expect(second.errors.contains("2 names lost their IPv6 addresses at once"), "\(second.errors)")
      let run = try JSON(parsing: Array(second.output.utf8))
      #expect(run["rows"]?[1]?["held"]?.integer == 2)
      #expect(try await rows(folder, ["changes"]).isEmpty)
      let row = try await host(folder, Self.lambda)
      #expect(row?["aaaa"]?.string == "yes" && row?["held"] == ["ipv6"])
    }
    _ = try await scan(folder, [other])
    #expect(try await rows(folder, ["changes"]).count == 2)
    #expect(try await host(folder, Self.lambda)?["aaaa"]?.string == "no")
  }

  @Test("one name that loses its addresses changes at once when a second resolver agrees")
  func singleLoss() async throws {
    var zone = Zone()
    zone.add(Self.lambda, [.ipv4, .ipv6])
    zone.add("kms.us-east-1.api.aws", [.ipv4, .ipv6])
    var later = Zone()
    later.add(Self.lambda, [.ipv4])
    later.add("kms.us-east-1.api.aws", [.ipv4, .ipv6])
    let (before, one, two) = (
      try await NameServer(zone), try await NameServer(later), try await NameServer(later)
    )
    defer { for server in [before, one, two] { server.stop() } }
    let folder = try TemporaryFolder()
    _ = try await scan(folder, [before])
    _ = try await scan(folder, [one, two])
    #expect(try await host(folder, Self.lambda)?["aaaa"]?.string == "no")
    #expect(try await rows(folder, ["changes"]).count == 1)
  }

  @Test(
    "another list of ranges replaces the built-in one, and a wrong one is an error before anything is asked")
  func ranges() async throws {
    var zone = Zone()
    zone.add(Self.lambda, "A", "92.242.140.21")
    let server = try await NameServer(zone)
    defer { server.stop() }
    let folder = try TemporaryFolder()
    let list = folder.path + "/ranges.json"
    func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: list)) }
    try write(
      """
      {"createDate": "2026-11-01-00-00-00", "prefixes": [
        {"ip_prefix": "92.242.140.0/24", "region": "us-east-1", "service": "AMAZON"}], "ipv6_prefixes": []}
      """)
    let good = try await scan(folder, [server], ["--ip-ranges", list])
    #expect(good.status == 0, "\(good.errors)")
    #expect(try await host(folder, Self.lambda)?["a"]?.string == "yes")
    try FileManager.default.removeItem(atPath: folder.path + "/map.sqlite")
    for (text, words, status) in [
      ("{", "line 1", Int32(3)), ("[]", "not an object", 3), ("", "line 1", 3),
      (
        #"{"createDate": "2026-11-01-00-00-00", "prefixes": [{"ip_prefix": "1.2.3.4/8"}], "ipv6_prefixes": []}"#,
        "prefixes[0].ip_prefix", 3
      ),
    ] {
      try write(text)
      let outcome = try await scan(folder, [server], ["--ip-ranges", list])
      #expect(outcome.status == status, "\(outcome.errors)")
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.contains(words) && outcome.errors.contains("--ip-ranges"), "\(outcome.errors)")
    }
    for path in [folder.path + "/none", folder.path, "/dev/null"] {
      let outcome = try await scan(folder, [server], ["--ip-ranges", path])
      #expect(outcome.status == 3 && outcome.errors.contains(path), "\(outcome.errors)")
    }
    #expect(try await scan(folder, [server], ["--ip-ranges", ""]).status == 2)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/map.sqlite"))
  }
}
